"""Does an entry pass a subscription's filter? Pure.

Words are compared whatever their case and typography, and are found as whole words. Expressions run on RE2, whose
time is linear in the text, so that nobody's expression stalls the bot (https://github.com/google/re2/wiki/WhyRE2).
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final
from unicodedata import category, normalize

import re2

from bot.model.entry import Entry
from bot.model.errors import Refused
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule, Verdict
from bot.rules.html_to_discord.convert import all_text, escape, name_line, text_line
from bot.rules.html_to_discord.text import clean, one_line

#: Discord offers 25 choices: every rule can be picked for removal, and all at once.
MOST_RULES: Final = 24
LONGEST_PATTERN: Final = 200
#: Characters of a post's text that rules look at.
_TEXT: Final = 100_000
_LINE: Final = 2000
#: Bytes for a compiled expression; what Discord lets an admin type needs a tenth.
_MEMORY: Final = 1 << 20

_PLACES: Final = {
    FilterField.TITLE: "the title",
    FilterField.TEXT: "the text",
    FilterField.CATEGORY: "a category",
    FilterField.AUTHOR: "the author",
}
#: Fields that hold names, which are compared as a whole: “Art” is not “Art history”.
_NAMES: Final = (FilterField.CATEGORY, FilterField.AUTHOR)
#: Blogs print typographic characters where people type plain ones.
_TYPED: Final = str.maketrans("‘’ʼ“”„‐‑–—", "'''\"\"\"----")
#: Thai to Burmese, Khmer, Japanese, Chinese, Korean: words stand without spaces, or with particles attached.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def apply_filter(wanted: Filter, entry: Entry) -> Verdict:
    """Decide whether an entry is posted: no rule excludes it, and where rules include, one of them fits.

    An entry of which nothing but an address is known, from a comment that was faster than its feed, does not pass
    any rules; its feed will show it.
    """
    if not wanted.rules:
        return Verdict(passed=True, reason="No filter is set.")
    if entry.is_stub and not entry.html:
        return Verdict(passed=False, reason="Left out so far: only a comment has told of it, not yet the blog's feed.")
    read = _EntryTexts(entry)
    for rule in _with(wanted, FilterEffect.EXCLUDE):
        if place := _where(rule, read):
            return Verdict(passed=False, reason=f"Left out: {_finding(rule, place)}.")
    including = list(_with(wanted, FilterEffect.INCLUDE))
    for rule in including:
        if place := _where(rule, read):
            return Verdict(passed=True, reason=f"Passes: {_finding(rule, place)}.")
    if including:
        return Verdict(passed=False, reason="Left out: no include rule fits.")
    return Verdict(passed=True, reason="Passes: no exclude rule fits.")


def parse_rule(effect: FilterEffect, field: FilterField, typed: str) -> FilterRule:
    """Read a rule as an admin typed it: words, or an expression between slashes.

    :raises Refused: there is nothing in it, it is too long, or the engine does not take it.
    """
    text = one_line(clean(typed))
    regex = len(text) > 2 and text.startswith("/") and text.endswith("/")
    pattern = text[1:-1] if regex else text
    if not pattern:
        raise Refused("There are no words in this rule.")
    if len(pattern) > LONGEST_PATTERN:
        raise Refused(f"A rule may have {LONGEST_PATTERN} characters; this one has {len(pattern)}.")
    if regex:
        _check(pattern)
    return FilterRule(effect=effect, field=field, pattern=pattern, regex=regex)


def parse_rules(effect: FilterEffect, field: FilterField, typed: str) -> list[FilterRule]:
    """Read what an admin typed as rules: commas part words, but belong to an expression, a category or an author.

    :raises Refused: as :func:`parse_rule`.
    """
    words = one_line(clean(typed))
    if (words.startswith("/") and words.endswith("/")) or field in _NAMES or "," not in words:
        return [parse_rule(effect, field, typed)]
    parts = dict.fromkeys(part.strip() for part in words.split(",") if part.strip())
    return [parse_rule(effect, field, part) for part in parts] or [parse_rule(effect, field, "")]


def explain_commas(field: FilterField, typed: str) -> str | None:
    """Say what :func:`parse_rules` makes of commas in what was typed; None where there are none to explain."""
    words = one_line(clean(typed))
    if "," not in words or (words.startswith("/") and words.endswith("/")):
        return None
    if field in _NAMES:
        return "A comma is taken as part of the name. Add several names one by one."
    return "Commas part words: each of them is a rule of its own. For a text with a comma in it use `/…/`."


def describe_rule(rule: FilterRule) -> str:
    """Say in plain text what a rule does, such as ``exclude if the title holds “sponsored”``."""
    return f"{rule.effect} if {_relation(rule, _PLACES.get(rule.field, 'anything'))} {_quoted(rule)}"


class _FieldText:
    """A text of an entry, in its original form and as it is compared."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> str:
        return _folded(self.text)


