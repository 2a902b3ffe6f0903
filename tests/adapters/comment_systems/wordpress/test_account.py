"""Whether a credential works, and what its account may do."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from bot.adapters.comment_systems.registry import CommentSystemRegistry
from bot.adapters.comment_systems.wordpress.account import authorize_url
from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.net.client import HttpClient, Response
from bot.model.connection import Account, Connection, Secret
from bot.model.errors import Refused, TemporaryError
from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ConnectionId, GuildId, UserId
from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Blog
from tests.adapters.comment_systems.wordpress.conftest import Desk, Seat

CONNECTION = Connection(
    id=ConnectionId(1),
    guild_id=GuildId(1),
    blog_id=BlogId(1),
    system=CommentSystem.WORDPRESS,
    api_root="https://blog.example/wp-json/",
    username="bridge",
    password=Secret("abcd efgh"),
    connected_by=UserId(1),
)


@pytest.mark.parametrize(
    ("role", "raw_html", "moderates"),
    [("subscriber", False, False), ("author", False, False), ("editor", True, True), ("administrator", True, True)],
)
async def test_what_the_account_may_do(seat: Seat, role: str, raw_html: bool, moderates: bool) -> None:
    desk = await seat(role=role)
    assert await desk.client.check() == Account(
        name="The bridge", roles=(role,), may_publish_raw_html=raw_html, may_moderate=moderates
    )


async def test_a_role_made_for_the_bridge(seat: Seat) -> None:
    account = await (await seat(capabilities=("moderate_comments",))).client.check()
    assert (account.may_publish_raw_html, account.may_moderate) == (False, True)


async def test_a_wrong_password(desk: Desk) -> None:
    with pytest.raises(Refused, match="user name and application password"):
        await desk.with_password("abcd efgh ijkl mnop qrst uvwx").check()


async def test_a_revoked_password(desk: Desk) -> None:
    await desk.blog.revoke_application_passwords(desk.login)
    with pytest.raises(Refused, match="user name and application password"):
        await desk.client.check()


async def test_an_address_that_answers_with_pages(desk: Desk) -> None:
    await desk.blog.configure(permalinks="plain")
    with pytest.raises(Refused, match="There is no WordPress REST API"):
        await desk.client.check()


@pytest.mark.parametrize("status", [500, 429])
async def test_a_blog_that_is_ill(sandbox_desk: Desk, status: int) -> None:
    assert isinstance(sandbox_desk.blog, SandboxBlog)
    sandbox_desk.blog.faults.status("*", status)
    with pytest.raises(TemporaryError):
        await sandbox_desk.client.check()


async def test_the_page_where_an_admin_says_yes(any_blog: Blog, http: HttpClient) -> None:
    link = await authorize_url(
        http,
        f"{any_blog.url}wp-json/",
        app_name="Backchannel & co",
        app_id="5b5d2a7e-6a4e-4f0a-9d0f-1c6a3a6d2f11",
        success_url="https://bot.example/done?state=1",
        reject_url="https://bot.example/no",
    )
    assert link is not None
    assert link.startswith(f"{any_blog.url}wp-admin/authorize-application.php?")
    assert parse_qs(urlsplit(link).query) == {
        "app_name": ["Backchannel & co"],
        "app_id": ["5b5d2a7e-6a4e-4f0a-9d0f-1c6a3a6d2f11"],
        "success_url": ["https://bot.example/done?state=1"],
        "reject_url": ["https://bot.example/no"],
    }


class ScriptedHttp:
    """Answers by the end of the address, for blogs that neither the sandbox nor a plain WordPress can be."""

    def __init__(self, *answers: tuple[str, int, str]) -> None:
        self._answers = answers

    async def request(
        self,
        method: str,
        url: str,
        *,
        auth: object = None,
        json: object = None,
        xml: bytes | None = None,
        follow: bool = True,
    ) -> Response:
        assert not follow
        status, body = next((status, body) for part, status, body in self._answers if part in url)
        return Response(status=status, url=url, headers={}, body=body.encode())


INDEX_WITHOUT = '{"authentication": []}'
INDEX_WITH = '{"authentication": {"application-passwords": {"endpoints": {"authorization": "javascript:alert(1)"}}}}'
ME = '{"id": 3, "name": "B", "roles": ["subscriber"], "capabilities": {"read": true}}'
NOBODY = '{"code": "rest_not_logged_in"}'


@pytest.mark.parametrize(
    ("api_root", "answers", "words"),
    [
        ("https://b.example/wp-json/", [("users/me", 401, NOBODY), ("", 200, INDEX_WITHOUT)], "switched off"),
        ("http://b.example/wp-json/", [("users/me", 401, NOBODY), ("", 200, INDEX_WITHOUT)], "https"),
        ("https://b.example/wp-json/", [("users/me", 401, NOBODY), ("", 200, INDEX_WITH)], "Application Passwords"),
        (
            "https://b.example/wp-json/",
            [("users/me", 401, '{"code": "incorrect_password"}'), ("", 200, INDEX_WITH)],
            "Application Passwords",
        ),
        (
            "https://b.example/wp-json/",
            [("users/me", 404, '{"code": "rest_no_route"}'), ("", 200, INDEX_WITH)],
            "hides",
        ),
        ("https://b.example/wp-json/", [("", 404, "<html>")], "There is no WordPress REST API"),
        ("https://b.example/wp-json/", [("", 403, '{"code": "rest_disabled"}')], "refuses everybody"),
        ("https://b.example/wp-json/", [("", 403, '{"code": "whatever"}')], "refuses everybody"),
        (
            "https://b.example/wp-json/",
            [("xmlrpc", 403, "<html>"), ("", 401, NOBODY)],
            "Application Passwords.*may delete the header Authorization",
        ),
        (
            "https://b.example/wp-json/",
            [("xmlrpc", 200, "<methodResponse><params/></methodResponse>"), ("", 401, NOBODY)],
            "may delete the header Authorization",
        ),
        (
            "https://b.example/wp-json/",
            [
                ("users/me", 200, ME),
                ("comments", 405, ""),
                ("", 200, '{"namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {}}}'),
            ],
            "removed the routes for comments",
        ),
        (
            "https://b.example/wp-json/",
            [("users/me", 200, ME), ("comments", 200, '{"methods": ["GET"]}'), ("", 200, INDEX_WITH)],
            "removed the routes for comments",
        ),
        ("https://b.example/wp-json/", [("", 301, "")], "moved"),
        ("https://b.example/wp-json/", [("", 401, "<html>")], "second password"),
        (
            "https://b.example/wp-json/",
            [("users/me", 200, '{"id": 3, "name": "B", "roles": [], "capabilities": []}'), ("", 200, INDEX_WITH)],
            "Subscriber",
        ),
    ],
)
async def test_each_way_not_to_connect_has_its_sentence(
    api_root: str, answers: list[tuple[str, int, str]], words: str
) -> None:
    client = WordPressClient(ScriptedHttp(*answers), replace(CONNECTION, api_root=api_root))
    with pytest.raises(Refused, match=words) as told:
        await client.check()
    assert "abcd" not in told.value.text


@pytest.mark.parametrize("index", [INDEX_WITHOUT, INDEX_WITH, "<html>", "[]"])
async def test_a_blog_without_that_page(index: str) -> None:
    link = await authorize_url(
        ScriptedHttp(("", 200, index)),
        "https://b.example/wp-json/",
        app_name="Backchannel",
        app_id="",
        success_url="",
        reject_url="",
    )
    assert link is None


def test_the_registry_opens_by_kind(http: HttpClient) -> None:
    assert isinstance(CommentSystemRegistry(http).open(CONNECTION), WordPressClient)


async def test_the_registry_names_us_on_that_page(any_blog: Blog, http: HttpClient) -> None:
    link = await CommentSystemRegistry(http).authorize_url(
        f"{any_blog.url}wp-json/", success_url="https://bot.example/done", reject_url="https://bot.example/no"
    )
    assert link is not None
    asked = parse_qs(urlsplit(link).query)
    assert asked["app_name"] == ["Backchannel"]
    assert str(UUID(asked["app_id"][0])) == asked["app_id"][0]


async def test_a_password_is_revoked_with_itself_and_no_other_is(seat: Seat) -> None:
    desk = await seat()
    other = desk.with_password(await desk.blog.application_password(desk.login))
    assert await desk.client.revoke()
    with pytest.raises(Refused):
        await desk.client.check()
    assert (await other.check()).name == "The bridge"
    assert not await desk.client.revoke()


async def test_no_word_of_the_blog_becomes_part_of_the_address_that_is_deleted() -> None:
    asked: list[str] = []

    class Liar:
        async def request(self, method: str, url: str, **_: object) -> Response:
            asked.append(f"{method} {url}")
            return Response(status=200, url=url, headers={}, body=b'{"uuid": "../../1?force=true"}')

    assert not await WordPressClient(Liar(), CONNECTION).revoke()
    assert [each.split()[0] for each in asked] == ["GET"]
