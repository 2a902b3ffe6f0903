"""Creating comments over REST: every refusal, and what is stored when there is none."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.blog.interface import Blog, Post
from tests.wordpress.client import Visitor, member

ANN = {"author_name": "Ann", "author_email": "ann@example.org"}


async def an_entry(blog: Blog) -> Post:
    """A post on a blog that neither holds nor slows down."""
    await blog.configure(comment_previously_approved=False, flood_seconds=0)
    return await blog.publish(title="Tea", html="<p>First words.</p>")


async def test_anonymous_by_default(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    seen = await Visitor(any_blog).write(post.id, "Hello", **ANN)
    assert seen.refusal == (401, "rest_comment_login_required")
    assert await any_blog.comments() == []


async def test_anonymous_where_a_plugin_allows_it(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(anonymous_rest_comments=True)
    visitor = Visitor(any_blog)
    for sent in ({}, {"author_name": "Ann"}, {"author_email": "ann@example.org"}):
        seen = await visitor.write(post.id, "Hello", **sent)
        assert seen.refusal == (400, "rest_comment_author_data_required")
    seen = await visitor.write(post.id, "Hello", **ANN)
    assert (seen.status, seen.json["author"], seen.json["status"]) == (201, 0, "approved")
    await any_blog.configure(comment_registration=True)
    seen = await visitor.write(post.id, "Hello again", **ANN)
    assert seen.refusal == (401, "rest_comment_login_required")


async def test_a_guest_comment_by_an_account(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    url = "http://127.0.0.1/message/1"
    seen = await relay.write(post.id, "Hello", author_url=url, **ANN)
    assert seen.status == 201
    row = seen.json
    assert (row["author"], row["author_name"], row["author_url"]) == (0, "Ann", url)
    assert seen.headers["Location"] == f"{any_blog.url}wp-json/wp/v2/comments/{row['id']}"
    assert "author_email" not in row
    [stored] = await any_blog.comments()
    assert (stored.id, stored.post_id, stored.parent, stored.user_id) == (row["id"], post.id, 0, 0)
    assert (stored.author, stored.author_email, stored.author_url) == ("Ann", "ann@example.org", url)
    assert (stored.content, stored.status, stored.link) == ("Hello", "approved", row["link"])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://there.example/?a=1&b=2#c", "https://there.example/?a=1&amp;b=2#c"),
        ("there.example/path", "http://there.example/path"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
async def test_how_addresses_are_stored(any_blog: Blog, sent: str, kept: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    row = (await relay.write(post.id, "Hello", author_url=sent, **ANN)).json
    assert row["author_url"] == kept
    assert [row.author_url for row in await any_blog.comments()] == [kept]


async def test_an_account_s_own_comment(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog, display_name="The Relay")
    row = (await relay.write(post.id, "Hello")).json
    assert row["author_name"] == "The Relay"
    [stored] = await any_blog.comments()
    assert (stored.user_id, stored.author_email) == (row["author"], "relay@blog.example")
    assert stored.user_id > 0


async def test_a_chat_name_linked_to_the_account(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    user = await any_blog.add_user("relay")
    relay = Visitor(any_blog, "relay", await any_blog.application_password("relay"))
    row = (await relay.write(post.id, "Hello", author=user.id, author_name="Ann")).json
    assert (row["author"], row["author_name"]) == (user.id, "Ann")


async def test_a_name_without_an_address(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    seen = await relay.write(post.id, "Hello", author_name="Ann")
    assert seen.refusal == (400, "rest_comment_author_data_required")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"author": 0}, "rest_comment_invalid_author"),
        ({"author": 1}, "rest_comment_invalid_author"),
        ({"status": "approved"}, "rest_comment_invalid_status"),
        ({"author_ip": "192.0.2.1"}, "rest_comment_invalid_author_ip"),
    ],
)
async def test_what_a_subscriber_may_not_set(any_blog: Blog, sent: dict[str, Any], code: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, "Hello", **ANN, **sent)).refusal == (403, code)


async def test_the_date_is_honoured(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    row = (await relay.write(post.id, "Hello", date="2020-02-03T04:05:06", **ANN)).json
    assert row["date_gmt"] == "2020-02-03T04:05:06"
    [stored] = await any_blog.comments()
    assert stored.date == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("content", ["", "  \n ", None])
async def test_empty_text(any_blog: Blog, content: str | None) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    seen = await relay.rest(
        "POST", "comments", post=post.id, **ANN, **({} if content is None else {"content": content})
    )
    assert seen.refusal == (400, "rest_comment_content_invalid")


Change = Callable[[Blog, Post], Awaitable[None]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda blog, post: blog.close_comments(post), "rest_comment_closed"),
        (lambda blog, post: blog.trash_post(post), "rest_comment_trash_post"),
        (lambda blog, post: blog.set_post_status(post, "draft"), "rest_comment_draft_post"),
        (lambda blog, post: blog.set_post_status(post, "private"), "rest_cannot_read_post"),
        (lambda blog, post: blog.set_post_status(post, "pending"), "rest_cannot_read_post"),
    ],
)
async def test_posts_that_take_no_comments(any_blog: Blog, change: Change, code: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    await change(any_blog, post)
    assert (await relay.write(post.id, "Hello", **ANN)).refusal == (403, code)


async def test_a_post_that_is_not_there(any_blog: Blog) -> None:
    relay = await member(any_blog)
    for sent in ({"post": 9_999}, {}):
        seen = await relay.rest("POST", "comments", content="Hello", **ANN, **sent)
        assert seen.refusal == (403, "rest_comment_invalid_post_id")


async def test_closed_is_closed_for_the_administrator_too(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.close_comments(post)
    admin = Visitor(any_blog, "admin", await any_blog.application_password("admin"))
    assert (await admin.write(post.id, "Hello")).refusal == (403, "rest_comment_closed")
    assert (await admin.rest("GET", f"posts/{post.id}")).json["comment_status"] == "closed"


async def test_strange_parents_are_accepted(any_blog: Blog) -> None:
    post, other = await an_entry(any_blog), await any_blog.publish(title="Other", html="y")
    relay = await member(any_blog)
    foreign = await any_blog.comment(other, text="Foreign")
    held = await any_blog.comment(post, text="Held", status="hold")
    for n, parent in enumerate((9_999, foreign.id, held.id)):
        seen = await relay.write(post.id, f"Answer {n}", parent=parent, **ANN)
        assert (seen.status, seen.json["parent"]) == (201, parent)
    page = (await Visitor(any_blog).get(post.link)).text
    assert "Answer" not in page


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"author_name": "é" * 123}, "comment_author_column_length"),
        ({"author_email": f"{'a' * 60}@{'b' * 40}.example.org"}, "comment_author_email_column_length"),
        ({"author_url": "http://127.0.0.1/" + "u" * 190}, "comment_author_url_column_length"),
        ({"content": "é" * 32_763}, "comment_content_column_length"),
    ],
)
async def test_too_long(any_blog: Blog, sent: dict[str, str], code: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    values = {"content": "Hello", **ANN, **sent}
    seen = await relay.rest("POST", "comments", post=post.id, **values)
    assert seen.refusal == (400, code)


async def test_just_not_too_long(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    seen = await relay.write(post.id, "x" * 65_525, author_name="n" * 245, author_email="ann@example.org")
    assert seen.status == 201
    assert len((await any_blog.comments())[0].content) == 65_525


async def test_what_grows_too_long_when_filtered(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    seen = await relay.write(post.id, "& " * 30_000, **ANN)
    assert seen.refusal == (500, "rest_comment_failed_create")
    assert await any_blog.comments() == []


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({"id": 5}, (400, "rest_comment_exists")),
        ({"type": "pingback"}, (400, "rest_invalid_comment_type")),
        ({"author_email": "nonsense"}, (400, "rest_invalid_param")),
        ({"parent": "nonsense"}, (400, "rest_invalid_param")),
    ],
)
async def test_wrong_kinds(any_blog: Blog, sent: dict[str, Any], refusal: tuple[int, str]) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    seen = await relay.rest("POST", "comments", post=post.id, content="Hello", **{**ANN, **sent})
    assert seen.refusal == refusal


@pytest.mark.parametrize("body", ["{nonsense", '{"content": "\\ud83d"}'])
async def test_bad_json(any_blog: Blog, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    address = f"{any_blog.url}wp-json/wp/v2/comments"
    async with aiohttp.request("POST", address, data=body, headers=headers) as response:
        answer = await response.json()
    assert (response.status, answer["code"]) == (400, "rest_invalid_json")


FILTERED = [
    ("<b>b</b> <em>e</em> <i>i</i> <s>s</s> <q>q</q>", "<b>b</b> <em>e</em> <i>i</i> <s>s</s> <q>q</q>"),
    ("<strong>s</strong> <del>d</del> <cite>c</cite>", "<strong>s</strong> <del>d</del> <cite>c</cite>"),
    ("<code>x</code> <blockquote>y</blockquote>", "<code>x</code> <blockquote>y</blockquote>"),
    ('<abbr title="t">a</abbr>', '<abbr title="t">a</abbr>'),
    ("<u>u</u> <p>p</p><script>x</script>", "u px"),
    ('<b onclick="x">b</b>', "<b>b</b>"),
    ("hi <@123> there", "hi  there"),
    ("a < 5 > b", "a  b"),
    ("a < 5", "a &lt; 5"),
    ("5 > 4", "5 &gt; 4"),
    ("<!-- kept -->seen", "<!-- kept -->seen"),
    ("R&D &amp; &nosuch; &#128512;", "R&amp;D &amp; &amp;nosuch; &#128512;"),
    ("<img src=x>picture", "picture"),
    (
        '<a href="https://there.example/" title="t" class="c">x</a>',
        '<a href="https://there.example/" title="t" rel="nofollow ugc">x</a>',
    ),
    ('<a href="javascript:alert(1)">x</a>', '<a href="alert(1)" rel="nofollow ugc">x</a>'),
    ("back\\slash", "back\\slash"),
    ("https://there.example/ bare", "https://there.example/ bare"),
    ("smile \U0001f600", "smile \U0001f600"),
]


@pytest.mark.parametrize(("sent", "kept"), FILTERED)
async def test_what_the_filter_leaves(any_blog: Blog, sent: str, kept: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, sent, **ANN)).status == 201
    assert [row.content for row in await any_blog.comments()] == [kept]


@pytest.mark.parametrize(
    ("stored", "rendered"),
    [
        ("one\ntwo\n\nthree", "<p>one<br />\ntwo</p>\n<p>three</p>\n"),
        ('it\'s -- "so"...', "<p>it&#8217;s &#8212; &#8220;so&#8221;&#8230;</p>\n"),
        (
            "see https://there.example/a.",
            '<p>see <a href="https://there.example/a" rel="nofollow ugc">https://there.example/a</a>.</p>\n',
        ),
        ("<blockquote>q</blockquote>\na", "<blockquote><p>q</p></blockquote>\n<p>a</p>\n"),
        ("<code>it's</code>", "<p><code>it's</code></p>\n"),
    ],
)
async def test_how_text_is_shown(any_blog: Blog, stored: str, rendered: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, stored, **ANN)).json["content"]["rendered"] == rendered


@pytest.mark.parametrize("name", ["N & M", "<b>Ann</b>", "a < b", 'Ann "A"', "  Ann\n B  "])
async def test_how_names_are_stored(any_blog: Blog, name: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    await relay.write(post.id, "Hello", author_name=name, author_email="ann@example.org")
    stored = {"N & M": "N &amp; M", "<b>Ann</b>": "Ann", "a < b": "a &lt; b", 'Ann "A"': 'Ann "A"'}
    assert [row.author for row in await any_blog.comments()] == [stored.get(name, "Ann B")]
