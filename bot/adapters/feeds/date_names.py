"""Names in written dates: months and weekdays in the languages that feeds use, from Unicode's CLDR through Babel."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: English, the language of RFC 5322, needs no look-up.
_ENGLISH: Final = {name[:end]: month for end in (3, None) for month, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_ENGLISH_DAYS: Final = frozenset((*_DAYS, *(day[:3] for day in _DAYS), "tues", "wednes", "thur", "thurs"))
_LANGUAGES: Final = (
    *("de", "fr", "es", "it", "pt", "nl", "ru", "pl", "sv", "da", "nb", "nn", "fi", "is", "cs", "sk", "sl", "hr"),
    *("hu", "ro", "bg", "uk", "el", "tr", "ca", "gl", "eu", "et", "lv", "lt", "he", "ar", "hi", "id", "vi"),
)
#: Common in the wild, and not in CLDR.
_MORE: Final = {"mrz": 3, "maerz": 3, "juli": 7, "июл": 7, "нояб": 11, "сент": 9, "set": 9, "sept": 9}


def month_named(word: str) -> int | None:
    """Return the month that a word names; None for no name, and for one that names different months."""
    word = fold(word)
    if word in _ENGLISH:
        return _ENGLISH[word]
    months = _all_months().get(word, frozenset())
    return next(iter(months)) if len(months) == 1 else None


def is_weekday(word: str) -> bool:
    """Return whether a word names a day of the week in any of the languages."""
    word = fold(word)
    return word in _ENGLISH_DAYS or word in _all_weekdays()


def fold(word: str) -> str:
    """Return a word without case, points and accents, as feeds leave them out."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(".'")


@cache
def _all_months() -> dict[str, frozenset[int]]:
    """Read all names, once and only when one is met that is not English: it takes some tenths of a second."""
    months: dict[str, set[int]] = {word: {month} for word, month in _MORE.items()}
    for names in _names("months"):
        for month, name in names.items():
            months.setdefault(fold(name), set()).add(month)
    return {word: frozenset(numbers) for word, numbers in months.items() if not word.isdecimal()}


@cache
def _all_weekdays() -> frozenset[str]:
    words = {fold(name) for names in _names("days") for name in names.values()}
    # Of one letter each stands for several days, and for a zone of the military.
    return frozenset(part for word in words for part in word.replace("-", " ").split() if len(part) > 1)


def _names(kind: str) -> Iterator[dict[int, str]]:
    from babel import Locale

    for language in _LANGUAGES:
        forms = getattr(Locale(language), kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                if width in forms[context]:
                    yield forms[context][width]
