"""How a blog is asked of what type comments are: not too often, and what it does not tell holds nothing up."""

import json
import re
from collections.abc import Sequence

import pytest
from aiohttp import web

from bot.adapters.feeds.http import comment_types
from bot.adapters.feeds.http.comment_types import resolve_types
from bot.adapters.net.client import HttpClient
from bot.model.entry import CommentKind, EntryRef, ParsedComment, ParsedFeed
from bot.model.ids import NativeId, Uid
from tests.webserver import WebServer

API = "/wp-json/"
_SHOWN = '<li class="{} even depth-1" id="comment-{}">'


def comment(server: WebServer, number: int, page: str = "ink") -> ParsedComment:
    return ParsedComment(
        uid=Uid(f"comment-{number}"),
        parent_uid=None,
        entry=EntryRef(),
        link=f"{server.url}/{page}/#comment-{number}",
        author="Ann",
        published_at=None,
        html="<p>Words</p>",
        native_id=NativeId(str(number)),
    )


def interface(server: WebServer, types: dict[int, str]) -> None:
    """Answer as WordPress's REST interface does to strangers."""

    async def listed(request: web.Request) -> web.Response:
        wanted = [int(each) for each in request.query["include"].split(",")]
        rows = [{"id": each, "type": "comment"} for each in wanted if types.get(each) == "comment"]
        return web.Response(text=json.dumps(rows))

    server.on(f"{API}wp/v2/comments", listed)
    for number, name in types.items():
        server.serve(f"{API}wp/v2/comments/{number}", json.dumps({"id": number, "type": name}))


async def told(
    client: HttpClient, server: WebServer, comments: Sequence[ParsedComment], *, api: bool = True
) -> dict[str, CommentKind]:
    feed = ParsedFeed(title="", comments=tuple(comments))
    found = await resolve_types(client, feed, f"{server.url}{API}" if api else None)
    return {str(each.native_id): each.kind for each in found.comments}


async def test_comments_cost_one_question(server: WebServer, client: HttpClient) -> None:
    interface(server, dict.fromkeys(range(1, 101), "comment"))
    found = await told(client, server, [comment(server, number) for number in range(1, 101)])
    assert set(found.values()) == {CommentKind.COMMENT}
    assert len(server.requests) == 1


async def test_many_that_are_no_comments_are_told_by_their_page(server: WebServer, client: HttpClient) -> None:
    numbers = range(1, 301)
    interface(server, dict.fromkeys(numbers, "pingback"))
    server.serve("/ink/", "".join(_SHOWN.format("pingback", number) + "</li>" for number in numbers))
    found = await told(client, server, [comment(server, number) for number in numbers])
    assert found == {str(number): CommentKind.PINGBACK for number in numbers}
    assert len(server.requests) == 3 + 10 + 1, "three lists, ten by number, and the page"


async def test_pages_are_asked_in_bounds(server: WebServer, client: HttpClient) -> None:
    for number in range(1, 31):
        server.serve(f"/{number}/", _SHOWN.format("review", number))
    found = await told(client, server, [comment(server, each, str(each)) for each in range(1, 31)], api=False)
    assert set(found) == {str(number) for number in range(11, 31)}, "who was not asked of counts as a comment"
    assert len(server.requests) == 10


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_an_interface_that_is_shut_is_asked_once_and_pages_tell(
    server: WebServer, client: HttpClient, status: int
) -> None:
    server.serve(f"{API}wp/v2/comments", '{"code": "rest_forbidden"}', status=status)
    server.serve("/ink/", _SHOWN.format("review", 1) + "</li>" + _SHOWN.format("comment", 2))
    assert await told(client, server, [comment(server, 1), comment(server, 2)]) == {"2": CommentKind.COMMENT}
    assert [re.sub(r"\?.*", "", path) for path in server.paths] == [f"{API}wp/v2/comments", "/ink/"]


async def test_an_interface_that_hangs_up_holds_no_comment_back(server: WebServer, client: HttpClient) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.on(f"{API}wp/v2/comments", hang_up)
    server.serve("/ink/", _SHOWN.format("trackback", 1))
    assert await told(client, server, [comment(server, 1)]) == {"1": CommentKind.TRACKBACK}
    server.on("/ink/", hang_up)
    assert await told(client, server, [comment(server, 1)]) == {"1": CommentKind.COMMENT}


async def test_a_blog_that_does_not_come_to_an_end_holds_no_comment_back(
    server: WebServer, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comment_types, "_LONGEST", 0)
    interface(server, {1: "review"})
    assert await told(client, server, [comment(server, 1)]) == {"1": CommentKind.COMMENT}


async def test_only_what_was_asked_for_counts(server: WebServer, client: HttpClient) -> None:
    server.serve(f"{API}wp/v2/comments", '[{"id": 1, "type": "comment"}, {"id": 3, "type": "comment"}]')
    server.serve(f"{API}wp/v2/comments/2", '{"id": 4, "type": "review"}')
    found = await told(client, server, [comment(server, 1), comment(server, 2)])
    assert found == {"1": CommentKind.COMMENT, "2": CommentKind.COMMENT}


async def test_without_numbers_nobody_is_asked(server: WebServer, client: HttpClient) -> None:
    feed = ParsedFeed(title="", comments=())
    assert await resolve_types(client, feed, f"{server.url}{API}") is feed
    assert server.requests == []
