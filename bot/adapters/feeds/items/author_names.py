"""Read the names of authors as feeds write them, without e-mail addresses."""

import html
import re
from collections.abc import Iterable
from typing import Final

from bot.adapters.feeds.text import one_line, unwrap_cdata

#: A mark where an address stood.
_GONE: Final = "\x00"
_PART: Final = r"[^\s@<>()\[\]{},;:|\"'“”‘’«»（）［］＜＞【】「」『』《》〈〉，、；：｜]"
_MAIL: Final = re.compile(
    rf"(?:(?:mailto|xmpp|sip|acct):\s*)?(?<![@\w.])(?:\"[^\"@<>]+\"|{_PART}+(?:'{_PART}+)*)@(?:\[[\w.:]+\]|[\w.-]*\w)"
    r"(?:\?[^\s<>()\[\]]*)?",
    re.IGNORECASE,
)
#: One or several addresses in brackets, which may stand in brackets themselves, or right between quotation marks.
_BRACKETED: Final = re.compile(
    rf"[(\[<{{«（［＜【「『《〈]\s*(?:mailto:\s*)?{_GONE}(?:[\s,;/|]*{_GONE})*\s*[)\]>}}»）］＞】」』》〉]"
    rf"|[\"'“‘]{_GONE}[\"'”’]",
    re.IGNORECASE,
)
#: Addresses that no program is to find, also as archives of mailing lists write them: "ada at mail.example (Ada)".
_DOT: Final = r"(?:\.|\s*[(\[{<]\s*dot\s*[)\]}>]\s*|\s+dot\s+)"
_DISGUISED: Final = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})(?:"
    rf"\s*[(\[{{<]\s*(?:at|@)\s*[)\]}}>]\s*([\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}})"
    r"|\s+at\s+([\w-]{1,63}(?:\s+dot\s+[\w-]{1,63}){1,5}))"
    r"|(?<![^<(\[])([\w.+-]{1,64})\s+at\s+([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})(?=\s*[(>)\]])",
    re.IGNORECASE,
)
_DEEPEST: Final = 3
_TAG: Final = re.compile(r"</?(?:a|b|i|u|em|strong|span|small|font|cite)(?:[\s/][^<>]*)?>", re.IGNORECASE)
#: What joins a name with another one that has its own address, or with the address.
_JOINED_BEFORE: Final = re.compile(r"\s*[.&+]|\s*(?:and|und|et|y|e|en|og|och)(?=\s)")
_JOINED_BEHIND: Final = re.compile(r"(?<!\w)(?:e-?mail|mailto)\s*:?\s*$", re.IGNORECASE)
_LONGEST: Final = 4000
#: Signs that part a name from an address, and say nothing without it.
_SIGNS: Final = " \t,;:|/–—-·•*=~«»，、；：｜"
_BRACKETS: Final = dict(zip("([<{（［＜【「『《〈", ")]>}）］＞】」』》〉", strict=True))
_WRAPPED: Final = {**_BRACKETS, '"': '"', "'": "'", "“": "”"}


def read_names(written: Iterable[str]) -> str:
    """Return the authors' names, separated by commas; an e-mail address is not a name."""
    plain = (html.unescape(unwrap_cdata(text[:_LONGEST])) for text in written)
    names = (name for text in plain for name in _names(_TAG.sub("", text)))
    return ", ".join(dict.fromkeys(filter(None, map(one_line, names))))


def _names(text: str) -> list[str]:
    text = _DISGUISED.sub(_plainly, text)
    found = _MAIL.search(text)
    if found is None or not _is_mail(found[0]):
        return [text]
    without = _MAIL.sub(lambda each: _GONE if _is_mail(each[0]) else each[0], text)
    for _ in range(_DEEPEST):
        without = _BRACKETED.sub(_GONE, without)
    first, *others = without.split(_GONE)
    parts = [first, *(_JOINED_BEFORE.sub("", part, count=1) if _JOINED_BEFORE.match(part) else part for part in others)]
    return [_bare(_JOINED_BEHIND.sub("", part)) for part in parts]


def _plainly(found: re.Match[str]) -> str:
    return f"{found[1] or found[4]}@{re.sub(_DOT, '.', found[2] or found[3] or found[5], flags=re.IGNORECASE)}"


def _is_mail(text: str) -> bool:
    host = text.rpartition("@")[2].lower()
    return text.lower().startswith("mailto:") or "." in host or host == "localhost"


def _bare(part: str) -> str:
    """Return a name without the signs that stood between it and an address."""
    name = part.strip(_SIGNS)
    while len(name) > 1 and _is_wrapped(name):
        name = name[1:-1].strip(_SIGNS)
    # Half of a pair of brackets that stood around name and address.
    for opening, closing in _BRACKETS.items():
        if name.endswith(opening) or (name.endswith(closing) and opening not in name):
            name = name[:-1]
        if name.startswith(closing) or (name.startswith(opening) and closing not in name):
            name = name[1:]
    name = name.strip(_SIGNS)
    return name if any(map(str.isalnum, name)) else ""


def _is_wrapped(name: str) -> bool:
    """Tell whether the sign at the end closes the one at the beginning."""
    opening, closing, depth = name[0], _WRAPPED.get(name[0]), 0
    if closing != name[-1] or opening == closing:
        return closing == name[-1] and closing not in name[1:-1]
    for sign in name[1:-1]:
        depth += (sign == opening) - (sign == closing)
        if depth < 0:
            return False
    return True
