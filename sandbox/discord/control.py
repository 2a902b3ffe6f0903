"""Control over HTTP: `POST /sandbox/act` lets a person act, `GET /sandbox/world` shows the visible world.

An act that Discord's client would not offer is answered with 400 and the reason.

Try it by hand: {"as": "mia", "do": "post", "channel": "blog", "content": "hi"}
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.discord.answers import Answer, Modal
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.nouns import Channel, Message, Thread
from sandbox.discord.person import NotAllowed, Person
from sandbox.discord.scene import answer_view, message_view, modal_view, world_view
from sandbox.discord.world import World

Act = Callable[[Person, Json], Awaitable[Any]]

#: The number of answers that are kept, so that their modals can be filled in.
KEPT = 100


class Control:
    """The two routes, and the answers that people got through them."""

    def __init__(self, world: World) -> None:
        self._world = world
        #: Answers to people, by the id of the interaction, oldest first.
        self.answers: dict[str, Answer | Modal] = {}
        self._acts: dict[str, Act] = {
            "post": lambda who, do: who.post(self._channel(do["channel"]), do["content"]),
            "dm": lambda who, do: who.dm(do["content"]),
            "reply": lambda who, do: who.reply(
                self._message(do["message"]), do["content"], ping=bool(do.get("ping", True))
            ),
            "react": lambda who, do: who.react(self._message(do["message"]), do["emoji"]),
            "unreact": lambda who, do: who.unreact(self._message(do["message"]), do["emoji"]),
            "edit": lambda who, do: who.edit(self._message(do["message"]), do["content"]),
            "delete": lambda who, do: who.delete(self._message(do["message"])),
            "archive": lambda who, do: who.archive(self._thread(do), archived=bool(do.get("archived", True))),
            "lock": lambda who, do: who.lock(self._thread(do), locked=bool(do.get("locked", True))),
            "command": self._command,
            "autocomplete": self._autocomplete,
            "press": lambda who, do: who.press(self._message(do["message"]), do["button"]),
            "select": lambda who, do: who.select(self._message(do["message"]), do["select"], *do["values"]),
            "message_command": lambda who, do: who.message_command(self._message(do["message"]), do["name"]),
            "submit": lambda who, do: who.submit(self._answer(do["answer"]), **do.get("values", {})),
        }

    def add_to(self, app: web.Application) -> None:
        """Add the addresses to an application."""
        app.router.add_post("/sandbox/act", self._post_act)
        app.router.add_get("/sandbox/world", self._get_world)

    async def act(self, order: Json) -> Any:
        """Let the person named by `as` perform the act `do`; return the result as JSON."""
        do = self._acts.get(str(order.get("do")))
        if do is None:
            raise LookupError(f"no act {order.get('do')!r}; there are: {', '.join(self._acts)}")
        result = await do(self._person(order), order)
        if isinstance(result, Answer | Modal):
            self.answers[str(result.interaction.id)] = result
            for old in list(self.answers)[:-KEPT]:
                del self.answers[old]
        return _view(result)

    async def _post_act(self, request: web.Request) -> web.Response:
        # A page of another site cannot send this type without asking first, so it cannot act here.
        if request.content_type != "application/json":
            return web.json_response({"error": "send application/json"}, status=415)
        try:
            order = json.loads(await request.read())
            return web.json_response({"result": await self.act(order)})
        except KeyError as error:
            return web.json_response({"error": f"{error} is missing"}, status=400)
        except TimeoutError as error:
            return web.json_response({"error": str(error)}, status=504)
        except (NotAllowed, LookupError, ValueError, TypeError, AttributeError, ApiError) as error:
            return web.json_response({"error": str(error)}, status=400)

    async def _get_world(self, request: web.Request) -> web.Response:
        answers = {key: _view(answer) for key, answer in self.answers.items()}
        return web.json_response(world_view(self._world) | {"answers": answers})

    async def _command(self, who: Person, do: Json) -> Answer:
        where = self._channel(do["channel"]) if "channel" in do else None
        options = {key: self._option(value) for key, value in do.get("options", {}).items()}
        return await who.command(do["command"], where=where, **options)

    async def _autocomplete(self, who: Person, do: Json) -> list[tuple[str, Any]]:
        where = self._channel(do["channel"]) if "channel" in do else None
        return await who.autocomplete(do["command"], option=do["option"], value=do.get("value", ""), where=where)

    def _option(self, value: Any) -> Any:
        """Return the object that a text such as "#blog" or "@mia" names, else the value itself."""
        if isinstance(value, str) and value.startswith("#"):
            return self._channel(value[1:])
        if isinstance(value, str) and value.startswith("@"):
            return self._person({"as": value[1:]})
        return value

    def _person(self, order: Json) -> Person:
        name = str(order.get("as"))
        people = [user for user in self._world.users.values() if isinstance(user, Person)]
        for person in people:
            if name.lower() in (person.name.lower(), str(person.id)):
                return person
        raise LookupError(f"nobody is called {name!r}; there are: {', '.join(one.name for one in people)}")

    def _channel(self, name: str) -> Channel:
        for channel in self._world.channels.values():
            if str(name) in (channel.name, str(channel.id)):
                return channel
        raise LookupError(f"no channel or thread {name!r}")

    def _thread(self, order: Json) -> Thread:
        thread = self._channel(order["thread"])
        if not isinstance(thread, Thread):
            raise LookupError(f"{thread!r} is no thread")  # noqa: TRY004 -- nothing of that name is there
        return thread

    def _message(self, message_id: str) -> Message:
        message = self._world.messages.get(int(message_id))
        if message is None:
            raise LookupError(f"no message {message_id}")
        return message

    def _answer(self, key: str) -> Answer | Modal:
        if key not in self.answers:
            raise LookupError(f"no answer {key!r} is remembered")
        return self.answers[key]


def _view(result: Any) -> Any:
    match result:
        case Message():
            return message_view(result)
        case Modal():
            return modal_view(result)
        case Answer():
            return answer_view(result)
        case list():
            return [list(pair) for pair in result]
        case _:
            return None
