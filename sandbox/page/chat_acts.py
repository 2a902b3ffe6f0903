"""A visitor's acts in chat as a person: each is an act of `Person`, with the fields of a form.

An act that the client would not offer raises the exception of `Person`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from multidict import MultiMapping

from sandbox.discord import Answer, Message, Modal
from sandbox.discord.errors import Json
from sandbox.discord.person import Person
from sandbox.page.stage import Stage
from sandbox.page.view import View

Form = MultiMapping[str]

#: The encoding of a file's bytes in a form's text, one character each; the field `name:` + its own name holds the name.
FILES = "latin-1"

#: Seconds an application may take for an answer it has promised.
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The visitor's next address, if any, and a sentence for them, if any."""

    go: str = ""
    say: str = ""


class ChatActs:
    """A visitor's acts in chat, by name."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.acts: dict[str, Callable[[View, Form], Awaitable[Outcome]]] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "press": self._press,
            "select": self._select,
            "menu": self._menu,
            "command": self._command,
            "submit": self._submit,
            "cancel": self._cancel,
            "dismiss": self._dismiss,
            "door": self._door,
        }

    async def complete(self, view: View, words: str, option: str, form: Form) -> list[tuple[str, Any]]:
        """Return the choices for an option's typed text, as (name, value)."""
        me = self._stage.person(view)
        where = self._stage.place(view, me)
        leaf = dict(me.offered(where))[words]
        typed = str(form.get(f"o:{option}", ""))
        others = {name: value for name, value in self._options(me, leaf, form).items() if name != option}
        return await me.autocomplete(words, option=option, value=typed, where=where, **others)

    async def _say(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        if form.get("reply"):
            await me.reply(self._message(form, "reply"), form["text"])
        else:
            await me.post(self._stage.place(view, me), form["text"])
        return Outcome(go=view.url(reply="")) if view.reply else Outcome()

    async def _edit(self, view: View, form: Form) -> Outcome:
        await self._stage.person(view).edit(self._message(form), form["text"])
        return Outcome(go=view.url(dialog=""))

    async def _delete(self, view: View, form: Form) -> Outcome:
        await self._stage.person(view).delete(self._message(form))
        return Outcome()

    async def _react(self, view: View, form: Form) -> Outcome:
        me, message, emoji = self._stage.person(view), self._message(form), form["emoji"]
        if me in message.reactions.get(emoji, []):
            await me.unreact(message, emoji)
        else:
            await me.react(message, emoji)
        return Outcome()

    async def _press(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        return self._open(view, await me.press(self._message(form), form["button"], timeout=_PATIENCE))

    async def _select(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        chosen = form.getall("value")
        return self._open(view, await me.select(self._message(form), form["select"], *chosen, timeout=_PATIENCE))

    async def _menu(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        return self._open(view, await me.message_command(self._message(form), form["name"], timeout=_PATIENCE))

    async def _command(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        where = self._stage.place(view, me)
        leaf = dict(me.offered(where)).get(form["words"])
        if leaf is None:
            raise LookupError(f"/{form['words']} is not offered here")
        options = self._options(me, leaf, form)
        answer = await me.command(form["words"], where=where, timeout=_PATIENCE, **options)
        self._open(view, answer.modal or answer)
        return Outcome(go=view.url(dialog=""))

    async def _submit(self, view: View, form: Form) -> Outcome:
        me = self._stage.person(view)
        modal = self._stage.forms.get(me.id)
        if modal is None:
            raise LookupError("That form is not open any more.")
        values: dict[str, object] = {}
        for part in modal.inputs:
            values[part["custom_id"]] = _filled(part, form)
        answer = me.submit(modal, timeout=_PATIENCE, **values)
        # The client closes a form when it is sent, whatever the result.
        del self._stage.forms[me.id]
        await answer
        return Outcome()

    async def _cancel(self, view: View, _: Form) -> Outcome:
        self._stage.forms.pop(self._stage.person(view).id, None)
        return Outcome()

    async def _dismiss(self, _: View, form: Form) -> Outcome:
        self._stage.dismissed.add(int(form["message"]))
        return Outcome()

    async def _door(self, view: View, _: Form) -> Outcome:
        me = self._stage.person(view)
        if me.dms_closed:
            me.open_dms()
        else:
            me.close_dms()
        return Outcome()

    def _open(self, view: View, answer: Answer | Modal) -> Outcome:
        if isinstance(answer, Modal):
            self._stage.forms[self._stage.person(view).id] = answer
        return Outcome()

    def _message(self, form: Form, name: str = "message") -> Message:
        message = self._stage.discord.world.messages.get(int(form[name]))
        if message is None:
            raise LookupError("That message is gone.")
        return message

    def _options(self, me: Person, leaf: Json, form: Form) -> dict[str, Any]:
        """Read a command's options by their types, without empty ones."""
        values: dict[str, Any] = {}
        for option in leaf.get("options") or []:
            name = option["name"]
            text = str(form.get(f"v:{name}") or form.get(f"o:{name}") or "").strip()
            if text:
                values[name] = self._value(me, option["type"], text, str(form.get(f"name:o:{name}", "")))
        return values

    def _value(self, me: Person, kind: int, text: str, file: str) -> object:
        match kind:
            case 4:
                return int(text)
            case 5:
                return text == "yes"
            case 6:
                return self._stage.discord.world.users[int(text)]
            case 7:
                return self._stage.discord.world.channels[int(text)]
            case 8:
                return self._stage.guild.roles[int(text)]
            case 10:
                return float(text)
            case 11:
                return me.attach(file, text.encode(FILES))
            case _:
                return text


def _filled(part: Json, form: Form) -> object:
    name = f"f:{part['custom_id']}"
    if part["type"] == 23:
        return name in form
    if part["type"] in (4, 21):
        return str(form.get(name, "")).replace("\r\n", "\n")
    return form.getall(name, [])
