"""Storage of subscriptions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from bot.model.delivery import DeliveryState
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule
from bot.model.ids import BlogId, ChannelId, GuildId, RoleId, SubscriptionId, UserId
from bot.model.subscription import Placement, RelayMode, SubscribedBlog, Subscription
from bot.storage import tables, tables_relay
from bot.storage.column_values import fingerprint, moment, scrub, utc
from bot.storage.feeds import blog_from
from bot.storage.statements import fetch, fetch_among, insert_new

#: Deliveries to a subscription's channel, which are deleted with the subscription.
_CHAT_BOUND = ["announce_entry", "announce_comment", "summarise_entries", "update_card"]

_OF_FEED = """
SELECT * FROM subscriptions WHERE guild_id = $1 AND channel_id = $2
    AND blog_id IN (SELECT f.blog_id FROM feeds f WHERE f.url_hash = $3 AND f.kind = 'entries')
ORDER BY id LIMIT 1
"""

_RESUME = """
UPDATE subscriptions
SET started_at = CASE WHEN paused_at IS NULL THEN started_at ELSE $1 END, paused_at = NULL, parked_reason = NULL,
    left_at = NULL
WHERE id = $2 RETURNING id
"""

#: A subscription that was paused before stays paused when the bot comes back.
_LEAVE = """
UPDATE subscriptions
SET paused_at = CASE WHEN paused_at IS NULL OR paused_at = left_at THEN $1 ELSE paused_at END, left_at = $1
WHERE guild_id = $2 RETURNING id
"""
_RETURN = """
UPDATE subscriptions
SET started_at = CASE WHEN paused_at = left_at THEN $1 ELSE started_at END,
    paused_at = CASE WHEN paused_at = left_at THEN NULL ELSE paused_at END,
    parked_reason = NULL, left_at = NULL
WHERE id = $2 AND left_at = $3
"""


#: A waiting delivery in the lane ``resume`` means that the bot has joined the guild again.
_LEFT_BEFORE = """
SELECT * FROM subscriptions s
WHERE s.left_at < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d
    WHERE d.lane = 'resume:' || s.guild_id AND d.state = 'waiting')
