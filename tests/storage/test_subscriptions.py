from dataclasses import replace

import pytest

from bot.model.connection import Credential, Secret
from bot.model.delivery import AnnounceComment, AnnounceEntry, ConfirmReply, NewDelivery, UpdateCard
from bot.model.feed import CommentSystem, FeedKind
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule
from bot.model.ids import (
    BlogId,
    ChannelId,
    CommentId,
    EntryId,
    GuildId,
    MessageId,
    ReplyId,
    RoleId,
    SubscriptionId,
)
from bot.model.subscription import Placement, PostedMessage, RelayMode
from bot.storage.database import Store
from tests.storage.given import CHANNEL, GUILD, NOW, USER, a_blog, a_feed, a_subscription, an_entry, discovery, later


async def test_a_blog_goes_to_a_channel_once(store: Store) -> None:
    blog = await a_blog(store)
    subscription = await a_subscription(store, blog.id)
    assert await store.subscriptions.get(subscription.id) == subscription
    assert (subscription.relay_mode, subscription.started_at, subscription.active) == (RelayMode.OFF, NOW, True)
    again = await store.subscriptions.add(
        guild_id=GUILD,
        channel_id=CHANNEL,
        blog_id=blog.id,
        placement=Placement.FORUM,
        comments=False,
        started_at=later(hours=1),
    )
    assert again is None
    elsewhere = await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 9))
    assert await store.subscriptions.of_blog(blog.id) == [subscription, elsewhere]
    assert await store.subscriptions.of_blog(BlogId(999)) == []


async def test_a_guild_sees_its_own_by_title_and_which_are_connected(store: Store) -> None:
    second = await store.feeds.save_blog(replace(discovery("https://b.example/"), title="beta"))
    first = await store.feeds.save_blog(replace(discovery("https://a.example/"), title="Alpha"))
    for blog in (second, first):
        await a_subscription(store, blog.id)
        await a_subscription(store, blog.id, guild_id=GuildId(5))
    await store.connections.save(
        guild_id=GUILD,
        blog_id=first.id,
        system=CommentSystem.WORDPRESS,
        api_root="https://a.example/wp-json/",
        credential=Credential(username="u", password=Secret("p")),
        connected_by=USER,
    )
    seen = await store.subscriptions.of_guild(GUILD)
    assert [(one.blog, one.connected, one.subscription.guild_id) for one in seen] == [
        (first, True, GUILD),
        (second, False, GUILD),
    ]


async def test_resuming_a_paused_one_starts_anew(store: Store) -> None:
    subscription = await a_subscription(store, (await a_blog(store)).id)
    await store.subscriptions.pause(subscription.id, later(hours=1))
    await store.subscriptions.pause(subscription.id, later(hours=2))
    paused = await store.subscriptions.get(subscription.id)
    assert paused == replace(subscription, paused_at=later(hours=1))
    await store.subscriptions.resume(subscription.id, later(hours=3))
    assert await store.subscriptions.get(subscription.id) == replace(subscription, started_at=later(hours=3))


async def test_freeing_a_parked_one_keeps_its_start(store: Store) -> None:
    subscription = await a_subscription(store, (await a_blog(store)).id)
    await store.subscriptions.park(subscription.id, "The channel is gone.")
    assert await store.subscriptions.get(subscription.id) == replace(subscription, parked_reason="The channel is gone.")
    await store.subscriptions.resume(subscription.id, later(hours=3))
    assert await store.subscriptions.get(subscription.id) == subscription
    await store.subscriptions.park(subscription.id, "Gone again.")
    await store.subscriptions.park(subscription.id, None)
    assert await store.subscriptions.get(subscription.id) == subscription


async def test_the_parked_of_a_guild_are_told_but_for_those_that_are_paused(store: Store) -> None:
    blog = await a_blog(store)
    lost, paused, elsewhere = [
        await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + number), guild_id=guild_id)
        for number, guild_id in enumerate([GUILD, GUILD, GuildId(GUILD + 1)])
    ]
    await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 9))
    for one in (lost, paused, elsewhere):
        await store.subscriptions.park(one.id, "The channel is gone.")
    await store.subscriptions.pause(paused.id, NOW)
    assert [each.id for each in await store.subscriptions.parked_of_guild(GUILD)] == [lost.id]


