"""The runner of a real WordPress itself: it answers, keeps its secret, and leaves nothing behind."""

import socket

import aiohttp
import pytest

from sandbox.blog.interface import Comment
from tests.wordpress.client import Visitor
from tests.wordpress.real import RealWordPress
from tests.wordpress.server import WordPressServer

pytestmark = pytest.mark.wordpress


async def test_it_stops_and_leaves_nothing_behind() -> None:
    blog = await RealWordPress.start(title="Passing")
    folder = blog.server.folder
    try:
        assert (await Visitor(blog).get("wp-json/")).json["name"] == "Passing"
        assert folder.exists()
    finally:
        await blog.close()
    await blog.close()
    assert not folder.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", blog.server.port)) != 0


async def test_acts_need_the_secret(wordpress_server: WordPressServer) -> None:
    address = f"{wordpress_server.home}/?backchannel-act=reset"
    for headers in ({}, {"X-Backchannel-Secret": "guess"}):
        async with aiohttp.request("POST", address, json={}, headers=headers) as response:
            assert response.status == 403


async def test_reset_empties_it(wordpress: RealWordPress) -> None:
    post = await wordpress.publish(title="Tea", html="x")
    made = await wordpress.comment(post, text="Yes")
    assert isinstance(made, Comment)
    await wordpress.configure(permalinks="plain", comment_moderation=True)
    await wordpress.reset()
    assert await wordpress.comments() == []
    again = await wordpress.publish(title="Tea", html="x")
    assert again.link.endswith("/tea/")
    with pytest.raises(ValueError, match="add_user"):
        await wordpress.add_user("admin")
