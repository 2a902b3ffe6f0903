"""What readers should see of a change, and what moves by itself."""

import pytest

from bot.rules.edit_detection import Edit, classify_comment_edit, classify_entry_edit
from tests.rules.examples import comment, entry, parsed_comment, parsed_entry

LONG = "It rained all day in the valley, and the river rose until the old bridge stood in the water."


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("<p>1,234 views. Read on.</p>", "<p>1,235 views. Read on.</p>"),
        ("<p>Comments (3)</p>", "<p>Comments (12)</p>"),
        ("<p>Updated 14:03:07, 3 minutes ago</p>", "<p>Updated 14:09:55, 9 minutes ago</p>"),
        ("<p>Built 2026-03-01T10:00:00Z</p>", "<p>Built 2026-03-02T11:30:00Z</p>"),
        ('<img src="https://cdn.example/a.png?v=1">Words', '<img src="https://cdn.example/a.png?v=2">Words'),
        ('<div data-n="1">Words</div>', '<div data-n="2">Words</div>'),
        ("<p>Token 8f3ab2c9d1e04f57aa</p>", "<p>Token 11c2d3e4f5a6b7c8d9</p>"),
    ],
)
def test_case_77_counters_clocks_and_tokens_are_no_edits(was: str, now: str) -> None:
    assert classify_entry_edit(entry(html=was), parsed_entry(html=now)) is Edit.NONE
    assert classify_comment_edit(comment(html=was), parsed_comment(html=now)) is Edit.NONE


@pytest.mark.parametrize(
    ("was", "now", "edit"),
    [
        (LONG, LONG.replace("valley", "vale"), Edit.SMALL),
        ("We meet in room 4.", "We meet in room 5.", Edit.SMALL),
        (LONG, "Cancelled.", Edit.LARGE),
        (LONG, "", Edit.LARGE),
    ],
)
def test_words_that_change_are_an_edit(was: str, now: str, edit: Edit) -> None:
    assert classify_entry_edit(entry(html=was), parsed_entry(html=now)) is edit


@pytest.mark.parametrize(
    "change", [{"title": "Other"}, {"author": "Eve"}, {"link": "https://blog.example/x/"}, {"categories": ("Olds",)}]
)
def test_what_stands_around_the_text_is_a_small_edit(change: dict[str, object]) -> None:
    assert classify_entry_edit(entry(), parsed_entry(**change)) is Edit.SMALL


def test_nothing_changed_is_no_edit() -> None:
    assert classify_entry_edit(entry(), parsed_entry()) is Edit.NONE


def test_case_78_statistics_of_a_video_are_no_edit() -> None:
    was, now = "<p>A walk. 1.2K views 33 likes</p>", "<p>A walk. 1.3K views 34 likes</p>"
    assert classify_entry_edit(entry(html=was), parsed_entry(html=now, comment_count=9)) is Edit.NONE