@pytest.mark.parametrize("mode", RelayMode)
async def test_a_mode_is_kept(store: Store, mode: RelayMode) -> None:
    subscription = await a_subscription(store, (await a_blog(store)).id)
    await store.subscriptions.set_mode(subscription.id, mode)
    assert await store.subscriptions.get(subscription.id) == replace(subscription, relay_mode=mode)


async def test_since_when_mentions_are_posted_is_kept(store: Store) -> None:
    subscription = await a_subscription(store, (await a_blog(store)).id)
    assert subscription.pingbacks_since is None
    await store.subscriptions.set_pingbacks(subscription.id, NOW)
    assert await store.subscriptions.get(subscription.id) == replace(subscription, pingbacks_since=NOW)
    await store.subscriptions.set_pingbacks(subscription.id, None)
    assert await store.subscriptions.get(subscription.id) == subscription


async def test_removing_takes_links_and_waiting_announcements_along(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    other = await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 1))
    for one in (subscription, other):
        link = PostedMessage(
            subscription_id=one.id, entry_id=entry.id, channel_id=CHANNEL, message_id=MessageId(one.id)
        )
        await store.messages.add(link)
    await store.outbox.add(
        [
            NewDelivery(intent=intent, lane=f"chat:{one}", key=f"{intent}", due_at=NOW)
            for one, intent in (
                (subscription.id, AnnounceEntry(subscription_id=subscription.id, entry_id=entry.id)),
                (subscription.id, AnnounceComment(subscription_id=subscription.id, comment_id=CommentId(1))),
                (subscription.id, UpdateCard(subscription_id=subscription.id, entry_id=entry.id, comment_id=None)),
                (subscription.id, ConfirmReply(reply_id=ReplyId(1))),
                (other.id, AnnounceEntry(subscription_id=other.id, entry_id=entry.id)),
            )
        ]
    )
    await store.subscriptions.remove(subscription.id)
    assert await store.subscriptions.get(subscription.id) is None
    assert await store.messages.of_message(MessageId(subscription.id)) is None
    assert await store.messages.of_message(MessageId(other.id))
    left = await store.outbox.claim(NOW, lease_until=later(hours=1), limit=9)
    assert [delivery.intent for delivery in left] == [
        ConfirmReply(reply_id=ReplyId(1)),
        AnnounceEntry(subscription_id=other.id, entry_id=entry.id),
    ]


async def test_an_id_is_never_used_again(store: Store) -> None:
    blog = await a_blog(store)
    subscription = await a_subscription(store, blog.id)
    await store.subscriptions.remove(subscription.id)
    assert (await a_subscription(store, blog.id)).id > subscription.id


async def test_what_is_not_there_is_none(store: Store) -> None:
    assert await store.subscriptions.get(SubscriptionId(999)) is None
    await store.subscriptions.remove(SubscriptionId(999))
    assert await store.messages.of_entry(SubscriptionId(999), EntryId(1)) is None


async def test_filter_template_and_mentions_are_kept_and_cleared(store: Store) -> None:
    subscription = await a_subscription(store, (await a_blog(store)).id)
    rules = (
        FilterRule(effect=FilterEffect.EXCLUDE, field=FilterField.TITLE, pattern="“ad” \\d 広告\x00"),
        FilterRule(effect=FilterEffect.INCLUDE, field=FilterField.ANYTHING, pattern="(a|b)+", regex=True),
    )
    await store.subscriptions.set_filter(subscription.id, Filter(rules=rules))
    await store.subscriptions.set_template(subscription.id, "New: {title}\n{link}\x00")
    await store.subscriptions.set_mentioned_roles(subscription.id, [RoleId(GUILD + 7), RoleId(5)])
    kept = await store.subscriptions.get(subscription.id)
    assert kept == replace(
        subscription,
        filter=Filter(rules=rules),
        template="New: {title}\n{link}\N{REPLACEMENT CHARACTER}",
        mentioned_roles=(RoleId(GUILD + 7), RoleId(5)),
    )
    await store.subscriptions.set_filter(subscription.id, Filter())
    await store.subscriptions.set_template(subscription.id, None)
    await store.subscriptions.set_mentioned_roles(subscription.id, [])
    assert await store.subscriptions.get(subscription.id) == subscription


