"""Finds names and addresses that look alike, by Unicode's skeletons (UTS 39, section 4)."""

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
    """Return a text's skeleton, which is equal for all texts that look the same; for comparison only."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Cf")
    table = _prototypes()
    return unicodedata.normalize("NFKD", "".join(table.get(char, char) for char in bare))


def skeletons(name: str) -> frozenset[str]:
    """Return the skeletons of a name as written, in small letters and in capitals."""
    words = " ".join(name.split())
    both = {skeleton(words.casefold()), skeleton(words.upper()), skeleton(words)}
    return frozenset(each.casefold() for each in both)


def looks_alike(name: str, other: str) -> bool:
    """Return whether two names look alike."""
    return not skeletons(name).isdisjoint(skeletons(other))


def letters_of(text: str) -> str:
    """Return a text's letters and digits alone, without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())


@lru_cache(maxsize=4096)
def bare_skeletons(name: str) -> frozenset[str]:
    """Return the skeletons of a name without characters that a reader may overlook.

    Spaces, punctuation, symbols and marks on letters are removed. Marks that spell words stay, such as the vowels of
    India's scripts. A name without letters and digits has none.
    """
    letters: list[str] = []
    for char in unicodedata.normalize("NFKD", name):
        if char.isalnum():
            small = _SMALL_CAPITAL.fullmatch(unicodedata.name(char, ""))
            letters.append(small[1] if small else char)
        elif unicodedata.category(char).startswith("M") and not _OVERLOOKED.match(unicodedata.name(char, "")):
            letters.append(char)
    return skeletons("".join(letters)) - {""}


def fold_address(text: str) -> str:
    """Return a text with characters that look like those of an address replaced by them."""
    dotted = unicodedata.normalize("NFKC", text).translate(_DOTS)
    return "".join(char for char in skeleton(dotted) if not unicodedata.category(char).startswith("M"))


def contains_address(text: str) -> bool:
    """Return whether a text contains a web or mail address, or something that looks like one."""
    return any(_ADDRESS.search(each) for each in (text, fold_address(text)))


def names_other_host(words: str, url: str) -> bool:
    """Return whether a link's words look like an address on another host than the link's."""
    host = _host_of(url)
    return _names_another(words, host) or _names_another(fold_address(words), fold_address(host))


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
    """Return, for each confusable character, the one that stands for its class."""
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
    """Sort small ASCII letters first, and of those the longest: "rn" stands for "m"."""
    return not text.isascii(), not text.isalpha(), not text.islower(), -len(text), text
