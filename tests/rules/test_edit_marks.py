"""What a card shows of an item that was removed or changed."""

import pytest

from bot.model.message import ChatPost
from bot.rules.edit_marks import mark_edits
from tests.rules.examples import NOW, comment, entry


@pytest.mark.parametrize(
    ("body", "struck"),
    [
        ("one\n\ntwo", "~~one~~\n\n~~two~~"),
        ("> said\n- item", "> ~~said~~\n- ~~item~~"),
        ("```\ncode\n```\nwords", "```\ncode\n```\n~~words~~"),
        # Discord ends the pair at the next one.
        ("not ~~this~~ but that", "~~not this but that~~"),
        ("\\~\\~", "~~\\~\\~\u200b~~"),
        ("- one\n  - two\n1. three\n> - four", "- ~~one~~\n  - ~~two~~\n1. ~~three~~\n> - ~~four~~"),
        ("> ```\n> code\n> ```\n> words", "> ```\n> code\n> ```\n> ~~words~~"),
        ("||```\ncode\n```||\nwords", "||```\ncode\n```||\n~~words~~"),
    ],
)
def test_what_was_removed_is_struck_through_line_by_line(body: str, struck: str) -> None:
    assert mark_edits(ChatPost(body=body), comment(gone_at=NOW)).body == struck


def test_what_would_grow_too_long_keeps_its_words_and_says_so() -> None:
    post = ChatPost(title="t" * 255, body="a\n" * 2000)
    shown = mark_edits(post, entry(gone_at=NOW))
    assert (shown.title, shown.body) == (post.title, post.body)
    assert shown.footer == "removed from the blog"


def test_a_large_edit_is_noted_and_a_removal_says_more() -> None:
    assert mark_edits(ChatPost(body="", footer="News"), entry(edited_at=NOW)).footer == "News · (edited)"
    assert mark_edits(ChatPost(body=""), entry(edited_at=NOW, gone_at=NOW)).footer == "removed from the blog"
