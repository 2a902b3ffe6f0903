"""A WordPress as it is hardened: what strangers and accounts are told, and what pages still name."""

import xmlrpc.client

import aiohttp
import pytest

from sandbox.blog.interface import Blog
from tests.wordpress.client import Visitor, member

NOBODY = (401, "rest_not_logged_in")


async def test_links_to_the_interface_can_be_removed_and_it_still_answers(any_blog: Blog) -> None:
    post = await any_blog.publish(title="Tea", html="x")
    await any_blog.configure(rest_linked=False)
    visitor = Visitor(any_blog)
    for path in ("", "feed/", post.link):
        seen = await visitor.get(path)
        assert "api.w.org" not in seen.text
        assert not any("api.w.org" in link for link in seen.headers.getall("Link", []))
    for path in ("wp-json/", "?rest_route=/"):
        assert "wp/v2" in (await visitor.get(path)).json["namespaces"]


async def test_an_interface_for_members_refuses_strangers_and_wrong_passwords(any_blog: Blog) -> None:
    await any_blog.publish(title="Tea", html="x")
    mia = await member(any_blog)
    await any_blog.configure(rest="members")
    for visitor in (Visitor(any_blog), Visitor(any_blog, "relay", "aaaa bbbb cccc dddd eeee ffff")):
        assert (await visitor.get("wp-json/")).refusal == NOBODY
        for route in ("comments", "posts", "users/me"):
            assert (await visitor.rest("GET", route)).refusal == NOBODY
    assert "wp/v2" in (await mia.get("wp-json/")).json["namespaces"]
    assert (await mia.rest("GET", "comments")).json == []


async def test_an_interface_that_is_shut_refuses_everybody(any_blog: Blog) -> None:
    mia = await member(any_blog)
    await any_blog.configure(rest="forbidden")
    for visitor in (Visitor(any_blog), mia):
        for route in ("comments", "users/me"):
            assert (await visitor.rest("GET", route)).refusal == (403, "rest_disabled")
        assert (await visitor.get("wp-json/")).refusal == (403, "rest_disabled")


async def test_routes_for_comments_can_be_removed(any_blog: Blog) -> None:
    post = await any_blog.publish(title="Tea", html="x")
    mia = await member(any_blog)
    assert "POST" in (await mia.rest("OPTIONS", "comments")).json["methods"]
    await any_blog.configure(comment_routes=False)
    assert (await mia.rest("GET", "comments")).refusal == (404, "rest_no_route")
    assert (await mia.write(post.id, "Yes")).refusal == (404, "rest_no_route")
    assert not (await mia.rest("OPTIONS", "comments")).json
    assert (await mia.rest("GET", "users/me")).status == 200


@pytest.mark.parametrize("password", ["right", "wrong"])
async def test_where_the_header_is_stripped_only_xmlrpc_tells_a_right_password(any_blog: Blog, password: str) -> None:
    await any_blog.add_user("relay")
    made = await any_blog.application_password("relay")
    given = made if password == "right" else "aaaa bbbb cccc dddd eeee ffff"
    await any_blog.configure(authorization_header=False)
    assert (await Visitor(any_blog, "relay", given).rest("GET", "users/me")).refusal == NOBODY
    call = xmlrpc.client.dumps(("relay", given), "wp.getUsersBlogs").encode()
    headers = {"Content-Type": "text/xml"}
    async with aiohttp.request("POST", f"{any_blog.url}xmlrpc.php", data=call, headers=headers) as response:
        text = await response.text()
    if password == "right":
        [[blogs], _] = [*xmlrpc.client.loads(text)]
        assert len(blogs) == 1
    else:
        with pytest.raises(xmlrpc.client.Fault) as fault:
            xmlrpc.client.loads(text)
        assert fault.value.faultCode == 403