ORDER BY s.id LIMIT $2 {for_update}
"""


class SubscriptionRepository:
    """The subscriptions of channels to blogs."""

    async def add(
        self,
        *,
        guild_id: GuildId,
        channel_id: ChannelId,
        blog_id: BlogId,
        placement: Placement,
        comments: bool,
        started_at: datetime,
        added_by: UserId | None = None,
        folder: Sequence[str] = (),
    ) -> Subscription | None:
        """Add a subscription, with replies off; None if the channel has one to this blog."""
        row: dict[str, object] = {
            "guild_id": guild_id,
            "channel_id": channel_id,
            "blog_id": blog_id,
            "placement": placement,
            "comments": comments,
            "relay_mode": RelayMode.OFF,
            "started_at": started_at,
            "added_by": added_by,
            "folder": json.dumps([scrub(name) for name in folder]) if folder else None,
        }
        new = await insert_new("subscriptions", [row], unique="guild_id, channel_id, blog_id")
        return _subscription_from(new[0]) if new else None

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Return a subscription."""
        rows = await fetch("SELECT * FROM subscriptions WHERE id = $1", subscription_id)
        return _subscription_from(rows[0]) if rows else None

    async def lock(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Return a subscription, locked against changes until the transaction ends."""
        rows = await fetch("SELECT * FROM subscriptions WHERE id = $1 {for_update}", subscription_id)
        return _subscription_from(rows[0]) if rows else None

    async def lock_of_blog(self, blog_id: BlogId) -> list[Subscription]:
        """Return all subscriptions of a blog, locked against changes until the transaction ends."""
        rows = await fetch("SELECT * FROM subscriptions WHERE blog_id = $1 ORDER BY id {share}", blog_id)
        return [_subscription_from(row) for row in rows]

    async def of_blog(self, blog_id: BlogId) -> list[Subscription]:
        """Return all subscriptions of a blog, in every guild."""
        rows = await fetch("SELECT * FROM subscriptions WHERE blog_id = $1 ORDER BY id", blog_id)
        return [_subscription_from(row) for row in rows]

    async def count_of_guild(self, guild_id: GuildId) -> int:
        """Count a guild's subscriptions."""
        [row] = await fetch("SELECT COUNT(*) AS subscriptions FROM subscriptions WHERE guild_id = $1", guild_id)
        return int(row["subscriptions"])

    async def guilds_of_blog(self, blog_id: BlogId) -> tuple[GuildId, ...]:
        """Return some of the guilds that are subscribed to a blog and have not paused it."""
        sql = "SELECT DISTINCT guild_id FROM subscriptions WHERE blog_id = $1 AND paused_at IS NULL LIMIT 8"
        return tuple(GuildId(row["guild_id"]) for row in await fetch(sql, blog_id))

    async def of_channel(self, guild_id: GuildId, channel_id: ChannelId) -> list[Subscription]:
        """Return all subscriptions of a channel."""
        sql = "SELECT * FROM subscriptions WHERE guild_id = $1 AND channel_id = $2 ORDER BY id"
        return [_subscription_from(row) for row in await fetch(sql, guild_id, channel_id)]

    async def of_feed(self, guild_id: GuildId, channel_id: ChannelId, url: str) -> Subscription | None:
        """Return the channel's subscription whose feed of entries has this address."""
        rows = await fetch(_OF_FEED, guild_id, channel_id, fingerprint(url))
        return _subscription_from(rows[0]) if rows else None

    async def parked_of_guild(self, guild_id: GuildId) -> list[Subscription]:
        """Return a guild's parked subscriptions, without those that are paused too."""
        sql = """
            SELECT * FROM subscriptions
            WHERE guild_id = $1 AND parked_reason IS NOT NULL AND paused_at IS NULL ORDER BY id
        """
        return [_subscription_from(row) for row in await fetch(sql, guild_id)]

    async def of_guild(self, guild_id: GuildId) -> list[SubscribedBlog]:
        """Return a guild's subscriptions with their blogs, by title."""
        rows = await fetch("SELECT * FROM subscriptions WHERE guild_id = $1 ORDER BY id", guild_id)
        sql = "SELECT * FROM blogs WHERE id IN ({among})"
        blogs = {blog["id"]: blog for blog in await fetch_among(sql, among=list({row["blog_id"] for row in rows}))}
        roots = {(each.blog_id, each.api_root) for each in await tables_relay.Connection.filter(guild_id=guild_id)}
        found = [
            SubscribedBlog(
                subscription=_subscription_from(row),
                blog=blog_from(blogs[row["blog_id"]]),
                connected=(row["blog_id"], blogs[row["blog_id"]]["api_root"]) in roots,
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: one.blog.title.casefold())

    async def pause(self, subscription_id: SubscriptionId, at: datetime) -> None:
        """Pause a subscription and delete its waiting announcements; one paused already keeps its time."""
        async with in_transaction():
            # First, as it waits for other transactions that are about to add announcements.
            await tables.Subscription.filter(id=subscription_id, paused_at__isnull=True).update(paused_at=utc(at))
            await _forget_announcements(subscription_id)

    async def resume(self, subscription_id: SubscriptionId, at: datetime) -> bool:
        """Restart a paused subscription, or unpark one, whose start stays; False if it is gone."""
        return bool(await fetch(_RESUME, at, subscription_id))

    async def pause_guild(self, guild_id: GuildId, at: datetime) -> None:
        """Pause the subscriptions of a guild that the bot has left, and delete their waiting announcements."""
        async with in_transaction():
            for row in await fetch(_LEAVE, at, guild_id):
                await _forget_announcements(SubscriptionId(row["id"]))

    async def resume_after_return(self, subscription: Subscription, at: datetime) -> None:
        """Resume a subscription whose guild the bot has joined again, unless it has left once more since."""
        await fetch(_RETURN, at, subscription.id, subscription.left_at)

    async def lock_any(self, guild_id: GuildId, blog_id: BlogId) -> bool:
        """Lock a guild's subscriptions of a blog against removal until the transaction ends; False: it has none."""
        sql = "SELECT id FROM subscriptions WHERE guild_id = $1 AND blog_id = $2 {key_share}"
        return bool(await fetch(sql, guild_id, blog_id))

    async def of_left_guild(self, guild_id: GuildId) -> list[Subscription]:
        """Return the subscriptions of a guild that the bot has left."""
        sql = "SELECT * FROM subscriptions WHERE guild_id = $1 AND left_at IS NOT NULL ORDER BY id"
        return [_subscription_from(row) for row in await fetch(sql, guild_id)]

    async def lock_left_before(self, before: datetime, limit: int) -> list[Subscription]:
        """Lock subscriptions whose guilds the bot left before this, without those that are about to resume."""
        return [_subscription_from(row) for row in await fetch(_LEFT_BEFORE, before, limit)]

    async def guilds(self, *, left: bool) -> set[GuildId]:
        """Return the guilds with subscriptions: those that the bot has left, or the others."""
        sql = f"SELECT DISTINCT guild_id FROM subscriptions WHERE left_at IS {'NOT ' if left else ''}NULL"  # noqa: S608
        return {GuildId(row["guild_id"]) for row in await fetch(sql)}

    async def park(self, subscription_id: SubscriptionId, reason: str | None) -> None:
        """Save why a channel is lost, or (None) that it is back."""
        await tables.Subscription.filter(id=subscription_id).update(parked_reason=scrub(reason))

    async def set_locked_thread_fallback(self, subscription_id: SubscriptionId, *, to_channel: bool) -> None:
        """Set if the first comment for a locked thread is posted in the channel."""
        await tables.Subscription.filter(id=subscription_id).update(locked_thread_fallback=to_channel)

    async def set_pingbacks(self, subscription_id: SubscriptionId, since: datetime | None) -> None:
        """Set the time since which pingbacks and trackbacks are posted; None: they are not."""
        await tables.Subscription.filter(id=subscription_id).update(pingbacks_since=utc(since))

    async def set_mode(self, subscription_id: SubscriptionId, mode: RelayMode) -> None:
        """Set how replies are published."""
        await tables.Subscription.filter(id=subscription_id).update(relay_mode=str(mode))

    async def set_filter(self, subscription_id: SubscriptionId, wanted: Filter) -> None:
        """Set the filter of entries."""
        text = json.dumps([asdict(rule) for rule in wanted.rules]) if wanted.rules else None
        await tables.Subscription.filter(id=subscription_id).update(filters=text)

    async def set_template(self, subscription_id: SubscriptionId, template: str | None) -> None:
        """Set the text above an entry's card."""
        await tables.Subscription.filter(id=subscription_id).update(template=scrub(template))

    async def set_mentioned_roles(self, subscription_id: SubscriptionId, roles: Sequence[RoleId]) -> None:
        """Set the roles that an entry mentions."""
        text = json.dumps(roles) if roles else None
        await tables.Subscription.filter(id=subscription_id).update(mentioned_roles=text)

    async def remove(self, subscription_id: SubscriptionId) -> None:
        """Delete a subscription with its posted messages and waiting announcements; replies keep their rows."""
        async with in_transaction():
            await tables.Subscription.filter(id=subscription_id).delete()
            await _forget_announcements(subscription_id)


async def _forget_announcements(subscription_id: SubscriptionId) -> None:
    await tables_relay.Delivery.filter(
        lane=f"chat:{subscription_id}", state=str(DeliveryState.WAITING), kind__in=_CHAT_BOUND
    ).delete()


def _subscription_from(row: Mapping[str, Any]) -> Subscription:
    return Subscription(
        id=SubscriptionId(row["id"]),
        guild_id=GuildId(row["guild_id"]),
        channel_id=ChannelId(row["channel_id"]),
        blog_id=BlogId(row["blog_id"]),
        placement=Placement(row["placement"]),
        comments=bool(row["comments"]),
        relay_mode=RelayMode(row["relay_mode"]),
        started_at=moment(row["started_at"]),
        paused_at=moment(row["paused_at"]),
        parked_reason=row["parked_reason"],
        left_at=moment(row["left_at"]),
        added_by=None if row["added_by"] is None else UserId(row["added_by"]),
        filter=_filter_from(row["filters"]),
        template=row["template"],
        locked_thread_fallback=bool(row["locked_thread_fallback"]),
        pingbacks_since=moment(row["pingbacks_since"]),
        mentioned_roles=tuple(RoleId(each) for each in json.loads(row["mentioned_roles"] or "[]")),
        folder=tuple(json.loads(row["folder"] or "[]")),
    )


def _filter_from(text: str | None) -> Filter:
    return Filter(
        rules=tuple(
            FilterRule(
                effect=FilterEffect(rule["effect"]),
                field=FilterField(rule["field"]),
                pattern=rule["pattern"],
                regex=rule["regex"],
            )
            for rule in json.loads(text or "[]")
        )
    )
