"""Discord's real limits on components: required fields and lengths of buttons, selects and inputs."""

import re
from typing import Any

from sandbox.discord.errors import FormErrors, Json
from sandbox.discord.nouns import flatten

Path = tuple[str | int, ...]

BUTTON, LINK_STYLE, PREMIUM_STYLE = 2, 5, 6
SELECTS = (3, 5, 6, 7, 8)


#: A host of letters, digits and signs, then anything that is no white space.
_WELL_FORMED = re.compile(r"[a-z]+://[\w.:@\[\]-]+(?:[/?#]\S*)?\Z")


def check_url(faults: FormErrors, url: Any, path: Path, also: str = "https://") -> None:
    """Add a fault if `url` is not http, https or a scheme of `also`."""
    if url is None:
        return
    if not isinstance(url, str) or not url.startswith(("http://", "https://", also)) or not _WELL_FORMED.match(url):
        faults.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    faults.longer(path, url, 2048)


def check_components(faults: FormErrors, components: list[Json], path: Path) -> None:
    """Check the components of a message or modal, including nested ones."""
    seen: set[str] = set()
    for part in flatten([part for part in components if isinstance(part, dict)]):
        custom_id = part.get("custom_id")
        faults.longer((*path, "custom_id"), custom_id, 100, 1)
        if custom_id is not None and custom_id in seen:
            faults.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", f"{custom_id!r} stands twice")
        seen |= {custom_id} if custom_id is not None else set()
        kind = part.get("type")
        if kind == 1:
            faults.more((*path, "components"), part.get("components"), 5)
        elif kind == BUTTON:
            _check_button(faults, part, path)
        elif kind in SELECTS:
            _check_select(faults, part, path)
        elif kind == 4:
            faults.longer((*path, "label"), part.get("label"), 45)
            faults.longer((*path, "placeholder"), part.get("placeholder"), 100)
            faults.longer((*path, "value"), part.get("value"), part.get("max_length") or 4000)
        elif kind == 10:
            faults.longer((*path, "content"), part.get("content"), 4000, 1)
        elif kind == 18:
            faults.longer((*path, "label"), part.get("label"), 45, 1)
            faults.longer((*path, "description"), part.get("description"), 100)


def _check_button(faults: FormErrors, part: Json, path: Path) -> None:
    faults.longer((*path, "label"), part.get("label"), 80)
    link = part.get("style") == LINK_STYLE
    if link and not part.get("url"):
        faults.add((*path, "url"), "BASE_TYPE_REQUIRED", "A url is required")
    elif link:
        check_url(faults, part["url"], (*path, "url"), also="discord://")
        faults.longer((*path, "url"), part["url"], 512)
    elif not part.get("custom_id") and part.get("style") != 6:
        faults.add((*path, "custom_id"), "BASE_TYPE_REQUIRED", "A custom id is required")
    if not part.get("label") and not part.get("emoji") and part.get("style") != 6:
        faults.add((*path, "label"), "BUTTON_COMPONENT_INVALID", "A button needs a label or an emoji")


def _check_select(faults: FormErrors, part: Json, path: Path) -> None:
    options = part.get("options") or []
    faults.more((*path, "options"), options, 25)
    faults.longer((*path, "placeholder"), part.get("placeholder"), 150)
    if part.get("type") == 3 and not options:
        faults.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for option in options:
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            faults.longer((*path, "options", name), option.get(name), 100, least)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        faults.add((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "A value stands twice")
