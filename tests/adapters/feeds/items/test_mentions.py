"""What is no comment passes for none, by list, Atom and RSS, push and older pages; on a real WordPress."""

import json
from dataclasses import replace

import pytest

from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.items.mentions import is_pingback, types_on_page
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parsing.wordpress_rest import comments_url, parse_comment_list, read_comment_types
from bot.adapters.net.client import HttpClient, Response
from bot.model.entry import CommentKind, EntryRef, FeedLink, ParsedComment
from bot.model.feed import Availability, Fetched
from bot.model.ids import NativeId, Uid
from sandbox.blog.interface import Post
from tests.adapters.feeds.parsing.test_wordpress_kinds import feed_at, read
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


#: What plugins and WordPress itself keep beside comments.
OTHERS = ("review", "note", "order_note", "action_log", "webmention")
THERE = "https://other.example/post/"


async def one_of_each(wordpress: RealWordPress) -> tuple[Post, dict[str, CommentKind]]:
    """Publish a post with comments of many types; returns of those that are to be told what each is."""
    post = await wordpress.publish(title="Ink", html="<p>x</p>")
    written = "[&#8230;] as Ada wrote there, ink [&#8230;]"
    bold = "<strong>On ink</strong>\n\nAs Ada wrote&#8230;"
    pingback = await wordpress.ping(post, kind="pingback", author="Their title", text=written, url=THERE)
    trackback = await wordpress.ping(post, kind="trackback", author="Their blog", text=bold, url=THERE)
    kinds = {f"comment-{pingback.id}": CommentKind.PINGBACK, f"comment-{trackback.id}": CommentKind.TRACKBACK}
    for text in (bold, "[...] is what you left out", written, "Five stars"):
        comment = await wordpress.comment(post, text=text, author="Ann")
        kinds[f"comment-{comment.id}"] = CommentKind.COMMENT
    for number, kind in enumerate(OTHERS[:3]):
        await wordpress.ping(post, kind=kind, author="Cy", text=(written, bold, "Five stars")[number], url="")
    return post, kinds


def addresses(wordpress: RealWordPress, post: Post) -> list[str]:
    return [f"{where}{path}" for where in (f"{wordpress.url}comments/", post.link) for path in ("feed/", "feed/atom/")]


async def kinds_at(feeds: HttpFeeds, url: str, api_root: str | None) -> dict[str, CommentKind]:
    outcome = await feeds.fetch(replace(feed_at(url), api_root=api_root), conditional=False)
    assert isinstance(outcome, Fetched), outcome
    return {str(each.uid): each.kind for each in outcome.feed.comments}


@pytest.mark.wordpress
@pytest.mark.parametrize(
    "asked", ["its REST interface", "its pages, as nothing names that", "its pages, as that is shut"]
)
async def test_what_is_no_comment_is_told_wherever_it_is_read(
    wordpress: RealWordPress, feeds: HttpFeeds, asked: str
) -> None:
    post, kinds = await one_of_each(wordpress)
    if "shut" in asked:
        await wordpress.configure(rest="members")
    api_root = None if "nothing" in asked else f"{wordpress.url}wp-json/"
    for address in addresses(wordpress, post):
        assert await kinds_at(feeds, address, api_root) == kinds, address
        if address.endswith("/atom/"):
            found = (await read(feeds, address)).comments
            assert {each.author_url for each in found if each.kind.is_mention} == {THERE}, "the page that links here"


@pytest.mark.wordpress
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("shut", [False, True])
async def test_no_other_type_passes_for_a_comment(
    wordpress: RealWordPress, feeds: HttpFeeds, kind: str, *, shut: bool
) -> None:
    post = await wordpress.publish(title="Ink", html="<p>x</p>")
    comment = await wordpress.comment(post, text="Five stars", author="Cy")
    other = await wordpress.ping(post, kind=kind, author="Cy", text="Five stars", url="")
    if shut:
        await wordpress.configure(rest="forbidden")
    for address in addresses(wordpress, post):
        found = await kinds_at(feeds, address, f"{wordpress.url}wp-json/")
        assert found == {f"comment-{comment.id}": CommentKind.COMMENT}, (address, other)


