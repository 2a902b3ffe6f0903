"""Connections to a WordPress that somebody has hardened; each cause has its own sentence."""

import pytest

from bot.adapters.comment_systems.wordpress.site import xmlrpc_url
from bot.model.errors import ConnectionRefused, Refused
from bot.model.ids import NativeId
from bot.model.post import PostFound
from bot.model.reply import Published
from tests.adapters.comment_systems.wordpress.conftest import Desk
from tests.rules.examples import entry

WRONG = "aaaa bbbb cccc dddd eeee ffff"


async def test_an_interface_for_members_is_read_and_written_with_the_credential(desk: Desk) -> None:
    await desk.blog.configure(rest="members")
    assert (await desk.client.check()).name == "The bridge"
    outcome = await desk.client.publish(desk.comment())
    assert isinstance(outcome, Published)
    assert await desk.client.find(desk.comment()) == outcome
    assert await desk.client.follow(outcome.native_id) == outcome
    answer = await desk.client.publish(desk.comment("And more.", parent=int(outcome.native_id)))
    assert isinstance(answer, Published)


async def test_a_wrong_password_to_an_interface_for_members(desk: Desk) -> None:
    await desk.blog.configure(rest="members")
    with pytest.raises(Refused, match="does not accept this user name") as told:
        await desk.with_password(WRONG).check()
    assert "Authorization" not in told.value.text


@pytest.mark.parametrize("rest", ["open", "members"])
async def test_a_server_that_strips_the_header_is_told_from_a_wrong_password(desk: Desk, rest: str) -> None:
    await desk.blog.configure(authorization_header=False, rest=rest)
    with pytest.raises(Refused, match="are right, but the blog's web server removes them") as told:
        await desk.client.check()
    assert "SetEnvIf Authorization" in told.value.text
    with pytest.raises(Refused, match="does not accept this user name"):
        await desk.with_password(WRONG).check()


async def test_an_interface_that_is_shut_is_no_matter_of_the_users_route(desk: Desk) -> None:
    await desk.blog.configure(rest="forbidden")
    for act in (desk.client.check(), desk.client.publish(desk.comment())):
        with pytest.raises(Refused, match="refuses everybody") as told:
            await act
        assert "users/me" not in told.value.text
    assert await desk.blog.comments() == []


async def test_a_member_is_told_the_cause_and_not_that_the_post_is_unknown(desk: Desk) -> None:
    kept = entry(link=desk.post.link, native_id=None, published_at=None)
    assert isinstance(await desk.client.find_post(kept), PostFound)
    await desk.blog.configure(rest="forbidden")
    with pytest.raises(ConnectionRefused, match="refuses everybody"):
        await desk.client.find_post(kept)
    await desk.blog.configure(rest="members")
    assert isinstance(await desk.client.find_post(kept), PostFound)
    with pytest.raises(ConnectionRefused, match="does not accept the bot's password any more"):
        await desk.with_password(WRONG).find_post(kept)


async def test_removed_routes_are_noticed_without_writing_and_are_final(desk: Desk) -> None:
    await desk.blog.configure(comment_routes=False)
    with pytest.raises(Refused, match="removed the routes for comments"):
        await desk.client.check()
    acts = (
        desk.client.publish(desk.comment()),
        desk.client.publish(desk.comment(parent=1)),
        desk.client.find(desk.comment()),
        desk.client.follow(NativeId("1")),
    )
    for act in acts:
        with pytest.raises(ConnectionRefused, match="removed the routes for comments"):
            await act
    await desk.blog.configure(comment_routes=True)
    assert await desk.blog.comments() == []


@pytest.mark.parametrize(
    ("api_root", "address"),
    [
        ("https://b.example/wp-json/", "https://b.example/xmlrpc.php"),
        ("https://b.example/news/wp-json/", "https://b.example/news/xmlrpc.php"),
        ("https://b.example/index.php?rest_route=/", "https://b.example/xmlrpc.php"),
        ("https://b.example/?rest_route=/", "https://b.example/xmlrpc.php"),
        ("https://b.example/news/index.php/wp-json/", "https://b.example/news/xmlrpc.php"),
        ("http://b.example:81/~ann/?rest_route=/", "http://b.example:81/~ann/xmlrpc.php"),
    ],
)
def test_xml_rpc_is_asked_in_the_folder_of_the_root(api_root: str, address: str) -> None:
    assert xmlrpc_url(api_root) == address
