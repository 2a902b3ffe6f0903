"""Reading a blog over REST: the index, posts, comments, who may see what."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.blog.interface import Blog, Post
from tests.wordpress.client import Visitor, member

PUBLIC = {"id", "post", "parent", "author", "author_name", "author_url", "date", "date_gmt", "content", "link"}
PUBLIC |= {"status", "type", "author_avatar_urls", "meta", "_links"}


async def an_entry(blog: Blog) -> Post:
    return await blog.publish(title="Tea & Cake", html="<p>First words.</p>")


def ids(rows: list[dict[str, int]]) -> list[int]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("kind", ["pingback", "trackback", "review"])
async def test_comments_of_other_types(any_blog: Blog, kind: str) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="Five stars", author="Ann")
    other = await any_blog.ping(post, kind=kind, author="Cy", text="Five stars", url="https://other.example/")
    visitor = Visitor(any_blog)
    assert ids((await visitor.rest("GET", "comments")).json) == [comment.id]
    assert ids((await visitor.rest("GET", "comments", include=f"{comment.id},{other.id}")).json) == [comment.id]
    assert (await visitor.rest("GET", "comments", type=kind)).refusal == (401, "rest_forbidden_param")
    told = await visitor.rest("GET", f"comments/{other.id}", _fields="id,type")
    assert told.json == {"id": other.id, "type": kind}, "strangers are told the type of one"
    for path in ("comments/feed/", "comments/feed/atom/"):
        text = (await visitor.get(path)).text
        assert f"#comment-{comment.id}" in text
        assert f"#comment-{other.id}" in text, "feeds do not tell types apart"
    page = (await visitor.get(post.link.removeprefix(any_blog.url))).text
    for number, name in ((comment.id, "comment"), (other.id, kind)):
        [item] = [each for each in re.findall("<li[^>]*>", page) if f'id="comment-{number}"' in each]
        assert re.search(rf'class="{name} (?:even|odd alt)[^"]* depth-1"', item)


async def test_index(any_blog: Blog) -> None:
    index = (await Visitor(any_blog).get("wp-json/")).json
    assert index["name"] == "Example blog"
    assert index["url"] == index["home"] == any_blog.url.rstrip("/")
    assert "wp/v2" in index["namespaces"]
    assert index["description"] == ""
    endpoints = index["authentication"]["application-passwords"]["endpoints"]
    assert endpoints == {"authorization": f"{any_blog.url}wp-admin/authorize-application.php"}


async def test_no_route(any_blog: Blog) -> None:
    assert (await Visitor(any_blog).rest("GET", "nothing")).refusal == (404, "rest_no_route")


async def test_posts(any_blog: Blog) -> None:
    first = await an_entry(any_blog)
    second = await any_blog.publish(title="Biscuits", html="y", comments_open=False)
    visitor = Visitor(any_blog)
    rows = await visitor.rest("GET", "posts", include=f"{first.id}")
    [row] = rows.json
    assert (row["id"], row["link"], row["slug"]) == (first.id, first.link, "tea-cake")
    assert row["title"]["rendered"] == "Tea &#038; Cake"
    assert row["content"]["rendered"] == "<p>First words.</p>\n"
    assert (row["status"], row["comment_status"]) == ("publish", "open")
    assert row["guid"]["rendered"] == f"{any_blog.url}?p={first.id}"
    assert rows.headers["X-WP-Total"] == "1"
    assert ids((await visitor.rest("GET", "posts", slug="biscuits")).json) == [second.id]
    assert ids((await visitor.rest("GET", "posts", search="First words")).json) == [first.id]
    one = await visitor.rest("GET", f"posts/{second.id}", _fields="id,comment_status,title.rendered")
    assert one.json == {"id": second.id, "comment_status": "closed", "title": {"rendered": "Biscuits"}}
    paged = await visitor.rest("GET", "posts", per_page=1, page=2)
    assert (len(paged.json), paged.headers["X-WP-TotalPages"]) == (1, "2")
    assert (await visitor.rest("GET", "posts", page=9)).refusal == (400, "rest_post_invalid_page_number")


async def test_hidden_posts(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    visitor = Visitor(any_blog)
    assert (await visitor.rest("GET", "posts/9999")).refusal == (404, "rest_post_invalid_id")
    await any_blog.set_post_status(post, "draft")
    assert (await visitor.rest("GET", f"posts/{post.id}")).refusal == (401, "rest_forbidden")
    assert (await visitor.rest("GET", "posts")).json == []
    await any_blog.trash_post(post)
    assert (await visitor.rest("GET", f"posts/{post.id}")).refusal == (401, "rest_forbidden")


async def test_fields_of_a_comment(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, author="Ann", text="One\n\nTwo", url="http://127.0.0.1/ann")
    seen = await Visitor(any_blog).rest("GET", f"comments/{comment.id}")
    row = seen.json
    assert set(row) == PUBLIC
    assert (row["id"], row["post"], row["parent"], row["author"]) == (comment.id, post.id, 0, 0)
    assert (row["author_name"], row["author_url"]) == ("Ann", "http://127.0.0.1/ann")
    assert row["content"] == {"rendered": "<p>One</p>\n<p>Two</p>\n"}
    assert (row["status"], row["type"], row["link"]) == ("approved", "comment", comment.link)
    assert row["date"] == row["date_gmt"] == comment.date.strftime("%Y-%m-%dT%H:%M:%S")
    assert "ETag" not in seen.headers
    assert "ann@example.org" not in seen.text


async def test_list_is_newest_first_in_pages(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    day = datetime.now(UTC) - timedelta(days=1)
    made = [await any_blog.comment(post, text=f"N{n}", date=day + timedelta(minutes=n)) for n in range(3)]
    numbers = [comment.id for comment in made]
    visitor = Visitor(any_blog)
    seen = await visitor.rest("GET", "comments", per_page=2)
    assert ids(seen.json) == numbers[:0:-1]
    assert (seen.headers["X-WP-Total"], seen.headers["X-WP-TotalPages"]) == ("3", "2")
    last = await visitor.rest("GET", "comments", per_page=2, page=2)
    assert ids(last.json) == numbers[:1]
    past = await visitor.rest("GET", "comments", per_page=2, page=9)
    assert (past.status, past.json) == (200, [])
    assert past.headers["X-WP-Total"] == "3"
    assert ids((await visitor.rest("GET", "comments", order="asc", orderby="id")).json) == numbers
    wanted = f"{numbers[2]},{numbers[0]}"
    assert ids((await visitor.rest("GET", "comments", include=wanted, orderby="include")).json) == [
        numbers[2],
        numbers[0],
    ]


@pytest.mark.parametrize("sent", [{"per_page": 101}, {"per_page": 0}, {"orderby": "karma"}, {"order": "up"}])
async def test_parameters_out_of_range(any_blog: Blog, sent: dict[str, object]) -> None:
    assert (await Visitor(any_blog).rest("GET", "comments", **sent)).refusal == (400, "rest_invalid_param")


async def test_filters(any_blog: Blog) -> None:
    post, other = await an_entry(any_blog), await any_blog.publish(title="Other", html="y")
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    first = await any_blog.comment(post, text="Sugar", email="needle@example.org", date=day)
    child = await any_blog.comment(post, text="Milk", parent=first.id, date=day + timedelta(hours=1))
    third = await any_blog.comment(other, text="Lemon", author="Cy", date=day + timedelta(hours=2))
    visitor = Visitor(any_blog)

    async def found(**sent: object) -> set[int]:
        return set(ids((await visitor.rest("GET", "comments", **sent)).json))

    assert await found(post=post.id) == {first.id, child.id}
    assert await found(post=f"{post.id},{other.id}") == {first.id, child.id, third.id}
    assert await found(parent=first.id) == {child.id}
    assert await found(parent=0) == {first.id, third.id}
    assert await found(exclude=first.id) == {child.id, third.id}
    assert await found(search="lemon") == {third.id}
    assert await found(search="needle@") == {first.id}
    assert await found(post=9_999) == set()
    moment = (day + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert await found(after=moment) == {third.id}
    assert await found(before=moment) == {first.id}
    assert await found(after=f"{moment}Z") == {third.id}


async def test_a_late_approval_escapes_after(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    day = datetime.now(UTC) - timedelta(days=1)
    held = await any_blog.comment(post, text="Held", status="hold", date=day)
    await any_blog.comment(post, text="Seen", date=day + timedelta(hours=1))
    await any_blog.moderate(held.id, "approve")
    since = (day + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
    rows = (await Visitor(any_blog).rest("GET", "comments", after=since)).json
    assert held.id not in ids(rows)


@pytest.mark.parametrize(
    "sent", [{"status": "hold"}, {"status": "all"}, {"author": 1}, {"author_email": "ann@example.org"}]
)
async def test_filters_that_need_rights(any_blog: Blog, sent: dict[str, object]) -> None:
    relay, author = await member(any_blog), await member(any_blog, "cat", "author")
    assert (await Visitor(any_blog).rest("GET", "comments", **sent)).refusal == (401, "rest_forbidden_param")
    assert (await relay.rest("GET", "comments", **sent)).refusal == (403, "rest_forbidden_param")
    assert (await author.rest("GET", "comments", **sent)).status == 200


async def test_context_edit_needs_a_moderator(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="<b>x</b>", email="ann@example.org")
    author, editor = await member(any_blog, "cat", "author"), await member(any_blog, "ed", "editor")
    for where in ("comments", f"comments/{comment.id}"):
        anonymous = await Visitor(any_blog).rest("GET", where, context="edit")
        assert anonymous.refusal == (401, "rest_forbidden_context")
        assert (await author.rest("GET", where, context="edit")).refusal == (403, "rest_forbidden_context")
    row = (await editor.rest("GET", f"comments/{comment.id}", context="edit")).json
    assert row["author_email"] == "ann@example.org"
    assert row["content"]["raw"] == "<b>x</b>"
    assert set(row) == PUBLIC | {"author_email", "author_ip", "author_user_agent"}


@pytest.mark.parametrize("status", ["hold", "spam", "trash"])
async def test_unapproved_comments(any_blog: Blog, status: str) -> None:
    post = await an_entry(any_blog)
    relay, editor = await member(any_blog), await member(any_blog, "ed", "editor")
    comment = await any_blog.comment(post, text="Hidden", as_user="relay", status=status)  # type: ignore[arg-type]
    where = f"comments/{comment.id}"
    visitor = Visitor(any_blog)
    assert (await visitor.rest("GET", "comments")).json == []
    assert (await visitor.rest("GET", where)).refusal == (401, "rest_cannot_read")
    other = await member(any_blog, "other")
    assert (await other.rest("GET", where)).refusal == (403, "rest_cannot_read")
    assert (await relay.rest("GET", where)).json["status"] == status
    assert ids((await editor.rest("GET", "comments", status=status)).json) == [comment.id]
    found = ids((await editor.rest("GET", "comments", status="all")).json)
    assert found == ([comment.id] if status == "hold" else [])


async def test_deleted_comments(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="Gone")
    await any_blog.moderate(comment.id, "delete")
    seen = await Visitor(any_blog).rest("GET", f"comments/{comment.id}")
    assert seen.refusal == (404, "rest_comment_invalid_id")


@pytest.mark.parametrize("status", ["draft", "pending", "private", "trash"])
async def test_comments_on_hidden_posts_are_counted_but_not_shown(any_blog: Blog, status: str) -> None:
    hidden, shown = await an_entry(any_blog), await any_blog.publish(title="Shown", html="y")
    comment = await any_blog.comment(hidden, text="Hidden")
    await any_blog.comment(shown, text="Shown")
    await any_blog.set_post_status(hidden, status)  # type: ignore[arg-type]
    visitor = Visitor(any_blog)
    refused = await visitor.rest("GET", "comments", post=hidden.id)
    assert refused.refusal == (401, "rest_cannot_read_post")
    seen = await visitor.rest("GET", "comments")
    assert [row["post"] for row in seen.json] == [shown.id]
    # Trashing a post hides its comments from the count as well: they get a status of their own.
    assert seen.headers["X-WP-Total"] == ("1" if status == "trash" else "2")
    expected = (401, "rest_cannot_read")
    assert (await visitor.rest("GET", f"comments/{comment.id}")).refusal == expected


async def test_force_deleting_a_parent_lifts_its_children(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    top = await any_blog.comment(post, text="Top")
    middle = await any_blog.comment(post, text="Middle", parent=top.id)
    low = await any_blog.comment(post, text="Low", parent=middle.id)
    await any_blog.moderate(middle.id, "delete")
    assert {row.id: row.parent for row in await any_blog.comments()} == {top.id: 0, low.id: top.id}


async def test_trashing_a_parent_hides_its_children_on_the_page_only(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    top = await any_blog.comment(post, text="Top")
    low = await any_blog.comment(post, text="Low", parent=top.id)
    await any_blog.moderate(top.id, "trash")
    visitor = Visitor(any_blog)
    [row] = (await visitor.rest("GET", "comments")).json
    assert (row["id"], row["parent"]) == (low.id, top.id)
    assert f'id="comment-{low.id}"' not in (await visitor.get(post.link)).text
