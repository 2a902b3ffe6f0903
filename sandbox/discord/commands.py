"""The application commands that the bot registered, and checks of a person's input. They outlive the bot's process."""

from collections.abc import Callable
from typing import Any

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.files import File
from sandbox.discord.nouns import Channel, Role, User

SUBCOMMAND, GROUP = 1, 2
CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3

#: Option type to the Python types a person may give.
TYPES: dict[int, tuple[type, ...]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (User,),
    7: (Channel,),
    8: (Role,),
    9: (User, Role),
    10: (int, float),
    11: (File,),
}


class CommandBook:
    """Commands by guild (None: global), as the bot last wrote them."""

    def __init__(self, application_id: int, snowflake: Callable[[], int]) -> None:
        self._application_id = application_id
        self._snowflake = snowflake
        self._books: dict[int | None, dict[int, Json]] = {}
        #: True after the first bulk overwrite.
        self.synced = False

    def all(self, guild_id: int | None = None) -> list[Json]:
        """Return the commands of one book, in the order they were made."""
        return list(self._books.get(guild_id, {}).values())

    def overwrite(self, guild_id: int | None, payloads: list[Json]) -> list[Json]:
        """Replace a book; a command that keeps its name and type keeps its id."""
        old = {(command["name"], command["type"]): command for command in self.all(guild_id)}
        self._books[guild_id] = {}
        for payload in payloads:
            known = old.get((payload["name"], payload.get("type") or CHAT_INPUT))
            self._put(guild_id, payload, int(known["id"]) if known else self._snowflake())
        self.synced = True
        return self.all(guild_id)

    def add(self, guild_id: int | None, payload: Json) -> Json:
        """Add a command, or replace the one of the same name and type."""
        kind = payload.get("type") or CHAT_INPUT
        for command in self.all(guild_id):
            if (command["name"], command["type"]) == (payload["name"], kind):
                return self._put(guild_id, payload, int(command["id"]))
        return self._put(guild_id, payload, self._snowflake())

    def get(self, guild_id: int | None, command_id: str) -> Json:
        """Return one command; 10063 if there is none."""
        for command in self.all(guild_id):
            if command["id"] == command_id:
                return command
        raise ApiError(10063)

    def edit(self, guild_id: int | None, command_id: str, changes: Json) -> Json:
        """Change one command; 10063 if there is none."""
        return self._put(guild_id, self.get(guild_id, command_id) | changes, int(command_id))

    def delete(self, guild_id: int | None, command_id: str) -> None:
        """Remove one command; 10063 if there is none."""
        self.get(guild_id, command_id)
        del self._books[guild_id][int(command_id)]

    def find(self, guild_id: int | None, name: str, kind: int = CHAT_INPUT) -> Json:
        """Return the command a person sees under `name`; LookupError lists the existing ones."""
        known = self.all(guild_id) + self.all(None) if guild_id else self.all(None)
        for command in known:
            if command["name"] == name and command["type"] == kind:
                return command
        names = ", ".join(sorted(command["name"] for command in known if command["type"] == kind))
        raise LookupError(f"no command {name!r}; there are: {names or 'none'}")

    def _put(self, guild_id: int | None, payload: Json, command_id: int) -> Json:
        command: Json = {
            "type": CHAT_INPUT,
            "description": "",
            "options": [],
            "default_member_permissions": None,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
            **payload,
            "id": str(command_id),
            "application_id": str(self._application_id),
            "version": str(self._snowflake()),
        }
        if guild_id is not None:
            command["guild_id"] = str(guild_id)
        if command["default_member_permissions"] is not None:
            command["default_member_permissions"] = str(command["default_member_permissions"])
        self._books.setdefault(guild_id, {})[command_id] = command
        return command


def descend(command: Json, words: list[str]) -> tuple[list[Json], list[Json]]:
    """Follow group and subcommand by their names; return (nodes passed, options of the leaf)."""
    passed: list[Json] = []
    options: list[Json] = command.get("options") or []
    for word in words:
        known = [option for option in options if option["type"] in (SUBCOMMAND, GROUP)]
        node = next((option for option in known if option["name"] == word), None)
        if node is None:
            names = ", ".join(option["name"] for option in known)
            raise LookupError(f"/{command['name']} has no {word!r}; there are: {names or 'none'}")
        passed.append(node)
        options = node.get("options") or []
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in options):
        names = ", ".join(option["name"] for option in options)
        raise LookupError(f"/{command['name']} needs one more word: {names}")
    return passed, options


def leaves(command: Json) -> list[tuple[str, Json]]:
    """Return the subcommands of a slash command: words such as "blog add", and the node with the options."""
    nodes = [option for option in command.get("options") or [] if option["type"] in (SUBCOMMAND, GROUP)]
    if not nodes:
        return [(str(command["name"]), command)]
    return [(f"{command['name']} {words}", leaf) for node in nodes for words, leaf in leaves(node)]


def check_options(options: list[Json], values: dict[str, Any]) -> None:
    """Raise ValueError for values that Discord's client would not send."""
    known = {option["name"]: option for option in options}
    for name in values.keys() - known.keys():
        raise ValueError(f"no option {name!r}; there are: {', '.join(known) or 'none'}")
    for name, option in known.items():
        if name in values:
            _check_value(option, values[name])
        elif option.get("required"):
            raise ValueError(f"the option {name!r} is required")


def _check_value(option: Json, value: Any) -> None:
    name, kinds = option["name"], TYPES.get(option["type"], (object,))
    if not isinstance(value, kinds) or (isinstance(value, bool) and option["type"] != 5):
        raise ValueError(f"{name}: {value!r} is not of the option's type {option['type']}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"{name}: {value!r} is not one of the choices {choices}")
    if isinstance(value, Channel) and option.get("channel_types") and value.type not in option["channel_types"]:
        raise ValueError(f"{name}: a channel of type {value.type} is not among {option['channel_types']}")
    size = len(value) if isinstance(value, str) else value if isinstance(value, int | float) else None
    kind = "length" if isinstance(value, str) else "value"
    least, most = option.get(f"min_{kind}"), option.get(f"max_{kind}")
    if size is not None and ((least is not None and size < least) or (most is not None and size > most)):
        raise ValueError(f"{name}: {value!r} is outside {least}..{most}")


def wire(values: dict[str, Any], options: list[Json], focused: str | None = None) -> list[Json]:
    """Return the options as the interaction carries them: objects by id, the focused one marked."""
    sent = []
    for option in options:
        if option["name"] not in values:
            continue
        value = values[option["name"]]
        body = {"name": option["name"], "type": option["type"], "value": getattr(value, "id", value)}
        if option["type"] in (6, 7, 8, 9, 11):
            body["value"] = str(body["value"])
        if option["name"] == focused:
            body["focused"] = True
        sent.append(body)
    return sent
