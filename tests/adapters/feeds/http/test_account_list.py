"""A list of comments that a connected account was shown: only what a stranger sees on the blog's pages gets through."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.adapters.feeds.http.account_list import shows_comment
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.model.entry import EntryRef, ParsedComment
from bot.model.feed import Failed, Feed, FeedFormat, FeedKind, Fetched, NotModified
from bot.model.ids import BlogId, FeedId, NativeId, Uid
from tests.webserver import WebServer

HTML = {"Content-Type": "text/html; charset=utf-8"}
NOW = datetime(2026, 8, 1, tzinfo=UTC)
LONG_AGO = "2026-01-01T00:00:00"


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser, now=lambda: NOW)


@pytest.fixture
def feed(server: WebServer) -> Feed:
    return Feed(
        id=FeedId(1),
        blog_id=BlogId(1),
        kind=FeedKind.ACCOUNT_COMMENTS,
        format=FeedFormat.WORDPRESS_REST,
        url=f"{server.url}/wp-json/wp/v2/comments",
        next_poll_at=NOW,
    )


def row(server: WebServer, number: int, text: str = "", *, post: str = "one", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "post": 7,
        "parent": 0,
        "author_name": "Ann",
        "author_url": "",
        "date_gmt": LONG_AGO,
        "content": {"rendered": f"<p>{text or f'Remark {number}'}</p>"},
        "link": f"{server.url}/{post}/#comment-{number}",
        "type": "comment",
        "status": "approved",
        **more,
    }


def body(rows: Iterable[dict[str, Any]]) -> bytes:
    return json.dumps(list(rows)).encode()


def page(*comments: tuple[int, str], more: str = "") -> str:
    items = "".join(f'<li id="comment-{number}"><b>Ann</b><p>{text}</p></li>' for number, text in comments)
    return f"<!doctype html><title>One</title><ol>{items}</ol>{more}"


async def read(feeds: HttpFeeds, feed: Feed, rows: Iterable[dict[str, Any]], *, conditional: bool = True) -> Fetched:
    outcome = await feeds.read_account_list(feed, body(rows), conditional=conditional)
    assert isinstance(outcome, Fetched), outcome
    return outcome


def after(feed: Feed, fetched: Fetched) -> Feed:
    return replace(feed, fetch_state=fetched.fetch_state, body_hash=fetched.body_hash, last_polled_at=NOW)


def uids(fetched: Fetched) -> list[str]:
    return [each.uid for each in fetched.feed.comments]


async def begun(feeds: HttpFeeds, feed: Feed, rows: Iterable[dict[str, Any]]) -> Feed:
    first = await read(feeds, feed, rows)
    assert uids(first) == []
    return after(feed, first)


async def test_the_first_reading_tells_nothing_and_asks_for_no_page(
    feeds: HttpFeeds, feed: Feed, server: WebServer
) -> None:
    await begun(feeds, feed, [row(server, number) for number in (3, 2, 1)])
    assert server.requests == []


async def test_what_is_new_and_public_comes_with_its_parent(feeds: HttpFeeds, feed: Feed, server: WebServer) -> None:
    feed = await begun(feeds, feed, [row(server, 1)])
    server.serve("/one/", page((1, "Remark 1"), (2, "Remark 2")), headers=HTML)
    fetched = await read(feeds, feed, [row(server, 2, parent=1), row(server, 1)])
    assert uids(fetched) == ["comment-2"]
    assert fetched.feed.comments[0].parent_uid == "comment-1"
    assert not fetched.feed.complete
    assert fetched.feed.before == ("comment-1",)
    assert [request for request in server.requests if "Authorization" in request.headers] == []
    again = await feeds.read_account_list(
        after(feed, fetched), body([row(server, 2, parent=1), row(server, 1)]), conditional=True
    )
    assert isinstance(again, NotModified)
    whole = await read(feeds, after(feed, fetched), [row(server, 2, parent=1), row(server, 1)], conditional=False)
    assert uids(whole) == []


async def test_the_first_comment_of_an_empty_list_is_news(feeds: HttpFeeds, feed: Feed, server: WebServer) -> None:
    feed = await begun(feeds, feed, [])
    server.serve("/one/", page((1, "Remark 1")), headers=HTML)
    assert uids(await read(feeds, feed, [row(server, 1)])) == ["comment-1"]


@pytest.mark.parametrize(
    "shown",
    [
        page((1, "Remark 1")),
        page((2, "Log in to read this.")),
        page((2, "Log in to read this."), more="<p>Remark 2</p>"),
        page((22, "Remark 2")),
        "<title>Protected: One</title><form class='post-password-form'></form>" + page((2, "Remark 2")),
        "",
    ],
    ids=["not there", "its words are for members", "its words stand elsewhere", "another one", "password", "nothing"],
)
async def test_what_strangers_do_not_see_is_left_out_until_they_do(
    feeds: HttpFeeds, feed: Feed, server: WebServer, shown: str
) -> None:
    feed = await begun(feeds, feed, [row(server, 1)])
    server.serve("/one/", shown, headers=HTML)
    rows = [row(server, 2), row(server, 1)]
    hidden = await read(feeds, feed, rows)
    assert uids(hidden) == []
    assert "Remark 2" not in (hidden.fetch_state or "")
    server.serve("/one/", page((1, "Remark 1"), (2, "Remark 2")), headers=HTML)
    assert uids(await read(feeds, after(feed, hidden), rows, conditional=False)) == ["comment-2"]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
async def test_a_page_that_strangers_are_refused_shows_nothing(
    feeds: HttpFeeds, feed: Feed, server: WebServer, status: int
) -> None:
    feed = await begun(feeds, feed, [])
    server.serve("/one/", page((2, "Remark 2")), headers=HTML, status=status)
    assert uids(await read(feeds, feed, [row(server, 2)])) == []


async def test_what_is_held_or_no_comment_is_left_out_before_any_page_is_asked_for(
    feeds: HttpFeeds, feed: Feed, server: WebServer
) -> None:
    feed = await begun(feeds, feed, [])
    server.serve("/one/", page((2, "Remark 2"), (3, "Remark 3"), (4, "Remark 4")), headers=HTML)
    rows = [row(server, 4, status="hold"), row(server, 3, status="spam"), row(server, 2, type="pingback")]
    assert uids(await read(feeds, feed, rows)) == []
    assert server.requests == []


async def test_an_edit_counts_once_strangers_see_it(feeds: HttpFeeds, feed: Feed, server: WebServer) -> None:
    feed = await begun(feeds, feed, [row(server, 1)])
    server.serve("/one/", page((1, "Remark 1")), headers=HTML)
    unseen = await read(feeds, feed, [row(server, 1, "Secretly changed")])
    assert uids(unseen) == []
    server.serve("/one/", page((1, "Secretly changed")), headers=HTML)
    seen = await read(feeds, after(feed, unseen), [row(server, 1, "Secretly changed")], conditional=False)
    assert uids(seen) == ["comment-1"]
    assert seen.feed.before == ("comment-1",)


async def test_what_comes_into_view_from_below_is_old(feeds: HttpFeeds, feed: Feed, server: WebServer) -> None:
    feed = await begun(feeds, feed, [row(server, number) for number in (9, 8, 7)])
    server.serve("/one/", page((6, "Remark 6"), (5, "Remark 5")), headers=HTML)
    assert uids(await read(feeds, feed, [row(server, number) for number in (9, 8, 6, 5)])) == []


async def test_a_late_approval_among_newer_ones_is_news(feeds: HttpFeeds, feed: Feed, server: WebServer) -> None:
    feed = await begun(feeds, feed, [row(server, number) for number in (9, 7)])
    server.serve("/one/", page((8, "Remark 8")), headers=HTML)
    assert uids(await read(feeds, feed, [row(server, number) for number in (9, 8, 7)])) == ["comment-8"]


@pytest.mark.parametrize(("age", "again"), [(timedelta(minutes=5), True), (timedelta(hours=2), False)])
async def test_a_page_out_of_a_cache_is_asked_for_again_for_an_hour(
    feeds: HttpFeeds, feed: Feed, server: WebServer, age: timedelta, again: bool
) -> None:
    feed = await begun(feeds, feed, [])
    server.serve("/one/", page(), headers=HTML)
    rows = [row(server, 1, date_gmt=(NOW - age).replace(tzinfo=None).isoformat())]
    feed = after(feed, await read(feeds, feed, rows))
    server.serve("/one/", page((1, "Remark 1")), headers=HTML)
    outcome = await feeds.read_account_list(feed, body(rows), conditional=True)
    assert isinstance(outcome, Fetched) is again


async def test_few_pages_are_asked_for_at_a_time_and_none_twice(
    feeds: HttpFeeds, feed: Feed, server: WebServer
) -> None:
    feed = await begun(feeds, feed, [])
    rows = [row(server, number, post=f"post-{number // 2}") for number in range(60, 0, -1)]
    for number in range(31):
        server.serve(
            f"/post-{number}/", page(*[(each, f"Remark {each}") for each in (2 * number, 2 * number + 1)]), headers=HTML
        )
    fetched = await read(feeds, feed, rows)
    assert len(server.requests) == len({request.path for request in server.requests}) == 10
    assert uids(fetched)[0] == "comment-60"


@pytest.mark.parametrize("sent", [b"<html>", b"{}", b"", b'{"code": "rest_forbidden"}'])
async def test_what_is_no_list_is_a_failure(feeds: HttpFeeds, feed: Feed, sent: bytes) -> None:
    assert isinstance(await feeds.read_account_list(feed, sent, conditional=True), Failed)


def comment(html: str, number: str = "5") -> ParsedComment:
    return ParsedComment(
        uid=Uid(f"comment-{number}"),
        parent_uid=None,
        entry=EntryRef(),
        link=None,
        author="Ann",
        published_at=None,
        html=html,
        native_id=NativeId(number),
    )


@pytest.mark.parametrize(
    ("markup", "html", "shown"),
    [
        ('<li id="comment-5">Tea &amp; cake</li>', "<p>Tea &#038; cake</p>", True),
        ('<div id="div-comment-5"><p>Two</p><p>lines</p></div>', "Two<br />\nlines", True),
        ('<div><a name="x" id="comment-5"></a><p>After a mark</p></div>', "<p>After a mark</p>", True),
        ('<li id="li-comment-5">So <em>it</em> is <ol><li id="comment-6">Yes</li></ol></li>', "So it is", True),
        ('<li id="comment-5">Half of</li>', "Half of it", False),
        ('<li id="comment-5"></li>', "<img src='x.png'>", False),
        ('<li id="comment-55">Yes</li>', "Yes", False),
        ("<p>comment-5 Yes</p>", "Yes", False),
    ],
)
def test_a_page_shows_a_comment_where_its_number_stands(markup: str, html: str, shown: bool) -> None:
    assert shows_comment(LexborHTMLParser(markup), comment(html)) is shown


@pytest.mark.parametrize("number", ["5,#other", "*", "", "٥"])
def test_no_number_becomes_a_selector(number: str) -> None:
    assert not shows_comment(LexborHTMLParser("<p id='other'>Yes</p>"), comment("Yes", number))
