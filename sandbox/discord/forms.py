"""Finding and filling in components: buttons and selects of a message, the inputs of a modal.

A missing component raises LookupError, and a value that cannot be sent ValueError.
"""

from collections.abc import Iterable
from typing import Any

from sandbox.discord.answers import INPUTS, Modal
from sandbox.discord.errors import Json
from sandbox.discord.nouns import Channel, Message, Role, User

BUTTON, SELECTS, TEXT, CHECKBOX, RADIO = 2, (3, 5, 6, 7, 8), 4, 23, 21


def find_button(message: Message, button: str) -> Json:
    """Return a button by label or custom_id that can be pressed."""
    parts = [part for part in message.parts if part["type"] == BUTTON]
    for part in parts:
        if button in (part.get("label"), part.get("custom_id")):
            if part.get("url"):
                raise ValueError(f"{button!r} is a link to {part['url']}")
            if part.get("disabled"):
                raise ValueError(f"{button!r} is disabled")
            return part
    raise LookupError(f"no button {button!r}; there are: {', '.join(message.buttons) or 'none'}")


def find_select(message: Message, custom_id: str) -> Json:
    """Return a select by custom_id or placeholder."""
    parts = [part for part in message.parts if part["type"] in SELECTS]
    for part in parts:
        if custom_id in (part["custom_id"], part.get("placeholder")):
            return part
    raise LookupError(f"no select {custom_id!r}; there are: {[part['custom_id'] for part in parts]}")


def chosen(part: Json, values: list[Any]) -> list[str]:
    """Return the values of a choice made by values, labels or objects; ValueError if it is not possible."""
    if part["type"] not in (3, 22):
        return [str(getattr(value, "id", value)) for value in values]
    options = {option["value"]: option for option in part.get("options") or []}
    labels = {option["label"]: option["value"] for option in options.values()}
    picked = []
    for value in values:
        if value not in options and value not in labels:
            raise ValueError(f"{part['custom_id']}: no option {value!r}; there are: {', '.join(labels)}")
        picked.append(value if value in options else labels[value])
    least, most = part.get("min_values", 1), part.get("max_values", 1 if part["type"] == 3 else 10)
    if not (least if part.get("required", True) else 0) <= len(picked) <= most:
        raise ValueError(f"{part['custom_id']}: {len(picked)} values, not {least} to {most}")
    return picked


def objects(values: dict[str, Any]) -> Iterable[Any]:
    """Return the users, roles and channels among the values of a form."""
    flat = [part for value in values.values() for part in (value if isinstance(value, list | tuple) else [value])]
    return [part for part in flat if isinstance(part, User | Role | Channel)]


def fill(modal: Modal, values: dict[str, Any]) -> list[Json]:
    """Return the components of a submitted modal; inputs without a value keep their default."""
    known = {part["custom_id"] for part in modal.inputs}
    for name in values.keys() - known:
        raise LookupError(f"no input {name!r}; there are: {', '.join(sorted(known))}")
    return [_submitted(part, values) for part in modal.components]


def _submitted(part: Json, values: dict[str, Any]) -> Json:
    body: Json = {"type": part["type"], "id": part.get("id", 0)}
    if part.get("components"):
        body["components"] = [_submitted(inner, values) for inner in part["components"]]
    elif part.get("component"):
        body["component"] = _submitted(part["component"], values)
    elif part["type"] in INPUTS:
        body |= {"custom_id": part["custom_id"], **_value(part, values)}
    return body


def _value(part: Json, values: dict[str, Any]) -> Json:
    name, kind = part["custom_id"], part["type"]
    if kind == TEXT:
        return {"value": _text(part, str(values.get(name, part.get("value") or "")))}
    if kind == CHECKBOX:
        return {"value": bool(values.get(name, part.get("default", False)))}
    defaults = [option["value"] for option in part.get("options") or [] if option.get("default")]
    if kind == RADIO:
        return {"value": _radio(part, values.get(name, defaults[0] if defaults else None))}
    given = values.get(name, defaults)
    given = list(given) if isinstance(given, list | tuple) else [given]
    if not given and part.get("required", True):
        raise ValueError(f"{name}: a choice is required")
    return {"values": chosen(part, given) if given else []}


def _text(part: Json, text: str) -> str:
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if not text and part.get("required", True):
        raise ValueError(f"{part['custom_id']}: a text is required")
    if text and not least <= len(text) <= most:
        raise ValueError(f"{part['custom_id']}: {len(text)} characters, not {least} to {most}")
    return text


def _radio(part: Json, value: Any) -> Any:
    options = {option["value"] for option in part["options"]}
    labels = {option["label"]: option["value"] for option in part["options"]}
    value = labels.get(value, value)
    if value is None and part.get("required", True):
        raise ValueError(f"{part['custom_id']}: a choice is required")
    if value is not None and value not in options:
        raise ValueError(f"{part['custom_id']}: no option {value!r}; there are: {', '.join(labels)}")
    return value
