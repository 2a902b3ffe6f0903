"""Accounts: what each role may do with comments, and how application passwords are taken."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from sandbox.blog.interface import Blog, Post
from tests.wordpress.client import Seen, Visitor, member

ANN = {"author_name": "Ann", "author_email": "ann@example.org"}
MODERATOR = ("moderate_comments",)
CARETAKER = ("edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments")
DONE = (200, None)
NO_EDIT, NO_DELETE = (403, "rest_cannot_edit"), (403, "rest_cannot_delete")


def outcome(seen: Seen) -> tuple[int, str | None]:
    return seen.refusal if seen.status >= 400 else (seen.status, None)


async def an_entry(blog: Blog, author: str = "ada") -> Post:
    await blog.configure(comment_previously_approved=False, flood_seconds=0)
    return await blog.publish(title="Tea", html="x", author=author)


async def test_who_am_i(any_blog: Blog) -> None:
    user = await any_blog.add_user("relay", display_name="The Relay")
    relay = Visitor(any_blog, "relay", await any_blog.application_password("relay"))
    me = (await relay.rest("GET", "users/me", context="edit")).json
    assert (me["id"], me["name"], me["slug"], me["username"]) == (user.id, "The Relay", "relay", "relay")
    assert me["email"] == "relay@blog.example"
    assert me["roles"] == ["subscriber"]
    assert me["capabilities"]["read"] is True
    for wanted in ("edit_posts", "moderate_comments", "unfiltered_html"):
        assert wanted not in me["capabilities"]
    assert "roles" not in (await relay.rest("GET", "users/me")).json


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("contributor", {"edit_posts"}, {"moderate_comments", "edit_published_posts"}),
        ("author", {"edit_posts", "edit_published_posts"}, {"moderate_comments", "unfiltered_html"}),
        ("editor", {"moderate_comments", "unfiltered_html", "edit_others_posts"}, {"manage_options"}),
        ("administrator", {"moderate_comments", "unfiltered_html", "manage_options"}, set()),
    ],
)
async def test_capabilities(any_blog: Blog, role: str, has: set[str], lacks: set[str]) -> None:
    someone = await member(any_blog, "someone", role)
    capabilities = set((await someone.rest("GET", "users/me", context="edit")).json["capabilities"])
    assert has <= capabilities
    assert not lacks & capabilities


async def test_a_password_works_with_and_without_spaces(any_blog: Blog) -> None:
    await any_blog.add_user("relay")
    password = await any_blog.application_password("relay")
    assert len(password.split()) == 6
    for given in (password, password.replace(" ", "")):
        assert (await Visitor(any_blog, "relay", given).rest("GET", "users/me")).status == 200
    another = await any_blog.application_password("relay")
    for given in (password, another):
        assert (await Visitor(any_blog, "relay", given).rest("GET", "users/me")).status == 200


async def test_nobody_has_no_me(any_blog: Blog) -> None:
    assert (await Visitor(any_blog).rest("GET", "users/me")).refusal == (401, "rest_not_logged_in")


@pytest.mark.parametrize("how", ["wrong", "revoked", "unknown account"])
async def test_a_wrong_password_is_silently_nobody(any_blog: Blog, how: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.add_user("relay")
    password = await any_blog.application_password("relay")
    if how == "revoked":
        await any_blog.revoke_application_passwords("relay")
    login = "stranger" if how == "unknown account" else "relay"
    visitor = Visitor(any_blog, login, "aaaa bbbb cccc dddd eeee ffff" if how == "wrong" else password)
    assert (await visitor.rest("GET", "comments")).status == 200
    assert (await visitor.rest("GET", "users/me")).refusal == (401, "rest_not_logged_in")
    refused = await visitor.write(post.id, "Hello", **ANN)
    assert refused.refusal == (401, "rest_comment_login_required")
    await any_blog.configure(anonymous_rest_comments=True)
    made = await visitor.write(post.id, "Hello", **ANN)
    assert (made.status, made.json["author"]) == (201, 0)


OWN = [
    ("subscriber", (), NO_EDIT, NO_DELETE),
    ("contributor", (), NO_EDIT, NO_DELETE),
    ("author", (), NO_EDIT, NO_DELETE),
    ("subscriber", MODERATOR, DONE, DONE),
    ("subscriber", CARETAKER, DONE, DONE),
    ("editor", (), DONE, DONE),
    ("administrator", (), DONE, DONE),
]


@pytest.mark.parametrize(("role", "extra", "edit", "trash"), OWN)
async def test_own_comments(any_blog: Blog, role: str, extra: tuple[str, ...], edit: object, trash: object) -> None:
    post = await an_entry(any_blog)
    someone = await member(any_blog, "someone", role, capabilities=extra)
    number = (await someone.write(post.id, "Mine")).json["id"]
    assert outcome(await someone.rest("POST", f"comments/{number}", content="Changed")) == edit
    assert outcome(await someone.rest("DELETE", f"comments/{number}")) == trash
    [row] = await any_blog.comments()
    assert row.status == ("trash" if trash == DONE else "approved")
    assert row.content == ("Changed" if edit == DONE else "Mine")


async def test_an_author_rules_the_own_post_only(any_blog: Blog) -> None:
    someone = await member(any_blog, "someone", "author")
    own, other = await an_entry(any_blog, "someone"), await an_entry(any_blog, "ada")
    here, there = await any_blog.comment(own, text="Here"), await any_blog.comment(other, text="There")
    edited = await someone.rest("POST", f"comments/{here.id}", content="Changed")
    assert (edited.status, edited.json["content"]["raw"]) == (200, "Changed")
    assert outcome(await someone.rest("POST", f"comments/{there.id}", content="Changed")) == NO_EDIT
    assert outcome(await someone.rest("DELETE", f"comments/{here.id}")) == DONE
    assert outcome(await someone.rest("DELETE", f"comments/{there.id}")) == NO_DELETE


async def test_nobody_may_change_anything(any_blog: Blog) -> None:
    comment = await any_blog.comment(await an_entry(any_blog), text="Here")
    visitor = Visitor(any_blog)
    assert outcome(await visitor.rest("POST", f"comments/{comment.id}", content="x")) == (401, "rest_cannot_edit")
    assert outcome(await visitor.rest("DELETE", f"comments/{comment.id}")) == (401, "rest_cannot_delete")


@pytest.mark.parametrize(
    ("role", "extra", "kept"),
    [
        ("subscriber", (), "xb"),
        ("author", (), "xb"),
        ("subscriber", MODERATOR, "xb"),
        ("subscriber", CARETAKER, "xb"),
        ("editor", (), "<script>x</script><u>b</u>"),
        ("administrator", (), "<script>x</script><u>b</u>"),
    ],
)
async def test_whose_html_is_filtered(any_blog: Blog, role: str, extra: tuple[str, ...], kept: str) -> None:
    post = await an_entry(any_blog)
    someone = await member(any_blog, "someone", role, capabilities=extra)
    assert (await someone.write(post.id, "<script>x</script><u>b</u>")).status == 201
    [row] = await any_blog.comments()
    assert row.content == kept


@pytest.mark.parametrize(
    ("role", "extra", "status"),
    [
        ("subscriber", (), 403),
        ("contributor", (), 200),
        ("author", (), 200),
        ("subscriber", MODERATOR, 403),
        ("subscriber", CARETAKER, 200),
        ("editor", (), 200),
    ],
)
async def test_who_finds_the_own_held_comment(any_blog: Blog, role: str, extra: tuple[str, ...], status: int) -> None:
    post = await an_entry(any_blog)
    someone = await member(any_blog, "someone", role, capabilities=extra)
    me = (await someone.rest("GET", "users/me")).json["id"]
    held = await any_blog.comment(post, text="Held", as_user="someone", status="hold")
    seen = await someone.rest("GET", "comments", author=me, status="all")
    assert seen.status == status
    if status == 200:
        assert [row["id"] for row in seen.json] == [held.id]


async def test_an_editor_sets_everything(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    editor = await member(any_blog, "ed", "editor")
    sent = {"author": 0, "status": "hold", "author_ip": "192.0.2.1"}
    held = await editor.write(post.id, "Held", **ANN, status="hold", author_ip="192.0.2.1")
    assert (held.status, held.json["status"], held.json["author_ip"]) == (201, "hold", "192.0.2.1")
    assert held.json["author_email"] == "ann@example.org"
    strange = await editor.write(post.id, "Strange", **ANN, status="nonsense")
    assert (strange.status, strange.json["status"]) == (201, "approved")
    assert (await editor.write(post.id, "Nobody's", **ANN, **sent)).refusal[0] == 400


async def test_trashing_and_deleting_again(any_blog: Blog) -> None:
    comment = await any_blog.comment(await an_entry(any_blog), text="Here")
    editor = await member(any_blog, "ed", "editor")
    where = f"comments/{comment.id}"
    assert (await editor.rest("DELETE", where)).json["status"] == "trash"
    assert (await editor.rest("DELETE", where)).refusal == (410, "rest_already_trashed")
    gone = await editor.rest("DELETE", where, force=True)
    assert (gone.status, gone.json["deleted"], gone.json["previous"]["id"]) == (200, True, comment.id)
    assert (await editor.rest("DELETE", where, force=True)).refusal == (404, "rest_comment_invalid_id")
    assert await any_blog.comments() == []


async def test_a_moderator_changes_the_status(any_blog: Blog) -> None:
    comment = await any_blog.comment(await an_entry(any_blog), text="Here", status="hold")
    editor = await member(any_blog, "ed", "editor")
    for status in ("approved", "hold", "spam", "approved", "trash"):
        seen = await editor.rest("POST", f"comments/{comment.id}", status=status)
        assert (seen.status, seen.json["status"]) == (200, status)
        assert [row.status for row in await any_blog.comments()] == [status]


async def test_an_edit_is_filtered_by_the_commenter_s_rights_and_leaves_the_date(any_blog: Blog) -> None:
    comment = await any_blog.comment(await an_entry(any_blog), text="Here")
    editor = await member(any_blog, "ed", "editor")
    seen = await editor.rest("POST", f"comments/{comment.id}", content="There <u>x</u>")
    assert seen.json["content"]["raw"] == "There x"
    assert seen.json["date_gmt"] == comment.date.strftime("%Y-%m-%dT%H:%M:%S")
    own = (await editor.write(comment.post_id, "Mine")).json["id"]
    seen = await editor.rest("POST", f"comments/{own}", content="Mine <u>x</u>")
    assert seen.json["content"]["raw"] == "Mine <u>x</u>"
    empty = await editor.rest("POST", f"comments/{comment.id}", content="")
    assert empty.refusal == (400, "rest_comment_content_invalid")


async def test_the_page_that_gives_a_password(any_blog: Blog) -> None:
    """The real page wants a browser with a login; the sandbox takes whoever comes for the administrator."""
    query = "app_name=Backchannel&app_id=00000000-0000-4000-8000-000000000000"
    target = "http://127.0.0.1:9/done?state=7"
    where = f"wp-admin/authorize-application.php?{query}&success_url={target}"
    page = await Visitor(any_blog).get(where)
    if page.status == 302:
        assert urlsplit(page.headers["Location"]).path == "/wp-login.php"
        return
    assert "Backchannel" in page.text
    form = {"decision": "approve"}
    async with aiohttp.request("POST", any_blog.url + where, data=form, allow_redirects=False) as response:
        went = urlsplit(response.headers["Location"])
    given = {name: values[0] for name, values in parse_qs(went.query).items()}
    assert went._replace(query="").geturl() == "http://127.0.0.1:9/done"
    assert (given["state"], given["user_login"]) == ("7", "admin")
    assert given["site_url"] == any_blog.url.rstrip("/")
    admin = Visitor(any_blog, "admin", given["password"])
    assert (await admin.rest("GET", "users/me")).json["slug"] == "admin"
