"""What a blog says of which post an address is: guids, permalinks, headers, routes, guesses for lost readers."""

from datetime import UTC, datetime

import pytest

from sandbox.blog.interface import Blog, PostKind
from tests.wordpress.client import Visitor

MARCH = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("guid", [None, "permalink", "http://old.example/?p=7", "https://old.example/?p=987654"])
async def test_a_guid_is_the_same_in_feed_and_interface_whatever_it_says(any_blog: Blog, guid: str | None) -> None:
    post = await any_blog.publish(title="Tea", html="x", guid=guid)
    expected = {None: f"{any_blog.url}?p={post.id}", "permalink": post.link}.get(guid, guid)
    visitor = Visitor(any_blog)
    row = (await visitor.rest("GET", f"posts/{post.id}")).json
    assert (row["guid"]["rendered"], row["link"]) == (expected, post.link)
    feed = (await visitor.get("feed/")).text
    assert f'<guid isPermaLink="false">{expected}</guid>' in feed
    comment = await any_blog.comment(post, text="Yes")
    comments = (await visitor.get("comments/feed/")).text
    assert f'<guid isPermaLink="false">{expected}#comment-{comment.id}</guid>' in comments


@pytest.mark.parametrize(("kind", "path"), [("page", "tea/"), ("note", "notes/tea/"), ("post", "2026/03/tea/")])
async def test_every_kind_has_a_permalink_and_a_route(any_blog: Blog, kind: PostKind, path: str) -> None:
    post = await any_blog.publish(title="Tea", html="x", kind=kind, date=MARCH)
    visitor = Visitor(any_blog)
    assert post.link == f"{any_blog.url}{path}"
    types = (await visitor.rest("GET", "types")).json
    assert types[kind]["rest_base"] == f"{kind}s"
    [row] = (await visitor.rest("GET", f"{kind}s", slug="tea")).json
    assert (row["id"], row["link"]) == (post.id, post.link)
    page = await visitor.get(path)
    named = ", ".join(page.headers.getall("Link"))
    assert f'<{any_blog.url}wp-json/wp/v2/{kind}s/{post.id}>; rel="alternate";' in named
    assert f"<{any_blog.url}?p={post.id}>; rel=shortlink" in named
    other = "pages" if kind == "post" else "posts"
    assert (await visitor.rest("GET", f"{other}/{post.id}")).status == 404


@pytest.mark.parametrize(("kind", "query"), [("page", "page_id={}"), ("note", "note=tea"), ("post", "p={}")])
async def test_plain_permalinks(any_blog: Blog, kind: PostKind, query: str) -> None:
    await any_blog.configure(permalinks="plain")
    post = await any_blog.publish(title="Tea", html="x", kind=kind)
    assert post.link == f"{any_blog.url}?{query.format(post.id)}"
    page = await Visitor(any_blog).get(f"?{query.format(post.id)}")
    assert f"rest_route=/wp/v2/{kind}s/{post.id}" in ", ".join(page.headers.getall("Link"))


async def test_pages_and_notes_are_not_in_the_feed_but_their_comments_are(any_blog: Blog) -> None:
    visitor = Visitor(any_blog)
    for kind in ("page", "note"):
        post = await any_blog.publish(title=f"A {kind}", html="x", kind=kind)  # type: ignore[arg-type]
        comment = await any_blog.comment(post, text="Yes")
        assert post.link not in (await visitor.get("feed/")).text
        assert comment.link in (await visitor.get("comments/feed/")).text


async def test_a_lost_reader_is_sent_to_whatever_begins_alike(any_blog: Blog) -> None:
    """A redirect therefore proves nothing."""
    gone = await any_blog.publish(title="Tea", html="x", date=MARCH)
    other = await any_blog.publish(title="Tea and cake", html="y", date=MARCH)
    await any_blog.trash_post(gone)
    page = await Visitor(any_blog).get("2026/03/tea/")
    assert (page.status, page.headers["Location"]) == (301, other.link)


async def test_a_renamed_post_leaves_a_redirect(any_blog: Blog) -> None:
    post = await any_blog.publish(title="Tea", html="x", date=MARCH)
    renamed = await any_blog.edit_post(post, slug="coffee")
    page = await Visitor(any_blog).get("2026/03/tea/")
    assert (page.status, page.headers["Location"]) == (301, renamed.link)
    assert (await Visitor(any_blog).rest("GET", "posts", slug="tea")).json == []
