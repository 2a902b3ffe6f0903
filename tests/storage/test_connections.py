import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.model.connection import Connection, ConnectRequest, Credential, Secret
from bot.model.errors import PermanentError
from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ChannelId, GuildId
from bot.model.subscription import Placement
from bot.storage.database import Store
from bot.storage.encryption import Encryption, is_weak
from bot.storage.statements import fetch
from tests.storage.given import GUILD, NOW, USER, a_blog, later

PASSWORD = Secret("abcd EFGH 1234 ijkl")


async def connect(store: Store, blog_id: BlogId, username: str = "bot") -> Connection:
    return await store.connections.save(
        guild_id=GUILD,
        blog_id=blog_id,
        system=CommentSystem.WORDPRESS,
        api_root="https://blog.example/wp-json/",
        credential=Credential(username=username, password=PASSWORD),
        connected_by=USER,
    )


async def test_a_guild_has_one_endpoint_a_blog(store: Store) -> None:
    blog = await a_blog(store)
    first = await connect(store, blog.id)
    endpoint = await connect(store, blog.id, "other")
    assert (endpoint.id, endpoint.username, endpoint.password) == (first.id, "other", PASSWORD)
    assert await store.connections.of_blog(GUILD, blog.id) == endpoint
    assert await store.connections.of_blog(GuildId(5), blog.id) is None
    assert PASSWORD not in repr(endpoint)


async def test_a_blog_is_connected_even_where_its_password_cannot_be_read(store: Store) -> None:
    blog = await a_blog(store)
    assert not await store.connections.is_connected(GUILD, blog.id)
    await connect(store, blog.id)
    store.connections._vault = Encryption(["another key"])
    assert await store.connections.is_connected(GUILD, blog.id)
    with pytest.raises(PermanentError):
        await store.connections.of_blog(GUILD, blog.id)


async def test_a_password_is_not_to_be_read_in_the_database(store: Store, tmp_path: Path) -> None:
    await connect(store, (await a_blog(store)).id)
    [row] = await fetch("SELECT * FROM connections")
    assert PASSWORD not in str(row)
    assert not any(PASSWORD.encode() in content for content in _contents(tmp_path))


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if path.is_file()]


async def test_a_key_that_is_gone_is_told_without_content(store: Store) -> None:
    blog = await a_blog(store)
    await connect(store, blog.id)
    await fetch("UPDATE connections SET secret = $1", Encryption(["another"]).lock(PASSWORD))
    with pytest.raises(PermanentError, match="Connect the blog again") as failed:
        await store.connections.of_blog(GUILD, blog.id)
    assert failed.value.__cause__ is failed.value.__context__ is None


async def test_a_click_through_is_good_until_it_expires_or_is_used(store: Store) -> None:
    request = ConnectRequest(guild_id=GUILD, blog_id=(await a_blog(store)).id, user_id=USER)
    await store.connections.add_request("abandoned", request, expires_at=later(minutes=10))
    await store.connections.add_request("state", request, expires_at=later(minutes=10))
    assert await store.connections.get_request("state", now=NOW) == request
    assert await store.connections.get_request("state", now=later(minutes=10)) is None
    assert await store.connections.get_request("abandoned", now=NOW) is None
    assert "state" not in str((await fetch("SELECT state_hash FROM connect_requests"))[0]["state_hash"])
    await store.connections.delete_request("state")
    assert await store.connections.get_request("state", now=NOW) is None


def test_the_first_key_locks_and_all_open() -> None:
    old, both, new = Encryption(["old"]), Encryption(["new", "old"]), Encryption(["new"])
    locked = old.lock(PASSWORD)
    assert both.open(locked) == PASSWORD
    assert new.open(both.lock(PASSWORD)) == PASSWORD
    assert isinstance(both.open(locked), Secret)
    for foreign in (locked, "", "no token", "é"):
        with pytest.raises(PermanentError):
            new.open(foreign)


def test_without_a_key_nothing_is_locked() -> None:
    with pytest.raises(PermanentError, match="No key"):
        Encryption(["", " "]).lock(PASSWORD)


async def test_a_credential_serves_only_the_root_it_was_given_for(store: Store) -> None:
    blog = await a_blog(store)
    await connect(store, blog.id)
    await store.subscriptions.add(
        guild_id=GUILD,
        channel_id=ChannelId(1),
        blog_id=blog.id,
        placement=Placement.THREAD,
        comments=True,
        started_at=NOW,
    )
    await fetch("UPDATE blogs SET api_root = $1 WHERE id = $2", "https://evil.example/wp-json/", blog.id)
    assert await store.connections.of_blog(GUILD, blog.id) is None
    assert not await store.connections.is_connected(GUILD, blog.id)
    assert [each.connected for each in await store.subscriptions.of_guild(GUILD)] == [False]


async def test_endpoints_are_removed_with_what_leads_to_them(store: Store) -> None:
    blog = await a_blog(store)
    await connect(store, blog.id)
    request = ConnectRequest(guild_id=GUILD, blog_id=blog.id, user_id=USER)
    await store.connections.add_request("state", request, expires_at=later(hours=9))
    assert await store.connections.remove(blog.id, GuildId(5)) == []
    assert await store.connections.get_request("state", now=NOW) is not None
    [ended] = await store.connections.remove(blog.id, GUILD)
    assert (ended.api_root, ended.password) == ("https://blog.example/wp-json/", PASSWORD)
    assert await store.connections.get_request("state", now=NOW) is None
    assert not await store.connections.is_connected(GUILD, blog.id)


async def test_endpoints_whose_key_is_gone_are_removed_too(store: Store) -> None:
    blog = await a_blog(store)
    await connect(store, blog.id)
    store.connections._vault = Encryption(["another key"])
    [ended] = await store.connections.remove(blog.id)
    assert ended.password == ""


@pytest.mark.parametrize(
    "key", ["", "x", "secret", "changeme-changeme-changeme", "a" * 60, "my-password-1", "long-and-random"]
)
def test_keys_that_can_be_guessed(key: str) -> None:
    assert is_weak(key)


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(32), lambda: secrets.token_hex(32), lambda: Fernet.generate_key().decode()]
)
def test_keys_that_are_made_by_chance(make: Callable[[], str]) -> None:
    assert not is_weak(make())
