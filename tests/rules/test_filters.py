"""Which entries pass a filter, and what an admin is told of it."""

import time

import pytest

from bot.model.errors import Refused
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule
from bot.rules.filters import LONGEST_PATTERN, apply_filter, describe_rule, parse_rule
from tests.rules.examples import entry

EXCLUDE, INCLUDE = FilterEffect.EXCLUDE, FilterEffect.INCLUDE
ANYTHING, TITLE, TEXT = FilterField.ANYTHING, FilterField.TITLE, FilterField.TEXT
CATEGORY, AUTHOR = FilterField.CATEGORY, FilterField.AUTHOR


def exclude(field: FilterField, typed: str) -> FilterRule:
    return parse_rule(EXCLUDE, field, typed)


def include(field: FilterField, typed: str) -> FilterRule:
    return parse_rule(INCLUDE, field, typed)


def passes(*rules: FilterRule, **changes: object) -> bool:
    return apply_filter(Filter(rules=rules), entry(**changes)).passed


def fits(field: FilterField, typed: str, **changes: object) -> bool:
    return passes(include(field, typed), **changes)


def test_without_rules_everything_passes() -> None:
    assert apply_filter(Filter(), entry(html="", hash="")).passed


@pytest.mark.parametrize(
    ("words", "title", "found"),
    [
        ("sponsored", "Sponsored: a chair", True),
        ("SPONSORED", "this is sponsored", True),
        ("sponsor", "Sponsored", False),
        ("ad", "A new road", False),
        ("ad", "An ad.", True),
        ("ad", "(AD) chairs", True),
        ("black friday", "Black   Friday!", True),
        ("don't", "I don’t know", True),
        ("STRASSE", "Die Straße", True),
        ("café", "Cafe\u0301 culture", True),
        ("cafe", "Cafe\u0301 culture", False),
        ("क", "की", False),
        ("C++", "Why C++ lasts", True),
        ("C", "Why C++ lasts", True),
        ("🔥", "Hot🔥stuff", True),
        ("広告", "これは広告です", True),
        ("광고", "광고입니다", True),
        ("объявление", "Новое Объявление", True),
        ("no_ads", "no_ads_please", False),
        ("a b", "a-b", False),
        ("wide", "ＷＩＤＥ", True),
    ],
)
def test_words_are_found_whole_whatever_their_case_and_typography(words: str, title: str, *, found: bool) -> None:
    assert fits(TITLE, words, title=title) is found


def test_a_text_is_what_its_reader_sees() -> None:
    html = '<p class="sponsored">Plain <b>wo</b>rds &amp; more</p><script>ad()</script>'
    assert fits(TEXT, "words & more", html=html)
    assert not fits(TEXT, "sponsored", html=html)
    assert not fits(TEXT, "ad", html=html)


def test_a_long_text_is_read_far_beyond_an_excerpt() -> None:
    assert fits(TEXT, "needle", html=f"<p>{'hay ' * 20_000}needle</p>")


def test_categories_and_authors_are_names_and_not_parts_of_them() -> None:
    assert fits(CATEGORY, "art", categories=("News", "Art"))
    assert not fits(CATEGORY, "art", categories=("Art history",))
    assert fits(AUTHOR, "ann lee", author="Ann Lee")
    assert fits(AUTHOR, "Ann", author="Bob, Ann")
    assert fits(AUTHOR, "Lee, Ann", author="Lee, Ann")
    assert not fits(AUTHOR, "Ann", author="Ann Lee")


def test_anything_is_title_text_category_and_author() -> None:
    for changes in ({"title": "x y"}, {"html": "<p>x y</p>"}, {"categories": ("x y",)}, {"author": "x y"}):
        assert fits(ANYTHING, "Y", **changes), changes
    assert not fits(ANYTHING, "y", title="a", html="b", categories=("c",), author="d")


