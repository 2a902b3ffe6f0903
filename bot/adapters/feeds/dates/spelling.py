"""Spell written dates out in the way that ``written_dates.py`` reads: months by name, times of day with colons.

Chinese, Japanese and Korean write the unit behind each number, Vietnamese writes it before the month's, and several
languages of Europe write times of day with a point.
"""

import re
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
#: Days of the week go first: they may hold 日 and 月. A letter alone is one only before everything else.
_DAYS_OF_WEEK: Final = re.compile(
    r"\(?(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]\)?|\(?[月火水木金土日]曜日?\)?|\([月火水木金土日一二三四五六]\)"
    r"|\(?[월화수목금토일]요일\)?|\([월화수목금토일]\)|^(?:[月火水木金土日一二三四五六월화수목금토일]|CN)\s*,"
    r"|^[^\W\d_]\.?,|\bthứ\s*[2-7]\b|\bth\s[2-7]\s*,|\bיום\s[א-וש]׳?(?![^\W\d_])",
    re.IGNORECASE,
)
_MONTH: Final = re.compile(
    r"(?<!\d)(\d{1,2}|十[一二]?|[一二三四五六七八九])\s*[月월]\s*|\b(?:(?:tháng|thg)\.?\s?|th)(\d{1,2})(?!\d)",
    re.IGNORECASE,
)
_REST: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        # Months of two words, in the Arabic of the Levant and Iraq.
        (r"تشرين\s+الأول", " oct "),
        (r"تشرين\s+الثاني", " nov "),
        (r"كانون\s+الأول", " dec "),
        (r"كانون\s+الثاني", " jan "),
        (r"\be\s(?=(?:hënë|martë|mërkurë|enjte|premte|shtunë|diel)\b)", " "),
        # Endings of Basque, the year's unit in Lithuanian
        (r"(?<=\d)\([ea]\)(?:ko)?|(?<=\d{4})\s?m\.", " "),
        (r"(\d{4})\s*[年년]\s*", r"\1 "),
        (r"(\d)\s*[日号號일]", r"\1 "),
        (r"(:\d\d)\s?(?:午前|上午|오전|凌晨|早上|清晨)", r"\1 am "),
        (r"(:\d\d)\s?(?:午後|下午|오후|晚上)", r"\1 pm "),
        (r"(?:午前|上午|오전|凌晨|早上|清晨)\s*(\d[\d:\s时時点點시分분秒초]*)", r"\1 am "),
        # Midnight may be the evening's 12 o'clock.
        (r"晚上\s*(?!12)(?=\d)", "下午"),
        (r"中午\s*(?=12)", "下午"),
        (r"(?:午後|下午|오후)\s*(\d[\d:\s时時点點시分분秒초]*)", r"\1 pm "),
        (r"(?<!\d)(\d\s*[分분秒초])", r"0\1"),
        (r"(\d)\s*[时時点點시]\s*(?=\d)", r"\1:"),
        (r"(\d)\s*[时時点點시]", r"\1:00 "),
        (r"(\d)\s*[分분]\s*(?=\d)", r"\1:"),
        (r"(\d)\s*[分분秒초]", r"\1 "),
        (r"(?<![\d:.])(\d{1,2})\s?h\s?(\d{2})\s?min\.?\s?(\d{2})\s?s\b", r"\1:\2:\3"),
        (r"(?<![\d:.])(\d{1,2})u(\d{2})(?!\d)", r"\1:\2"),
        # Three numbers with points are a time where the day's year stands elsewhere, two are one behind the year.
        (r"(?<![\d:.])(\d{1,2})\.(\d{2})\.(\d{2})(?:\.\d{3,9})?(?=\s?[ap]\.?\s?m\b)", r"\1:\2:\3"),
        (r"^(?=.*\d{4})(.*?)(?<![\d:.])(\d{1,2})\.(\d{2})\.(\d{2})(?![\d.])", r"\1\2:\3:\4"),
        (r"(?:(?<=[\w.,]\s\d{4})|(?<=[./-]\d{4}))(\.?,?\s)(\d{1,2})\.(\d{2})(?![\d.])", r"\1\2:\3"),
        # Numbers that a program did not fill up
        (r"(?<![+-]\d:)(?<![+-]\d\d:)(?<=\d:)(\d)(?!\d)", r"0\1"),
        (r"(\b(?:kl|klo|klokken|kello|ore|alle|om|um|jam|pukul|kell|ob)\.?\s?\d{1,2})\.(\d{2})(?![.\d])", r"\1:\2"),
        (r"(?<![\d.])(\d{1,2})\.(\d{2})(?=\s?(?:uhr|uur|wib|[ap]\.?\s?m)\b)", r"\1:\2"),
        # The halves of a day in Arabic, Greek and Vietnamese, and where English leaves the "m" out.
        (r"(?<=\d)\s?(?:ص(?:باح[ا\u064b]{0,2})?|π\.?\s?μ|(?-i:SA))(?!\w)\.?", " am "),
        (r"(?<=\d)\s?(?:م(?:ساء\u064b?)?|μ\.?\s?μ|(?-i:CH))(?!\w)\.?", " pm "),
        (r"(:\d\d)(?-i:\s?([ap]))(?![\w.])", r"\1 \2m "),
        # Malay, Albanian, Czech, Bulgarian, Ukrainian, Turkish, Icelandic, Finnish and Afrikaans
        (r"(?<=\d)\s?(?:(?-i:PG)|p\.?d|dop|пр\.\s?об|дп|öö|f\.h|ap|vm)\b\.?", " am "),
        (r"(?<=\d)\s?(?:(?-i:PTG)|m\.?d|odp|сл\.\s?об|пп|ös|e\.h|ip|nm)\b\.?", " pm "),
        # Hungarian writes the half first, and Korean and Chinese do in letters of English as well.
        (r"\bde\.\s?(?=\d{1,2}:)", "am "),
        (r"\bdu\.\s?(?=\d{1,2}:)", "pm "),
        (r"(:\d\d)\s?du\b\.?", r"\1 pm "),
        (r"\b([ap]m)\s?(\d{1,2}:\d\d(?::\d\d)?)", r"\2 \1 "),
        # The name of the unit behind a time: of a lone capital it is a zone of the military.
        (r"(:\d\d)\s?(?:hrs?|hs|(?-i:[huч])|hod|val)(?![^\W\d_])\.?", r"\1 "),
        # Logs of servers write a colon between the day and its time.
        (r"(\d{4}):(?=\d\d:\d\d)", r"\1 "),
        (r"\bмск\b", "MSK"),
        (r"\s+", " "),
    )
)


def spell_out(text: str) -> str:
    """Return a date with months by name and times with colons, where a language writes them otherwise."""
    text = _MONTH.sub(_name, _DAYS_OF_WEEK.sub(" ", text))
    for pattern, put in _REST:
        text = pattern.sub(put, text)
    return text.strip()


def _name(found: re.Match[str]) -> str:
    written = found[1] or found[2]
    number = _CHINESE.index(written) + 1 if written in _CHINESE else int(written)
    return f" {_MONTHS[number - 1]} " if 1 <= number <= len(_MONTHS) else found[0]