async def test_a_subscription_stands_in_a_folder(store: Store) -> None:
    blog = await a_blog(store)
    assert (await a_subscription(store, blog.id)).folder == ()
    added = await store.subscriptions.add(
        guild_id=GUILD,
        channel_id=ChannelId(CHANNEL + 1),
        blog_id=blog.id,
        placement=Placement.THREAD,
        comments=True,
        started_at=NOW,
        folder=("Paper/Ink", "Wet"),
    )
    assert added is not None
    assert added.folder == ("Paper/Ink", "Wet")
    assert await store.subscriptions.get(added.id) == added


async def test_a_feed_is_found_in_the_channel_it_goes_to(store: Store) -> None:
    blog = await a_blog(store)
    feed = await a_feed(store, blog.id)
    await a_feed(store, blog.id, FeedKind.COMMENTS)
    subscription = await a_subscription(store, blog.id)
    assert await store.subscriptions.of_feed(GUILD, CHANNEL, feed.url) == subscription
    assert await store.subscriptions.of_feed(GUILD, CHANNEL, "https://blog.example/comments") is None
    assert await store.subscriptions.of_feed(GUILD, ChannelId(CHANNEL + 1), feed.url) is None
    assert await store.subscriptions.of_feed(GuildId(1), CHANNEL, feed.url) is None


async def test_a_guild_that_was_left_and_joined_again(store: Store) -> None:
    blog = await a_blog(store)
    active = await a_subscription(store, blog.id)
    paused = await a_subscription(store, blog.id, channel_id=ChannelId(CHANNEL + 1))
    other = await a_subscription(store, blog.id, guild_id=GuildId(5))
    await store.subscriptions.pause(paused.id, NOW)
    await store.members.add_alert(guild_id=GUILD, blog_id=blog.id, user_id=USER, author=None)
    await store.subscriptions.pause_guild(GUILD, later(hours=1))
    left = await store.subscriptions.of_left_guild(GUILD)
    assert [each.paused_at for each in left] == [later(hours=1), NOW]
    assert {each.left_at for each in left} == {later(hours=1)}
    assert await store.members.alerts_of_blog(blog.id) == []
    assert await store.subscriptions.guilds(left=True) == {GUILD}
    assert await store.subscriptions.guilds(left=False) == {GuildId(5)}
    assert await store.subscriptions.lock_left_before(later(hours=1), 9) == []
    assert len(await store.subscriptions.lock_left_before(later(hours=2), 9)) == 2
    for each in left:
        await store.subscriptions.resume_after_return(each, later(hours=3))
    again = await store.subscriptions.get(active.id)
    assert again is not None
    assert (again.paused_at, again.left_at, again.started_at) == (None, None, later(hours=3))
    assert await store.subscriptions.get(paused.id) == replace(paused, paused_at=NOW)
    assert await store.subscriptions.get(other.id) == other
    assert len(await store.members.alerts_of_blog(blog.id)) == 1


async def test_a_return_that_is_out_of_date_does_nothing(store: Store) -> None:
    blog = await a_blog(store)
    await a_subscription(store, blog.id)
    await store.subscriptions.pause_guild(GUILD, NOW)
    (before,) = await store.subscriptions.of_left_guild(GUILD)
    await store.subscriptions.pause_guild(GUILD, later(hours=1))
    await store.subscriptions.resume_after_return(before, later(hours=2))
    (now,) = await store.subscriptions.of_left_guild(GUILD)
    assert now.paused_at == now.left_at == later(hours=1)
