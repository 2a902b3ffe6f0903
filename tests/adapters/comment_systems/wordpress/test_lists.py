"""The list of comments that an account is shown: asked of the address the account was given for, and of no other."""

import pytest

from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.net.client import HttpClient
from bot.model.connection import Connection, Secret
from bot.model.errors import ConnectionRefused, TemporaryError
from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ConnectionId, GuildId, UserId
from tests.adapters.comment_systems.wordpress.conftest import Desk
from tests.webserver import serving


def account(http: HttpClient, api_root: str) -> WordPressClient:
    connection = Connection(
        id=ConnectionId(1),
        guild_id=GuildId(1),
        blog_id=BlogId(1),
        system=CommentSystem.WORDPRESS,
        api_root=api_root,
        username="bridge",
        password=Secret("abcd efgh"),
        connected_by=UserId(1),
    )
    return WordPressClient(http, connection)


@pytest.mark.parametrize("root", ["/wp-json/", "/index.php?rest_route=/"])
async def test_only_what_is_public_is_asked_for(http: HttpClient, root: str) -> None:
    async with serving() as server:
        server.serve("/wp-json/wp/v2/comments", "[]")
        server.serve("/index.php", "[]")
        assert await account(http, f"{server.url}{root}").list_comments() == b"[]"
        [request] = server.requests
        assert request.headers["Authorization"].startswith("Basic ")
        asked = {name: request.query[name] for name in ("status", "type", "context")}
        assert asked == {"status": "approve", "type": "comment", "context": "view"}
        assert "password" not in request.query


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["another origin", "the same host", "beside it"])
async def test_no_redirect_is_followed_with_the_account(http: HttpClient, status: int, where: str) -> None:
    async with serving() as server, serving() as other:
        target = {
            "another origin": f"{other.url}/wp-json/wp/v2/comments",
            "the same host": f"{server.url}/elsewhere/wp-json/wp/v2/comments",
            "beside it": server.url.replace("http://", "//") + "/new/",
        }[where]
        server.redirect("/wp-json/wp/v2/comments", target, status=status)
        with pytest.raises(ConnectionRefused, match="has moved to another address"):
            await account(http, f"{server.url}/wp-json/").list_comments()
        assert len(server.requests) == 1
        assert other.requests == []


@pytest.mark.parametrize(
    ("status", "sent", "error"),
    [
        (401, '{"code": "rest_not_logged_in"}', ConnectionRefused),
        (403, '{"code": "rest_forbidden"}', ConnectionRefused),
        (404, '{"code": "rest_no_route"}', ConnectionRefused),
        (401, "", ConnectionRefused),
        (429, "", TemporaryError),
        (500, "", TemporaryError),
        (503, "", TemporaryError),
    ],
)
async def test_what_is_no_list_is_told(http: HttpClient, status: int, sent: str, error: type[Exception]) -> None:
    async with serving() as server:
        server.serve("/wp-json/wp/v2/comments", sent, status=status)
        with pytest.raises(error):
            await account(http, f"{server.url}/wp-json/").list_comments()


async def test_an_interface_for_members_lists_comments_to_them(desk: Desk) -> None:
    await desk.blog.comment(desk.post, author="Ann", text="Seen by members")
    await desk.blog.configure(rest="members")
    assert b"Seen by members" in await desk.client.list_comments()
    with pytest.raises(ConnectionRefused):
        await desk.with_password("aaaa bbbb cccc dddd eeee ffff").list_comments()