class _EntryTexts:
    """The texts of an entry, each read once and only if a rule asks for it."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def of(self, field: FilterField) -> tuple[_FieldText, ...]:
        match field:
            case FilterField.TITLE:
                return self.titles
            case FilterField.TEXT:
                return self.texts
            case FilterField.CATEGORY:
                return self.categories
            case _:
                return self.authors

    @cached_property
    def titles(self) -> tuple[_FieldText, ...]:
        return (_FieldText(text_line(self._entry.title, limit=_LINE)),)

    @cached_property
    def texts(self) -> tuple[_FieldText, ...]:
        return (_FieldText(all_text(self._entry.html, enough=_TEXT)),)

    @cached_property
    def categories(self) -> tuple[_FieldText, ...]:
        return tuple(_FieldText(name_line(each, limit=_LINE)) for each in self._entry.categories)

    @cached_property
    def authors(self) -> tuple[_FieldText, ...]:
        # Several authors of one entry come as one line.
        author = text_line(self._entry.author, limit=_LINE)
        return tuple(_FieldText(each) for each in dict.fromkeys((author, *author.split(", "))))


def _with(wanted: Filter, effect: FilterEffect) -> Iterator[FilterRule]:
    return (rule for rule in wanted.rules if rule.effect is effect)


def _where(rule: FilterRule, read: _EntryTexts) -> FilterField | None:
    """Return the first place that a rule fits."""
    places = list(_PLACES) if rule.field is FilterField.ANYTHING else [rule.field]
    return next((place for place in places if any(_fits(rule, said) for said in read.of(place))), None)


def _fits(rule: FilterRule, said: _FieldText) -> bool:
    if rule.regex:
        return _searches(rule.pattern, said.text)
    if _whole(rule):
        return said.folded == _folded(rule.pattern)
    return _holds(said.folded, _folded(rule.pattern))


def _whole(rule: FilterRule) -> bool:
    return rule.field in _NAMES


def _holds(text: str, words: str) -> bool:
    at = text.find(words)
    while at >= 0:
        if _is_border(text, at) and _is_border(text, at + len(words)):
            return True
        at = text.find(words, at + 1)
    return False


def _is_border(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at + 1]
    return len(around) < 2 or not all(_in_word(char) for char in around)


def _in_word(char: str) -> bool:
    return (char.isalnum() or char == "_" or category(char)[0] == "M") and not _UNSPACED.match(char)


def _folded(text: str) -> str:
    folded = normalize("NFKC", normalize("NFKC", text.translate(_TYPED)).casefold())
    return " ".join(folded.split())


def _check(pattern: str) -> None:
    try:
        _compiled(pattern)
    except re2.error as error:
        said = error.args[0].decode(errors="replace")
        raise Refused(f"This expression cannot be used: {escape(said)}. Expressions are those of RE2.") from error


def _searches(pattern: str, text: str) -> bool:
    try:
        return _compiled(pattern).search(text) is not None
    except re2.error:
        # It was taken when it was added, by another release of the engine; a blog's poll does not end for it.
        return False


def _compiled(pattern: str) -> Any:
    """Compile an expression; re2 itself keeps the last 128."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(pattern, options)


def _finding(rule: FilterRule, place: FilterField) -> str:
    return f"{_relation(rule, _PLACES[place])} {_quoted(rule)}"


def _relation(rule: FilterRule, place: str) -> str:
    verb = "fits" if rule.regex else "is" if _whole(rule) else "holds"
    return f"{place} {verb}"


def _quoted(rule: FilterRule) -> str:
    return f"/{rule.pattern}/" if rule.regex else f"“{rule.pattern}”"
