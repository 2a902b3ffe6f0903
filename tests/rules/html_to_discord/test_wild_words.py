"""Titles and names that hold words in angle brackets: to whatever shows them they are text, and no markup."""

import pytest

from bot.model.comment_batch import EntryComments
from bot.model.ids import CommentId, EntryId
from bot.model.message import ChatPost
from bot.model.subscription import Placement
from bot.rules.html_to_discord.convert import unescape_line
from bot.rules.links import linked_title
from bot.rules.messages.alerts import present_alert_limit, present_alerts
from bot.rules.messages.cards import present_alert, present_comment, present_entry, thread_name
from bot.rules.messages.summaries import present_comment_summary, present_entry_summary
from bot.rules.templates import render_template
from tests.rules.discord_markdown import seen
from tests.rules.examples import NOW, blog, comment, entry

HOME = "https://blog.example/"
WORDS = "The <nav> element &amp; <b>"
ENTRY = entry(title=WORDS, author=WORDS)
BLOG = blog(title=WORDS)
CAME = EntryComments(entry_id=EntryId(1), count=3, newest=CommentId(1))


def _shown(post: ChatPost) -> str:
    return "".join(char for text in (post.title, post.body, post.answers) for char, _ in seen(text)) + post.author


_SHOWN = {
    "alert": present_alert(comment(author=WORDS), ENTRY, home_url=HOME, thread_url=None),
    "alerts": present_alerts([comment(author=WORDS)] * 2, 2, ENTRY, home_url=HOME, thread_url=None),
    "alert limit": present_alert_limit(ENTRY, most=3, thread_url=None),
    "comment": present_comment(comment(author=WORDS), home_url=HOME),
    "answered": present_comment(comment(), home_url=HOME, answered=comment(author=WORDS)),
    "orphan": present_comment(comment(parent_author=WORDS), home_url=HOME, orphan=True),
    "summary": present_entry_summary([ENTRY], BLOG, Placement.THREAD),
    "comments on one": present_comment_summary([(ENTRY, CAME)], BLOG),
    "comments on two": present_comment_summary([(ENTRY, CAME), (entry(), CAME)], BLOG),
    "template": ChatPost(body=render_template("{title} {author} {blog}", ENTRY, blog_title=WORDS, limit=1000)),
    "thread": ChatPost(author=thread_name(ENTRY), body=""),
}


@pytest.mark.parametrize("place", _SHOWN)
def test_wild_01_words_in_angle_brackets_are_shown_wherever_titles_and_names_stand(place: str) -> None:
    text = _shown(_SHOWN[place]).replace(" ", "")
    assert text.count(WORDS.replace(" ", "")) == text.count("element") > 0


@pytest.mark.parametrize("struck", [False, True])
@pytest.mark.parametrize(
    "words",
    [WORDS, "a\\*b\\ ~~c~~ ||d|| `e` [f](g) __h__ ~", "\\~~\\", "@everyone <@12> :smile: https://x.example/_a_"],
)
def test_wild_01_the_words_of_a_cards_title_are_read_back(words: str, struck: bool) -> None:
    shown = present_entry(entry(title=words, gone_at=NOW if struck else None), home_url=HOME).title
    assert shown.startswith("~~") == struck
    assert unescape_line(linked_title(words, None, limit=256), limit=256) == words
    assert unescape_line(shown, limit=256).removesuffix(" (blog.example)") == words
