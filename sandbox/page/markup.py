"""HTML from small templates: values are escaped unless they are HTML already."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

import nh3

#: as nh3 writes one: values in double quotes
_PICTURE = re.compile(r'<img(?:\s+[a-z]+="[^"]*")*\s*/?>')
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Value = str | int | None | Iterable["Value"]


def html(template: str, /, **values: Value) -> Markup:
    """Fill `{name}` in a template: text is escaped, lists are joined, None is empty."""
    return Markup(template.format_map({name: _safe(value) for name, value in values.items()}))


def attributes(**values: str | int | bool | None) -> Markup:
    """Write attributes; True is one without a value, False and None are left out, `_` is a hyphen."""
    parts = []
    for name, value in values.items():
        bare = name.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(f" {bare}")
        elif value is not None and value is not False:
            parts.append(f' {bare}="{escape(str(value))}"')
    return Markup("".join(parts))


def cleaned(foreign: str, *, pictures_of: str = "") -> Markup:
    """Return the HTML of a post or comment without scripts, forms and other active parts.

    :param pictures_of: the beginning of the addresses of pictures to show; others are left out.
    """
    tags = nh3.ALLOWED_TAGS - {"map", "area"} - (set() if pictures_of else {"img"})

    def keep(tag: str, name: str, value: str) -> str | None:
        return None if tag == "img" and name == "src" and not value.startswith(pictures_of) else value

    kept = nh3.clean(foreign, tags=tags, attribute_filter=keep, link_rel="noopener noreferrer")
    return Markup(_PICTURE.sub(lambda found: found[0] if ' src="' in found[0] else "", kept))


def ago(moment: datetime, now: datetime | None = None) -> Markup:
    """Write how long ago a time was, or how far ahead it is; the exact time is in the element."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    said = _ago(seconds) if seconds >= 0 else _ahead(-seconds)
    exact = moment.astimezone(UTC)
    return html(
        '<time datetime="{iso}" title="{full}">{said}</time>',
        iso=exact.isoformat(timespec="seconds"),
        full=f"{exact:%d %B %Y, %H:%M} UTC",
        said=said,
    )


def avatar(name: str, kind: str = "person") -> Markup:
    """Draw a person as the first letter of their name."""
    shade = sum(name.encode()) % 5
    return html(
        '<span class="avatar {kind} shade-{shade}" aria-hidden="true">{letter}</span>',
        kind=kind,
        shade=shade,
        letter=name[:1].upper() or "?",
    )


def _safe(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str | int):
        return escape(str(value))
    return "".join(_safe(each) for each in value)


def _ago(seconds: float) -> str:
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    return "yesterday" if days == 1 else f"{days} days ago"


def _ahead(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"in {max(round(seconds), 1)} s"
    if seconds < _HOUR:
        return f"in {round(seconds / _MINUTE)} min"
    if seconds < _DAY:
        return f"in {round(seconds / _HOUR)} h"
    days = round(seconds / _DAY)
    return "in 1 day" if days == 1 else f"in {days} days"
