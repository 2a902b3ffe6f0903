"""Comments that answer comments, from the feed to the message that they reply to."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness
from tests.fakes.documents import Documents

BLOGGER = (Path(__file__).parents[2] / "data/wild/33-blogger-answers/comments.xml").read_text()
THR = "http://purl.org/syndication/thread/1.0"
PAGE = "http://garden.example/2024/05/mulch.html"
#: The post that the comments of Blogger are on.
POST = "tag:blog.example,1999:blog-5.post-50"


@pytest.fixture
def documents() -> Documents:
    entry = f"<item><title>Mulch</title><guid isPermaLink='false'>{POST}</guid><link>{PAGE}</link></item>"
    feed = f"<rss version='2.0'><channel><title>Garden diary</title>{entry}</channel></rss>"
    return Documents(entries=feed.encode(), comments=_feed().encode())


@pytest.fixture
def harness(store: Store, documents: Documents) -> BridgeHarness:
    return build_harness(store, documents, discoverer=documents)


def _feed(*comments: str) -> str:
    head = f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:t='{THR}'><title>Comments</title>"
    return f"{head}<link href='http://garden.example/'/>{''.join(comments)}</feed>"


def _comment(number: int, name: str, answered: str) -> str:
    # Other systems than WordPress give each comment a page of its own, too.
    link = f"<link href='http://garden.example/talk/{number}'/><published>2026-03-1{number}T08:00:00Z</published>"
    answers = "".join(f"<t:in-reply-to ref='{each}'/>" for each in answered.split())
    return (
        f"<entry><id>tag:c{number}</id><title>x</title><author><name>{name}</name></author>{link}"
        f"<content>Words of {name}</content>{answers}</entry>"
    )


async def _answered(harness: BridgeHarness) -> dict[str, str]:
    """Who replies in chat to whom."""
    for _ in range(5):
        await harness.deliver(after=timedelta(seconds=10))
    writers = {each.ref.message_id: each.post.author for each in harness.chat.said}
    return {each.post.author: writers[each.reply_to] for each in harness.chat.said if each.reply_to}


@pytest.mark.parametrize("together", [True, False])
async def test_wild_33_an_answer_on_blogger_replies_to_the_answered_message(
    harness: BridgeHarness, documents: Documents, together: bool
) -> None:
    await harness.start()
    head, mark, ravi = BLOGGER.partition("<entry><id>tag:blog.example,1999:blog-5.post-301")
    top = head.partition("<entry>")[0]
    documents.comments = (BLOGGER if together else top + mark + ravi).encode()
    await harness.poll()
    documents.comments = (BLOGGER if together else head + "</feed>").encode()
    await harness.poll()
    assert await _answered(harness) == {"Nia": "Ravi"}


@pytest.mark.parametrize(
    "polls",
    [
        # all at once, the newest first
        [[(3, "Uma", "tag:c2"), (2, "Nia", "tag:c1"), (1, "Ravi", POST)]],
        # each known when the next comes
        [[(1, "Ravi", POST)], [(2, "Nia", "tag:c1")], [(3, "Uma", "tag:c2")]],
        # the answered one has left the feed
        [[(1, "Ravi", POST)], [(3, "Uma", "tag:c2"), (2, "Nia", "tag:c1")]],
        # both are named, in either order
        [[(1, "Ravi", POST)], [(2, "Nia", f"tag:c1 {POST}")], [(3, "Uma", f"{POST} tag:c2")]],
    ],
)
async def test_an_answer_replies_to_the_answered_message_and_stands_below_its_entry(
    harness: BridgeHarness, documents: Documents, polls: list[list[tuple[int, str, str]]]
) -> None:
    await harness.start()
    for poll in polls:
        documents.comments = _feed(*(_comment(*each) for each in poll)).encode()
        await harness.poll()
    assert await _answered(harness) == {"Nia": "Ravi", "Uma": "Nia"}


def _on_page(number: int, name: str, answered: str, *, query: str = "") -> str:
    """A comment that stands on its entry's page; what it answers is written as attributes."""
    link = f"<link href='{PAGE}{query}#c{number}'/><published>2026-03-1{number}T08:00:00Z</published>"
    answers = "".join(f"<t:in-reply-to {each}/>" for each in answered.split())
    return (
        f"<entry><id>http://garden.example/c/{number}</id><title>x</title><author><name>{name}</name></author>{link}"
        f"<content>Words of {name}</content>{answers}</entry>"
    )


RAVI = _on_page(1, "Ravi", f"ref='{POST}'")


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    "answered",
    [
        f"href='{PAGE}#c1'",
        f"href='{PAGE.replace('http:', 'https:')}#c1'",
        "href='/2024/05/mulch.html#c1'",
        "ref='http://garden.example/c/1'",
        "ref='https://garden.example/c/1'",
    ],
)
async def test_an_answered_comment_is_known_by_its_address_too(
    harness: BridgeHarness, documents: Documents, answered: str, together: bool
) -> None:
    await harness.start()
    nia = _on_page(2, "Nia", answered)
    for polled in ([nia, RAVI],) if together else ([RAVI], [nia]):
        documents.comments = _feed(*polled).encode()
        await harness.poll()
    assert await _answered(harness) == {"Nia": "Ravi"}
    assert [each.post.title for each in harness.chat.said if not each.post.author] == ["Mulch"]


@pytest.mark.parametrize(
    "answered",
    [
        # a comment that was deleted, or comes later, in each way of naming it
        "ref='tag:c9'",
        f"href='{PAGE}#c9'",
        f"ref='tag:c9' ref='{POST}'",
        f"ref='{POST}' ref='tag:c9'",
        "ref='http://garden.example/c/2'",
    ],
)
@pytest.mark.parametrize("query", ["", "?cpage=2", "?commentPage=3", "?comments-page=2"])
async def test_an_answer_to_a_comment_that_nobody_knows_stands_below_its_entry(
    harness: BridgeHarness, documents: Documents, answered: str, query: str
) -> None:
    await harness.start()
    documents.comments = _feed(RAVI, _on_page(2, "Nia", answered, query=query)).encode()
    await harness.poll()
    assert await _answered(harness) == {}
    said = {each.post.author or each.post.title: each.ref for each in harness.chat.said}
    assert set(said) == {"Mulch", "Ravi", "Nia"}
    assert said["Nia"].channel_id == said["Ravi"].channel_id
