"""What keeps a comment from standing twice, or at once: duplicates, flood, moderation; and finding it again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.blog.interface import Blog, Post
from tests.wordpress.client import Visitor, member

ANN = {"author_name": "Ann", "author_email": "ann@example.org"}
FLOOD, DUPLICATE = (400, "comment_flood"), (409, "comment_duplicate")


async def an_entry(blog: Blog) -> Post:
    await blog.configure(comment_previously_approved=False, flood_seconds=0)
    return await blog.publish(title="Tea", html="x")


async def test_the_same_again(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, "Hello", **ANN)).status == 201
    again = await relay.write(post.id, "Hello", **ANN)
    assert again.refusal == DUPLICATE
    assert "id" not in again.json
    assert len(await any_blog.comments()) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"content": "Other"}, 201),
        ({"content": "HELLO"}, 409),
        ({"author_name": "Bob"}, 201),
        ({"author_email": "bob@example.org"}, 201),
        ({"author_url": "http://127.0.0.1/2"}, 409),
        ({"date": "2020-01-01T00:00:00"}, 409),
        ({"parent": 9_999}, 201),
    ],
)
async def test_the_key_of_a_duplicate(any_blog: Blog, change: dict[str, object], status: int) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    sent = {"post": post.id, "content": "Hello", **ANN}
    assert (await relay.rest("POST", "comments", **sent)).status == 201
    assert (await relay.rest("POST", "comments", **{**sent, **change})).status == status


@pytest.mark.parametrize(("status", "again"), [("hold", 409), ("spam", 409), ("trash", 201)])
async def test_which_statuses_count(any_blog: Blog, status: str, again: int) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    await any_blog.comment(post, author="Ann", text="Hello", status=status)  # type: ignore[arg-type]
    assert (await relay.write(post.id, "Hello", **ANN)).status == again


@pytest.mark.parametrize("raw", ["a & b", "5 > 4", "a < 5", '<a href="https://there.example/">x</a>'])
async def test_text_that_the_filter_changes_is_no_duplicate(any_blog: Blog, raw: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    for _ in range(2):
        assert (await relay.write(post.id, raw, **ANN)).status == 201
    assert len({row.content for row in await any_blog.comments()}) == 1


@pytest.mark.parametrize(
    "normal",
    ["a &amp; b &lt; c &gt; d", "&#092;", '<a href="https://there.example/" rel="nofollow ugc">x</a>', "&#x1f600;"],
)
async def test_text_normalised_beforehand(any_blog: Blog, normal: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, normal, **ANN)).status == 201
    again = await relay.write(post.id, normal, **ANN)
    # What is stored is what was sent: that alone makes the next one a duplicate.
    assert {row.content for row in await any_blog.comments()} == {normal}
    assert again.refusal == DUPLICATE


async def test_duplicate_comes_before_flood(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(flood_seconds=15)
    relay = await member(any_blog)
    assert (await relay.write(post.id, "Hello", **ANN)).status == 201
    assert (await relay.write(post.id, "Hello", **ANN)).refusal == DUPLICATE
    flood = await relay.write(post.id, "Other", **ANN)
    assert flood.refusal == FLOOD
    assert "Retry-After" not in flood.headers


async def test_flood_is_by_account_or_by_address(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(flood_seconds=15)
    relay = await member(any_blog)
    assert (await relay.write(post.id, "As myself")).status == 201
    assert (await relay.write(post.id, "As Ann", **ANN)).refusal == FLOOD
    other = await member(any_blog, "other")
    assert (await other.write(post.id, "As Ann", **ANN)).status == 201
    assert (await other.write(post.id, "As Ann again", **ANN)).refusal == FLOOD
    # Guest comments carry no account: another address is another person.
    assert (await other.write(post.id, "As Bob", author_name="Bob", author_email="bob@example.org")).status == 201


async def test_flood_ends(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(flood_seconds=15)
    relay = await member(any_blog)
    await any_blog.comment(post, author="Ann", text="Before", date=datetime.now(UTC) - timedelta(seconds=20))
    assert (await relay.write(post.id, "After", **ANN)).status == 201


@pytest.mark.parametrize(
    ("role", "extra", "exempt"),
    [
        ("contributor", (), False),
        ("author", (), False),
        ("subscriber", ("moderate_comments",), True),
        ("editor", (), True),
        ("administrator", (), True),
    ],
)
async def test_who_is_exempt_from_the_flood_rule(
    any_blog: Blog, role: str, extra: tuple[str, ...], *, exempt: bool
) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(flood_seconds=15)
    someone = await member(any_blog, "someone", role, capabilities=extra)
    assert (await someone.write(post.id, "One", **ANN)).status == 201
    assert (await someone.write(post.id, "Two", **ANN)).status == (201 if exempt else 400)


async def test_moderation_holds_everything(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(comment_moderation=True)
    relay = await member(any_blog)
    seen = await relay.write(post.id, "Hello", **ANN)
    assert (seen.status, seen.json["status"]) == (201, "hold")
    assert [row.status for row in await any_blog.comments()] == ["hold"]


async def test_approve_once(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(comment_previously_approved=True)
    relay = await member(any_blog)
    first = (await relay.write(post.id, "First", **ANN)).json
    assert first["status"] == "hold"
    assert (await relay.write(post.id, "Second", **ANN)).json["status"] == "hold"
    await any_blog.moderate(first["id"], "approve")
    assert (await relay.write(post.id, "Third", **ANN)).json["status"] == "approved"
    renamed = await relay.write(post.id, "Fourth", author_name="Anna", author_email="ann@example.org")
    assert renamed.json["status"] == "hold"
    moved = await relay.write(post.id, "Fifth", author_name="Ann", author_email="other@example.org")
    assert moved.json["status"] == "hold"


async def test_the_post_s_author_and_moderators_are_never_held(any_blog: Blog) -> None:
    await any_blog.configure(comment_moderation=True, flood_seconds=0)
    author = await member(any_blog, "cat", "author")
    editor = await member(any_blog, "ed", "editor")
    post = await any_blog.publish(title="Tea", html="x", author="cat")
    for someone in (author, editor):
        assert (await someone.write(post.id, "Mine")).json["status"] == "approved"
    other = await any_blog.publish(title="Cake", html="x", author="ada")
    assert (await author.write(other.id, "Not mine")).json["status"] == "hold"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("see https://a.example/", "approved"),
        ("see https://a.example/ and https://b.example/", "hold"),
        ('<a href="https://a.example/">a</a> and https://b.example/', "hold"),
        ("see //a.example and b.example", "approved"),
    ],
)
async def test_two_links_hold(any_blog: Blog, content: str, status: str) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    assert (await relay.write(post.id, content, **ANN)).json["status"] == status


async def test_max_links_is_a_setting(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay = await member(any_blog)
    await any_blog.configure(max_links=1)
    assert (await relay.write(post.id, "see https://a.example/", **ANN)).json["status"] == "hold"
    await any_blog.configure(max_links=0)
    many = " ".join(f"https://a.example/{n}" for n in range(5))
    assert (await relay.write(post.id, many, **ANN)).json["status"] == "approved"


@pytest.mark.parametrize("content", ["such a Rotten word", "hidden ro<b></b>tten word"])
async def test_disallowed_words_go_to_the_trash_with_201(any_blog: Blog, content: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(disallowed_words=["rotten", "mouldy"])
    relay = await member(any_blog)
    seen = await relay.write(post.id, content, **ANN)
    assert (seen.status, seen.json["status"]) == (201, "trash")
    assert [row.status for row in await any_blog.comments()] == ["trash"]


async def test_finding_it_again(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    relay, author = await member(any_blog), await member(any_blog, "cat", "author")
    token = "m-7f3a@relay.example"
    await any_blog.configure(comment_moderation=True)
    made = (await relay.write(post.id, "Hello", author_name="Ann", author_email=token)).json
    visitor = Visitor(any_blog)

    async def found(who: Visitor, **sent: object) -> list[int]:
        return [row["id"] for row in (await who.rest("GET", "comments", search=token, **sent)).json]

    assert await found(visitor) == []
    assert await found(author, status="all") == []  # found, but not for an author of other posts to see
    editor = await member(any_blog, "ed", "editor")
    assert await found(editor, status="all") == [made["id"]]
    await any_blog.moderate(made["id"], "approve")
    assert await found(visitor) == [made["id"]]
    await any_blog.moderate(made["id"], "spam")
    assert await found(editor, status="all") == []
    assert await found(editor, status="spam") == [made["id"]]


async def test_a_client_that_hangs_up_has_written_all_the_same(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.add_user("relay")
    relay = Visitor(any_blog, "relay", await any_blog.application_password("relay"))
    body = f'{{"post": {post.id}, "content": "Hello", "author_name": "Ann", "author_email": "ann@example.org"}}'
    port = int(any_blog.url.rstrip("/").rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /wp-json/wp/v2/comments HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    head += f"Authorization: {relay.authorization}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write((head + body).encode())
    await writer.drain()
    writer.close()
    async with asyncio.timeout(10):
        while not await any_blog.comments():  # noqa: ASYNC110 - the store is another process's
            await asyncio.sleep(0.02)
    assert (await relay.write(post.id, "Hello", **ANN)).refusal == DUPLICATE
