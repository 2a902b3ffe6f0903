"""What is no comment passes for none, the same by list, Atom and RSS; on a real WordPress."""

from dataclasses import replace

import pytest

from bot.adapters.feeds.fetch import HttpFeeds
from bot.adapters.feeds.mentions import is_other_type, is_pingback, may_be_trackback
from bot.adapters.feeds.pool import FeedParser
from bot.adapters.feeds.wordpress_rest import comments_url
from bot.adapters.net.client import HttpClient
from bot.model.entry import EntryRef, ParsedComment
from bot.model.ids import NativeId, Uid
from tests.adapters.feeds.test_wordpress_kinds import read
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
    await wordpress.ping(
        post, kind="pingback", author="Their title", text="[&#8230;] as Ada wrote there, ink [&#8230;]", url=there
    )
    await wordpress.ping(
        post, kind="trackback", author="Their blog", text="<strong>On ink</strong>\n\nAs Ada wrote&#8230;", url=there
    )
    bold = await wordpress.comment(post, text="<strong>No!</strong>\n\nI do not agree.", author="Ann")
    dots = await wordpress.comment(post, text="[...] is what you left out", author="Bob")
    expected = {f"comment-{bold.id}", f"comment-{dots.id}"}
    addresses = [
        f"{wordpress.url}comments/feed/",
        f"{wordpress.url}comments/feed/atom/",
        f"{post.link}feed/",
        f"{post.link}feed/atom/",
        comments_url(f"{wordpress.url}wp-json/"),
    ]
    for address in addresses:
        assert {each.uid for each in (await read(feeds, address)).comments} == expected, address


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
