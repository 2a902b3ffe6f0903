"""What is no comment passes for none, by list, Atom and RSS, push and older pages; on a real WordPress."""

import json
from dataclasses import replace

import pytest

from bot.adapters.feeds.fetch import HttpFeeds
from bot.adapters.feeds.mentions import is_other_type, is_pingback, may_be_trackback
from bot.adapters.feeds.pool import FeedParser
from bot.adapters.feeds.wordpress_rest import comments_url, parse_comment_list
from bot.adapters.net.client import HttpClient
from bot.model.entry import CommentKind, EntryRef, FeedLink, ParsedComment
from bot.model.feed import Fetched, Standing
from bot.model.ids import NativeId, Uid
from tests.adapters.feeds.test_wordpress_kinds import feed_at, read
from tests.wordpress.real import RealWordPress

COMMENT = ParsedComment(
    uid=Uid("comment-7"),
    parent_uid=None,
    entry=EntryRef(),
    link=None,
    author="Another blog",
    published_at=None,
    html="",
    native_id=NativeId("7"),
)


@pytest.fixture
def feeds(client: HttpClient, parser: FeedParser) -> HttpFeeds:
    return HttpFeeds(client, parser)


@pytest.mark.wordpress
async def test_pings_are_no_comments_wherever_they_are_read(wordpress: RealWordPress, feeds: HttpFeeds) -> None:
    post = await wordpress.publish(title="Ink", html="<p>x</p>")
    there = "https://other.example/post/"
    pingback = await wordpress.ping(
        post, kind="pingback", author="Their title", text="[&#8230;] as Ada wrote there, ink [&#8230;]", url=there
    )
    trackback = await wordpress.ping(
        post, kind="trackback", author="Their blog", text="<strong>On ink</strong>\n\nAs Ada wrote&#8230;", url=there
    )
    bold = await wordpress.comment(post, text="<strong>No!</strong>\n\nI do not agree.", author="Ann")
    dots = await wordpress.comment(post, text="[...] is what you left out", author="Bob")
    for kind in ("review", "note"):
        await wordpress.ping(post, kind=kind, author="Cy", text="Five stars", url="")
    comments = {f"comment-{bold.id}": CommentKind.COMMENT, f"comment-{dots.id}": CommentKind.COMMENT}
    pings = {f"comment-{pingback.id}": CommentKind.PINGBACK, f"comment-{trackback.id}": CommentKind.TRACKBACK}
    addresses = [
        f"{wordpress.url}comments/feed/",
        f"{wordpress.url}comments/feed/atom/",
        f"{post.link}feed/",
        f"{post.link}feed/atom/",
    ]
    for address in addresses:
        found = {each.uid: each for each in (await read(feeds, address)).comments}
        kinds = {uid: each.kind for uid, each in found.items() if "Five stars" not in each.html}
        assert kinds == comments | pings, address
        if address.endswith("/atom/"):
            assert {found[Uid(uid)].author_url for uid in pings} == {there}, "the page that links here"
    listed = await read(feeds, comments_url(f"{wordpress.url}wp-json/"))
    assert {each.uid: each.kind for each in listed.comments} == comments, "strangers are shown no others"
    root = f"{wordpress.url}wp-json/"
    where = f"{post.link}#comment-{pingback.id}"
    assert await feeds.standing(where, comment=NativeId(str(pingback.id)), api_root=root) is Standing.THERE


@pytest.mark.wordpress
async def test_pings_are_told_in_what_a_hub_sends_and_on_older_pages(
    wordpress: RealWordPress, feeds: HttpFeeds, client: HttpClient
) -> None:
    post = await wordpress.publish(title="Ink", html="<p>x</p>")
    text = "<strong>On ink</strong>\n\nAs Ada wrote&#8230;"
    ping = await wordpress.ping(post, kind="trackback", author="B", text=text, url="https://other.example/")
    url = f"{wordpress.url}comments/feed/atom/"
    body = (await client.request("GET", url)).body
    pushed = await feeds.read(feed_at(url), body, content_type="application/atom+xml")
    assert isinstance(pushed, Fetched)
    assert {each.uid: each.kind for each in pushed.feed.comments}[Uid(f"comment-{ping.id}")] is CommentKind.TRACKBACK
    # The same page stands for an older one: what matters is that it is looked at in the same way.
    older = await feeds.next_page(
        feed_at(url), replace(pushed.feed, links=(FeedLink(rel="next", type="", href=url),)), 2
    )
    assert older is not None
    assert {each.uid: each.kind for each in older.comments}[Uid(f"comment-{ping.id}")] is CommentKind.TRACKBACK


def test_a_list_of_comments_tells_kinds_and_leaves_others_out() -> None:
    kinds = ["comment", "pingback", "trackback", "review", "note", "order_note", ""]
    rows = [{"id": number, "post": 1, "type": kind} for number, kind in enumerate(kinds, 1)]
    body = json.dumps([*rows, {"id": 9, "post": 1}]).encode()
    found = parse_comment_list(body, url="https://blog.example/wp-json/wp/v2/comments").comments
    assert [(each.native_id, each.kind) for each in found] == [
        ("1", CommentKind.COMMENT),
        ("2", CommentKind.PINGBACK),
        ("3", CommentKind.TRACKBACK),
        ("9", CommentKind.COMMENT),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<p>[&#8230;] words around it [&#8230;]</p>",
        "[…] words [by Ann] around it […]",
        "<p>[&hellip;] words &amp; more [&hellip;]</p>\n",
    ],
)
def test_a_pingback_is_known_by_how_wordpress_writes_it(html: str) -> None:
    assert is_pingback(replace(COMMENT, html=html))
    assert not is_pingback(replace(COMMENT, html=html, native_id=None)), "another system's"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>[…] you left this out.</p>",
        "<p>You left this out […]</p>",
        "<p>[…] one […]</p><p>And I say: no.</p>",
        "<p>Look: […] one […]</p>",
        "<p>[…][…]</p>",
    ],
)
def test_what_people_write_is_no_pingback(html: str) -> None:
    assert not is_pingback(replace(COMMENT, html=html))


def test_a_trackback_is_only_suspected() -> None:
    assert may_be_trackback(replace(COMMENT, html="<p><strong>Title</strong></p>\n<p>Words&#8230;</p>"))
    for html in ("<p>Title</p><p>Words</p>", "<p><strong>Title</strong></p><p>Words <em>so</em></p>", "<p>x</p>"):
        assert not may_be_trackback(replace(COMMENT, html=html))


@pytest.mark.parametrize(
    ("page", "other"),
    [
        ('<li id="comment-7" class="trackback even">', True),
        ('<li id="li-comment-7" class="pingback">', True),
        ('<li class="pingback"><div id="div-comment-7" class="body">', True),
        ('<li class="trackback"><article id="comment-7">', True),
        ('<li id="comment-7" class="comment byuser">', False),
        ('<li class="pingback"><ol><li class="comment"><div id="comment-7">', False),
        ('<li id="comment-8" class="pingback">', False),
        ("<p>nothing</p>", False),
    ],
)
def test_the_page_tells_of_which_type_it_is(page: str, *, other: bool) -> None:
    assert is_other_type(page.encode(), "7") is other
