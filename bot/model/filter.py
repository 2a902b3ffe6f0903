"""Filters: the rules of an admin for the entries of a subscription, and the result for one entry."""

from dataclasses import dataclass
from enum import StrEnum


class FilterEffect(StrEnum):
    """The effect of a rule on the entries that it matches."""

    #: left out, whatever else fits
    EXCLUDE = "exclude"
    #: where there is such a rule, one of them has to fit
    INCLUDE = "include"


class FilterField(StrEnum):
    """The part of an entry that a rule looks at."""

    ANYTHING = "anything"
    TITLE = "title"
    TEXT = "text"
    CATEGORY = "category"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRule:
    """One line of a filter."""

    effect: FilterEffect
    field: FilterField
    #: words, or an RE2 expression without its slashes
    pattern: str
    regex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All rules of a subscription; without any, everything passes."""

    rules: tuple[FilterRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an entry passes a filter."""

    passed: bool
    #: a sentence for an admin, as plain text
    reason: str
