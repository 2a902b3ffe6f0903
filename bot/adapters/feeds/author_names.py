"""Names of authors as feeds write them, without the addresses of mail that stand beside; pure."""

import html
import re
from collections.abc import Iterable
from typing import Final

from bot.adapters.feeds.text import one_line, unwrap_cdata

#: A mark where an address stood.
_GONE: Final = "\x00"
_MAIL: Final = re.compile(
    r"(?:mailto:\s*)?(?<![@\w.])[^\s@<>()\[\]{},;:\"'“”]+@[^\s@<>()\[\]{},;:\"'“”]*\w(?:\?[^\s<>()\[\]]*)?",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(rf"[(\[<{{]\s*(?:mailto:\s*)?{_GONE}\s*[)\]>}}]", re.IGNORECASE)
_LONGEST: Final = 4000
#: Signs that part a name from an address, and say nothing without it.
_SIGNS: Final = " \t,;:|/–—-·•"
_WRAPPED: Final = {"(": ")", "[": "]", "<": ">", '"': '"', "'": "'", "“": "”", "{": "}"}


def read_names(written: Iterable[str]) -> str:
    """Return whose work something is, parted by commas; an address of mail is nobody's name."""
    names = (name for text in written for name in _names(html.unescape(unwrap_cdata(text[:_LONGEST]))))
    return ", ".join(dict.fromkeys(filter(None, map(one_line, names))))


def _names(text: str) -> list[str]:
    found = _MAIL.search(text)
    if found is None or not _is_mail(found[0]):
        return [text]
    without = _BRACKETED.sub(_GONE, _MAIL.sub(lambda each: _GONE if _is_mail(each[0]) else each[0], text))
    return [_bare(part) for part in without.split(_GONE)]


def _is_mail(text: str) -> bool:
    return text.lower().startswith("mailto:") or "." in text.rpartition("@")[2]


def _bare(part: str) -> str:
    """Return a name without the signs that stood between it and an address."""
    name = part.strip(_SIGNS)
    while len(name) > 1 and _WRAPPED.get(name[0]) == name[-1]:
        name = name[1:-1].strip(_SIGNS)
    # Half of a pair of brackets that stood around name and address.
    for opening, closing in (("(", ")"), ("[", "]"), ("<", ">")):
        if name.startswith(opening) and closing not in name:
            name = name[1:]
        if name.endswith(closing) and opening not in name:
            name = name[:-1]
    return name.strip(_SIGNS)
