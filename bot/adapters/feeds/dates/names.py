"""Names in written dates: months and weekdays in the languages that feeds use, from Unicode's CLDR through Babel."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
    *("sr", "sr_Latn", "bs", "be", "mk", "ms", "fa", "de_AT", "ar_DZ", "ar_LB", "ar_MA", "fr_CA"),
    *("sq", "az", "kk", "uz_Latn", "hy", "ka", "bn", "ur", "ta", "te", "mr", "th", "af", "fil", "sw"),
)
#: In capitals these are zones, although they are days of the week in Croatian, Czech and Polish.
_ZONES: Final = frozenset(("CET", "CT", "PT"))
#: Common in the wild, and not in CLDR.
_MORE: Final = {
    "mrz": 3,
    "maerz": 3,
    "juli": 7,
    "июл": 7,
    "нояб": 11,
    "сент": 9,
    "set": 9,
    "sept": 9,
    "janner": 1,
    "aou": 8,
    "feber": 2,
    # Indonesian, Ukrainian and Czech, as C libraries and people write them
    "pebruari": 2,
    "agt": 8,
    "nopember": 11,
    "кві": 4,
    "тра": 5,
    "чер": 6,
    "сер": 8,
    "жов": 10,
    "гру": 12,
    "cen": 6,
    "cec": 7,
}
_MORE_DAYS: Final = dict.fromkeys(("пнд", "втр", "срд", "чтв", "птн", "сбт", "вск"), "ru")
#: How languages join the month with "in" or "of".
_AS_ONE_WORD: Final = {"he": "ב{}", "eu": "{}ren"}


def month_named(word: str) -> int | None:
    """Return the month that a word names; None for no name, and for one that names different months."""
    months = months_named(word)
    return next(iter(months)) if len(months) == 1 else None


def months_named(word: str, *, beside: Sequence[str] = ()) -> frozenset[int]:
    """Return the months that a word names: "listopad" is October in one language and November in the next.

    :param beside: names of days of the week that tell in which language the date is written.
    """
    word = fold(word)
    if word in _ENGLISH:
        return frozenset((_ENGLISH[word],))
    months = _all_months().get(word, {})
    for day in beside if len(months) > 1 else ():
        months = {month: spoken for month, spoken in months.items() if spoken & _all_weekdays().get(fold(day), set())}
    return frozenset(months)


def months_beside(word: str, day: str) -> frozenset[int]:
    """Return the months that a word names in a language in which another names a day of the week."""
    spoken = _all_weekdays().get(fold(day), set())
    return frozenset(month for month, languages in _all_months().get(fold(word), {}).items() if languages & spoken)


def is_weekday(word: str) -> bool:
    """Return whether a word names a day of the week in any of the languages."""
    if word in _ZONES:
        return False
    word = fold(word)
    return word in _ENGLISH_DAYS or word in _all_weekdays()


def fold(word: str) -> str:
    """Return a word without case, points and accents, as feeds leave them out."""
    # Turkish has an "ı" whose capital is the capital of "i".
    decomposed = unicodedata.normalize("NFKD", word.casefold()).replace("ı", "i")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(".'׳॰")


@cache
def _all_months() -> Mapping[str, Mapping[int, set[str]]]:
    """Read all names, once and only when one is met that is not English: it takes some tenths of a second."""
    months: dict[str, dict[int, set[str]]] = {word: {month: set()} for word, month in _MORE.items()}
    for language, names in _names("months"):
        for month, name in names.items():
            for written in (name, _AS_ONE_WORD.get(language, "{}").format(name)):
                months.setdefault(fold(written), {}).setdefault(month, set()).add(language)
    return {word: numbers for word, numbers in months.items() if not word.isdecimal()}


@cache
def _all_weekdays() -> Mapping[str, set[str]]:
    """Return the languages of each name of a day of the week."""
    words = {word: {language} for word, language in _MORE_DAYS.items()}
    for language, names in _names("days"):
        for name in names.values():
            # Of one letter each stands for several days, and for a zone of the military.
            for word in (part for part in fold(name).replace("-", " ").split() if len(part) > 1):
                words.setdefault(word, set()).add(language)
    return words


def _names(kind: str) -> Iterator[tuple[str, Mapping[int, str]]]:
    from babel import Locale

    for language in _LANGUAGES:
        forms = getattr(Locale.parse(language), kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                if width in forms[context]:
                    yield language, forms[context][width]
