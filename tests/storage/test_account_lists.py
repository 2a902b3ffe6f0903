"""With whose connections a blog's comments may be read, and when the list that needs one is polled."""

import pytest

from bot.model.connection import Credential, Secret
from bot.model.feed import CommentSystem, FeedKind
from bot.model.ids import ChannelId, GuildId
from bot.model.subscription import Placement
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.storage.given import GUILD, NOW, USER, a_blog, a_feed, later

OTHER = GuildId(77)


async def ready(store: Store) -> None:
    """A guild that gets a blog and is connected, another that gets it only, and the list for accounts."""
    blog = await a_blog(store)
    for guild_id in (GUILD, OTHER):
        await store.subscriptions.add(
            guild_id=guild_id,
            channel_id=ChannelId(guild_id + 1),
            blog_id=blog.id,
            placement=Placement.THREAD,
            comments=True,
            started_at=NOW,
        )
    await store.connections.save(
        guild_id=GUILD,
        blog_id=blog.id,
        system=CommentSystem.WORDPRESS,
        api_root="https://blog.example/wp-json/",
        credential=Credential(username="bot", password=Secret("abcd")),
        connected_by=USER,
    )
    await a_feed(store, blog.id, FeedKind.ACCOUNT_COMMENTS)


async def read_by(store: Store) -> list[GuildId]:
    [blog] = await fetch("SELECT id FROM blogs")
    readers = [each.guild_id for each in await store.connections.usable_for_reading(blog["id"])]
    claimed = await store.polls.claim_due(later(minutes=1), lease_until=later(minutes=9), limit=5)
    assert bool(claimed) is bool(readers), "it is polled where it can be read, and only there"
    return readers


async def test_a_guild_that_wants_the_comments_reads_them(store: Store) -> None:
    await ready(store)
    assert await read_by(store) == [GUILD]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE subscriptions SET paused_at = $1::timestamptz WHERE guild_id = $2",
        "UPDATE subscriptions SET left_at = $1::timestamptz WHERE guild_id = $2",
        "UPDATE subscriptions SET comments = FALSE WHERE started_at <= $1 AND guild_id = $2",
        "UPDATE connections SET trouble = 'Revoked.', trouble_since = $1::timestamptz WHERE guild_id = $2",
    ],
    ids=["paused", "left", "without comments", "refused"],
)
async def test_one_that_wants_none_or_is_refused_does_not(store: Store, change: str) -> None:
    await ready(store)
    await fetch(change, NOW, GUILD)
    assert await read_by(store) == []


async def test_another_api_is_asked_with_no_connection(store: Store) -> None:
    await ready(store)
    await fetch("UPDATE blogs SET api_root = $1", "https://other.example/wp-json/")
    assert await read_by(store) == []


async def test_how_the_list_fares_is_in_no_servers_status(store: Store) -> None:
    await ready(store)
    await fetch("UPDATE feeds SET failures = 3")
    for guild_id in (GUILD, OTHER):
        assert await store.feeds.failing(guild_id) == []
