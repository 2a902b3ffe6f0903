"""Discord's real limits on a bot's messages, commands and threads: lengths and counts.

The OpenAPI description lacks some of them, and has some wrong. `component_limits` checks components.
"""

from typing import Any

from sandbox.discord.component_limits import check_components, check_url
from sandbox.discord.errors import FormErrors, Json
from sandbox.discord.nouns import COMPONENTS_V2, flatten

Path = tuple[str | int, ...]

CONTENT, EMBEDS, EMBED_TOTAL, COMPONENTS_V2_MOST = 2000, 10, 6000, 40


def check_message(faults: FormErrors, body: Json, path: Path = ()) -> None:
    """Check a message as it is created or edited."""
    faults.longer((*path, "content"), body.get("content"), CONTENT)
    nonce = body.get("nonce")
    faults.longer((*path, "nonce"), str(nonce) if nonce is not None else None, 25)
    embeds = body.get("embeds") or []
    faults.more((*path, "embeds"), embeds, EMBEDS)
    total = 0
    for number, embed in enumerate(embeds):
        if isinstance(embed, dict):
            total += _check_embed(faults, embed, (*path, "embeds", number))
    if total > EMBED_TOTAL:
        faults.add((*path, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    components = body.get("components") or []
    if (body.get("flags") or 0) & COMPONENTS_V2:
        if body.get("content") or embeds:
            faults.add((*path, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Not with this flag.")
        if len(flatten(components)) > COMPONENTS_V2_MOST:
            faults.add((*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer, nested ones included.")
    else:
        faults.more((*path, "components"), components, 5)
        if any(part.get("type") != 1 for part in components):
            faults.add((*path, "components"), "UNION_TYPE_CHOICES", "Only action rows without the V2 flag.")
    check_components(faults, components, (*path, "components"))


def _check_embed(faults: FormErrors, embed: Json, path: Path) -> int:
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    entries = embed.get("fields") or []
    faults.longer((*path, "title"), embed.get("title"), 256)
    faults.longer((*path, "description"), embed.get("description"), 4096)
    faults.longer((*path, "author", "name"), author.get("name"), 256)
    faults.longer((*path, "footer", "text"), footer.get("text"), 2048)
    faults.more((*path, "fields"), entries, 25)
    for number, entry in enumerate(entries):
        faults.longer((*path, "fields", number, "name"), entry.get("name"), 256, 1)
        faults.longer((*path, "fields", number, "value"), entry.get("value"), 1024, 1)
    for place, part in ((("url",), embed.get("url")), (("author", "url"), author.get("url"))):
        check_url(faults, part, (*path, *place))
    for name in ("image", "thumbnail"):
        check_url(faults, (embed.get(name) or {}).get("url"), (*path, name, "url"), also="attachment://")
    texts = [embed.get("title"), embed.get("description"), author.get("name"), footer.get("text")]
    texts += [entry.get(name) for entry in entries for name in ("name", "value")]
    return sum(len(text) for text in texts if isinstance(text, str))


def check_modal(faults: FormErrors, data: Json) -> None:
    """Check the data of an interaction answer of type 9."""
    faults.longer(("data", "title"), data.get("title"), 45, 1)
    faults.longer(("data", "custom_id"), data.get("custom_id"), 100, 1)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        faults.add(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    check_components(faults, components, ("data", "components"))


def check_choices(faults: FormErrors, choices: Any, path: Path) -> None:
    """Check the choices of an option or of an autocomplete answer."""
    faults.more(path, choices, 25)
    for number, choice in enumerate(choices or []):
        faults.longer((*path, number, "name"), choice.get("name"), 100, 1)
        faults.longer((*path, number, "value"), choice.get("value"), 100)


def check_command(faults: FormErrors, command: Json, path: Path = ()) -> None:
    """Check an application command or, by recursion, one of its options."""
    faults.longer((*path, "name"), command.get("name"), 32, 1)
    menu = not path[1:] and command.get("type") in (2, 3)
    faults.longer((*path, "description"), command.get("description"), 0 if menu else 100, 0 if menu else 1)
    name = command.get("name")
    if isinstance(name, str) and not menu and (name != name.lower() or " " in name):
        faults.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    faults.more((*path, "options"), command.get("options"), 25)
    check_choices(faults, command.get("choices"), (*path, "choices"))
    optional = False
    for number, option in enumerate(command.get("options") or []):
        place = (*path, "options", number)
        if option.get("required") and optional:
            faults.add(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
        optional = optional or not option.get("required")
        check_command(faults, option, place)


def check_thread(faults: FormErrors, body: Json) -> None:
    """Check the creation or change of a thread or forum post."""
    if "name" in body:
        faults.longer(("name",), body.get("name") or "", 100, 1)
    faults.more(("applied_tags",), body.get("applied_tags"), 5)
    if isinstance(body.get("message"), dict):
        check_message(faults, body["message"], ("message",))


#: The most commands of each type in a scope: chat input, user, message.
COMMANDS = {1: 100, 2: 15, 3: 15}


def check_commands(faults: FormErrors, commands: list[Json]) -> None:
    """Check all commands of a bulk overwrite."""
    for number, command in enumerate(commands):
        check_command(faults, command, (number,))
    for kind, most in COMMANDS.items():
        if sum(1 for command in commands if (command.get("type") or 1) == kind) > most:
            faults.add((), "APPLICATION_COMMAND_TOO_MANY", f"At most {most} commands of type {kind}")
    names = [(command.get("name"), command.get("type") or 1) for command in commands]
    if len(set(names)) < len(names):
        faults.add((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")


def check(method: str, template: str, body: Any) -> FormErrors:
    """Return the faults of a route's body against the real limits; `validation` checks its shape."""
    faults = FormErrors()
    try:
        if isinstance(body, list) and template.endswith("/commands"):
            check_commands(faults, body)
        elif isinstance(body, dict):
            _check_object(faults, method, template, body)
    except (AttributeError, TypeError):
        return FormErrors()
    return faults


def _check_object(faults: FormErrors, method: str, template: str, body: Json) -> None:
    if template.endswith("/callback"):
        _check_callback(faults, body)
    elif "/commands" in template and method == "POST":
        check_command(faults, body, (0,))
    elif ("/messages" in template and not template.endswith("/threads")) or template.startswith("/webhooks"):
        check_message(faults, body)
    elif template.endswith("/threads") or template == "/channels/{channel_id}":
        check_thread(faults, body)


def _check_callback(faults: FormErrors, body: Json) -> None:
    data = body.get("data") or {}
    match body.get("type"):
        case 4 | 7:
            check_message(faults, data, ("data",))
        case 8:
            check_choices(faults, data.get("choices"), ("data", "choices"))
        case 9:
            check_modal(faults, data)