@pytest.mark.wordpress
async def test_the_list_and_the_standing_of_what_is_no_comment(wordpress: RealWordPress, feeds: HttpFeeds) -> None:
    post, kinds = await one_of_each(wordpress)
    comments = {uid: kind for uid, kind in kinds.items() if kind is CommentKind.COMMENT}
    root = f"{wordpress.url}wp-json/"
    listed = await read(feeds, comments_url(root))
    assert {each.uid: each.kind for each in listed.comments} == comments, "strangers are shown no others"
    pingback = next(uid for uid, kind in kinds.items() if kind is CommentKind.PINGBACK)
    standing = await feeds.check_availability(
        f"{post.link}#{pingback}", comment=NativeId(pingback.removeprefix("comment-")), api_root=root
    )
    assert standing is Availability.THERE


@pytest.mark.wordpress
async def test_where_nobody_tells_the_form_of_a_pingback_counts(wordpress: RealWordPress, feeds: HttpFeeds) -> None:
    post, kinds = await one_of_each(wordpress)
    await wordpress.configure(rest="forbidden")
    # Its feed shows the comments on a private post, and nobody else does.
    await wordpress.set_post_status(post, "private")
    found = await kinds_at(feeds, f"{post.link}feed/atom/", f"{wordpress.url}wp-json/")
    assert len(found) == len(kinds) + 3
    written = [uid for uid, kind in found.items() if kind is CommentKind.PINGBACK]
    assert len(written) == 3, "the pingback, and two that are written as if they were"


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


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ('<li class="comment even thread-even depth-1" id="comment-7">', "comment"),
        ('<li class="media comment byuser comment-author-ann even depth-1" id="comment-7">', "comment"),
        ('<li class="review even thread-even depth-1" id="li-comment-7"><div id="comment-7" class="box">', "review"),
        ('<li class="review byuser comment-author-ann bypostauthor odd alt depth-2 comment" id="comment-7">', "review"),
        ('<li class="action_log odd alt depth-1" id="comment-7">', "action_log"),
        ('<li id="comment-7" class="trackback even">', "trackback"),
        ('<li id="li-comment-7" class="pingback">', "pingback"),
        ('<li class="pingback"><div id="div-comment-7" class="body">', "pingback"),
        ('<li class="trackback"><article id="comment-7">', "trackback"),
        ('<li id="comment-7" class="comment byuser">', "comment"),
        ('<li class="pingback"><ol><li class="comment"><div id="comment-7">', "comment"),
        ('<li class="review even depth-1" id="comment-5"><ol><li id="comment-7">', None),
        ('<li class="comment pingback" id="comment-7">', None),
        ('<li class="depth-1" id="comment-7">', None),
        ('<li class="even depth-1" id="comment-7">', None),
        ('<li class="note" id="comment-7">', None),
        ('<li id="comment-8" class="pingback">', None),
        ('<a id="comment-7"></a><div class="review even depth-1">', None),
        ("<p>nothing</p>", None),
    ],
)
def test_the_page_tells_of_which_type_it_is(page: str, name: str | None) -> None:
    number = NativeId("7")
    assert types_on_page(page.encode(), [number, NativeId("70")]) == ({number: name} if name else {})


@pytest.mark.parametrize(
    ("body", "types"),
    [
        ('[{"id": 7, "type": "comment"}, {"id": 8}, {"id": "9", "type": "comment"}, 1]', {"7": "comment"}),
        ('{"id": 7, "type": "review"}', {"7": "review"}),
        ('{"code": "rest_forbidden"}', {}),
        ("[]", {}),
        ("<html>", None),
        ("1", None),
    ],
)
def test_types_are_read_by_number(body: str, types: dict[str, str] | None) -> None:
    answer = Response(status=200, url="https://blog.example/", headers={}, body=body.encode())
    assert read_comment_types(answer) == types
    assert read_comment_types(None) is None