def test_an_exclude_rule_outweighs_all_others() -> None:
    rules = (include(CATEGORY, "News"), exclude(TITLE, "sponsored"))
    assert passes(*rules, title="Fine", categories=("News",))
    assert not passes(*rules, title="Sponsored", categories=("News",))
    assert not passes(*rules, title="Fine", categories=("Other",))


def test_one_include_rule_that_fits_is_enough() -> None:
    assert passes(include(CATEGORY, "News"), include(AUTHOR, "Ann"), author="Ann", categories=())


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([], "No filter is set."),
        ([exclude(TITLE, "hello")], "Left out: the title holds “hello”."),
        ([exclude(ANYTHING, "first")], "Left out: the text holds “first”."),
        ([exclude(CATEGORY, "news")], "Left out: a category is “news”."),
        ([exclude(AUTHOR, "/^a/")], "Left out: the author fits /^a/."),
        ([exclude(TITLE, "bye")], "Passes: no exclude rule fits."),
        ([include(TITLE, "bye")], "Left out: no include rule fits."),
        ([include(AUTHOR, "Ada"), exclude(TITLE, "bye")], "Passes: the author is “Ada”."),
    ],
)
def test_the_verdict_says_why(rules: list[FilterRule], told: str) -> None:
    assert apply_filter(Filter(rules=tuple(rules)), entry()).reason == told


def test_an_entry_that_only_a_comment_told_of_waits_for_its_feed() -> None:
    hearsay = {"hash": "", "html": "", "categories": (), "author": ""}
    assert not passes(exclude(CATEGORY, "Ads"), **hearsay)
    assert "only a comment" in apply_filter(Filter(rules=(exclude(CATEGORY, "Ads"),)), entry(**hearsay)).reason
    assert passes(exclude(CATEGORY, "Ads"), hash="")


@pytest.mark.parametrize(
    ("expression", "title", "found"),
    [
        ("/^(weekly|daily) links/", "Weekly Links #12", True),
        ("/^(weekly|daily) links/", "My weekly links", False),
        ("/(?-i)Links/", "weekly links", False),
        (r"/\p{Greek}/", "το φως", True),
        ("/ä/", "Ä", True),
        ("//", "a // b", True),
    ],
)
def test_an_expression_stands_between_slashes(expression: str, title: str, *, found: bool) -> None:
    assert fits(TITLE, expression, title=title) is found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/(/", r"cannot be used: missing \): \("),
        (r"/(a)\1/", "cannot be used: invalid escape sequence"),
        ("/a{9999}/", "cannot be used: invalid repetition size"),
        (r"/(?i:(\pL{900}){9})/", "cannot be used"),
        ("/(?=look)/", "cannot be used"),
        ("  \u200b ", "no words"),
        ("x" * (LONGEST_PATTERN + 1), "200 characters; this one has 201"),
        (f"/{'x' * (LONGEST_PATTERN + 1)}/", "200 characters"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_words(typed: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        exclude(TITLE, typed)


def test_no_expression_takes_long() -> None:
    hostile = [r"/(a|aa)+$/", r"/(x+x+)+y/", r"/(.*a){25}/", r"/^(\w+\s?)*$/", r"/.{1,200}z/"]
    began = time.process_time()
    for expression in hostile:
        fits(TEXT, expression, html=f"<p>{'a' * 50_000}{'x' * 50_000}!</p>")
    assert time.process_time() - began < 5


def test_a_stored_expression_that_is_not_understood_any_more_fits_nothing() -> None:
    assert passes(FilterRule(effect=EXCLUDE, field=TITLE, pattern="(", regex=True))


def test_a_rule_reads_as_a_sentence() -> None:
    assert describe_rule(exclude(TITLE, " Black   Friday ")) == "exclude if the title holds “Black Friday”"
    assert describe_rule(include(ANYTHING, "/a+/")) == "include if anything fits /a+/"
    assert describe_rule(include(CATEGORY, "News")) == "include if a category is “News”"
