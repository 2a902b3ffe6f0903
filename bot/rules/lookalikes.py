"""Texts that look alike: Unicode's skeletons (UTS 39, section 4), for names and for addresses. Pure.

The table of confusable characters is the library's, made from Unicode's own.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from urllib.parse import urlsplit

from confusable_homoglyphs.confusables import confusables_data

#: Not confusable by Unicode's table, but taken for a dot by people and by IDNA (RFC 3490, 3.1).
_DOTS = str.maketrans(dict.fromkeys("。｡．․﹒‧・·", "."))
_SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])")
#: Marks without which a name is read as the same, by their names in Unicode. Kana with and without theirs are not.
_OVERLOOKED = re.compile(r"COMBINING (?!KATAKANA)|VARIATION SELECTOR|KHITAN SMALL SCRIPT FILLER|ARABIC|HEBREW")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//|(?<![\w@])((?:[\w-]+\.)+[^\W\d_]{2,})(?![\w-])|[\w.+-]+@[\w-]", re.IGNORECASE
)


def skeleton(text: str) -> str:
    """Return what looks the same for all texts that look the same; for comparing only."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Cf")
    table = _prototypes()
    return unicodedata.normalize("NFKD", "".join(table.get(char, char) for char in bare))


def skeletons(name: str) -> frozenset[str]:
    """Return the skeletons of a name in small letters and in capitals: either may be what looks like another's."""
    words = " ".join(name.split())
    both = {skeleton(words.casefold()), skeleton(words.upper()), skeleton(words)}
    return frozenset(each.casefold() for each in both)


def looks_alike(name: str, other: str) -> bool:
    """Whether somebody could take one name for the other."""
    return not skeletons(name).isdisjoint(skeletons(other))


def letters_of(text: str) -> str:
    """Return a text's letters and digits alone, without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())


@lru_cache(maxsize=4096)
def bare_skeletons(name: str) -> frozenset[str]:
    """Return the skeletons of what is left of a name without all that a reader may overlook.

    Spaces, punctuation and symbols go, some of which nobody sees, and so do marks on letters, but for those that spell
    words, such as the vowels of India's scripts. Nothing is left of a name without letters and digits.
    """
    letters: list[str] = []
    for char in unicodedata.normalize("NFKD", name):
        if char.isalnum():
            small = _SMALL_CAPITAL.fullmatch(unicodedata.name(char, ""))
            letters.append(small[1] if small else char)
        elif unicodedata.category(char).startswith("M") and not _OVERLOOKED.match(unicodedata.name(char, "")):
            letters.append(char)
    return skeletons("".join(letters)) - {""}


def as_address(text: str) -> str:
    """Return a text as somebody reads it who looks for an address in it."""
    dotted = unicodedata.normalize("NFKC", text).translate(_DOTS)
    return "".join(char for char in skeleton(dotted) if not unicodedata.category(char).startswith("M"))


def holds_address(text: str) -> bool:
    """Whether a text holds an address, of a page or of mail, or what looks like one."""
    return any(_ADDRESS.search(each) for each in (text, as_address(text)))


def pretends(words: str, url: str) -> bool:
    """Whether a link's words look like an address that is not the link's own host."""
    host = _host_of(url)
    return _names_another(words, host) or _names_another(as_address(words), as_address(host))


def _names_another(words: str, host: str) -> bool:
    for found in _ADDRESS.finditer(words):
        if "@" in found[0]:
            continue
        said = (found[1] or "").casefold().removeprefix("www.")
        if not said or (said != host.casefold() and not host.casefold().endswith("." + said)):
            return True
    return False


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@cache
def _prototypes() -> dict[str, str]:
    """Choose one of each class of confusable characters."""
    parents: dict[str, str] = {}

    def root(each: str) -> str:
        while parents.setdefault(each, each) != each:
            each = parents[each]
        return each

    for char, others in confusables_data.items():
        for other in others:
            # Marks of direction stand around some of them.
            parents[root(other["c"].strip("\u200e"))] = root(char)
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for each in parents:
        classes[root(each)].append(each)
    chosen: dict[str, str] = {}
    for members in classes.values():
        best = min(members, key=_preference)
        chosen.update({each: best for each in members if len(each) == 1 and each != best})
    return chosen


def _preference(text: str) -> tuple[bool, bool, bool, int, str]:
    """Plain small letters first, and of those the longest: "rn" stands for "m"."""
    return not text.isascii(), not text.isalpha(), not text.islower(), -len(text), text
