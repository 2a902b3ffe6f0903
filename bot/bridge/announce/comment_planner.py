"""Plan where new comments are posted and whom they alert. Runs inside transactions.

Comments beyond the limits of ``rules/comment_flood`` go into a summary in a channel, or into one alert of a person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bridge.outbox.deliveries import alert_author, announce_comment, announce_entry, chat_lane, summarise_comments
from bot.bridge.ports import Clock
from bot.model.alert import AuthorAlert
from bot.model.delivery import NewDelivery
from bot.model.entry import Comment, Entry
from bot.model.ids import CommentId, EntryId, GuildId, SubscriptionId, UserId
from bot.model.reply import Reply
from bot.model.subscription import Subscription
from bot.rules.comment_flood import ALERT_HOUR, FLOOD_INTERVAL, next_alert, next_summary, split_flood
from bot.rules.filters import apply_filter
from bot.rules.routing import route_alert, route_comment
from bot.storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment that was just stored."""

    comment: Comment
    entry: Entry
    #: the member's reply that it is
    reply: Reply | None = None


class CommentPlanner:
    """Adds the deliveries for new comments."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def announce(self, new: Sequence[NewComment], *, first_poll: bool) -> None:
        """Post comments of one blog where they are wanted, and alert the people who asked for it.

        :param new: the oldest first.
        :param first_poll: this was the first poll of their feed.
        """
        if not new:
            return
        blog_id = new[0].comment.blog_id
        subscriptions = await self._store.subscriptions.lock_of_blog(blog_id)
        wanted: dict[SubscriptionId, list[NewComment]] = {}
        alerted: list[NewComment] = []
        for each in new:
            posted_in = each.reply.subscription_id if each.reply else None
            routed = route_comment(each.comment, each.entry, subscriptions, first_poll=first_poll, posted_in=posted_in)
            for subscription in routed:
                wanted.setdefault(subscription.id, []).append(each)
            if not first_poll or routed:
                alerted.append(each)
        for subscription in subscriptions:
            if subscription.id in wanted:
                await self.post(subscription, wanted[subscription.id])
        await self.alert(alerted)

    async def post(self, subscription: Subscription, new: Sequence[NewComment]) -> None:
        """Post comments in a subscription; of too many only the newest, and a summary of the others.

        An entry from before the subscription gets its thread with its first new comment, unless the filter excludes it.
        """
        now, outbox = self._clock.now(), self._store.outbox
        stands: dict[EntryId, bool] = {}
        for entry in {each.entry.id: each.entry for each in new}.values():
            stands[entry.id] = await self._store.messages.of_entry(subscription.id, entry.id) is not None
            if not stands[entry.id] and not await self._wants(subscription, entry):
                del stands[entry.id]
        wanted = [each for each in new if each.entry.id in stands]
        if not wanted:
            return
        lately = await outbox.count_comments(chat_lane(subscription.id), now - FLOOD_INTERVAL)
        summed, posted = split_flood(wanted, lately, is_mention=lambda each: each.comment.kind.is_mention)
        deliveries: list[NewDelivery] = []
        for each in posted:
            if not stands[each.entry.id]:
                deliveries.append(announce_entry(subscription.id, each.entry.id, now))
                stands[each.entry.id] = True
            deliveries.append(announce_comment(subscription.id, each.comment.id, now))
        await outbox.add(deliveries)
        if summed:
            await self._store.comment_batches.add_to_summary(
                subscription.id, [each.comment.id for each in summed], at=now
            )
            await plan_summary(self._store, subscription.id, now)

    async def _wants(self, subscription: Subscription, entry: Entry) -> bool:
        """Return whether an entry may be posted in a subscription for the sake of a comment.

        It may not if the filter excludes it, or if it was restored for other subscriptions only.
        """
        if entry.split_from is not None and subscription.started_at <= entry.first_seen_at:
            asked = announce_entry(subscription.id, entry.id, self._clock.now()).key
            if await self._store.outbox.find(asked) is None:
                return False
        return apply_filter(subscription.filter, entry).passed

    async def alert(self, new: Sequence[NewComment], *, guilds: Collection[GuildId] | None = None) -> None:
        """Alert the people who asked for it, with one alert an interval for each entry.

        :param guilds: only alerts of these guilds; None: of all.
        """
        if not new:
            return
        now, blog_id = self._clock.now(), new[0].comment.blog_id
        alerts = await self._store.members.alerts_of_blog(blog_id)
        alerts = [each for each in alerts if guilds is None or each.guild_id in guilds]
        if not alerts:
            return
        wanted: list[tuple[AuthorAlert, EntryId, CommentId]] = []
        for each in new:
            writer = each.reply.user_id if each.reply else None
            routed = route_alert(each.comment, each.entry, alerts, writer=writer)
            wanted += [(alert, each.entry.id, each.comment.id) for alert in routed]
        await self._store.comment_batches.add_alerts(wanted, at=now)
        for user_id, entry_id in dict.fromkeys((alert.user_id, entry_id) for alert, entry_id, _ in wanted):
            await plan_alert(self._store, user_id, entry_id, now)


async def plan_summary(store: Store, subscription_id: SubscriptionId, now: datetime) -> None:
    """Add the delivery of a summary if comments wait for one; it has the same key until it is posted."""
    first = await store.comment_batches.first_waiting_for_summary(subscription_id)
    if first is not None:
        due_at = next_summary(await store.comment_batches.last_summary_at(subscription_id), now)
        await store.outbox.add([summarise_comments(subscription_id, first, due_at)])


async def plan_alert(store: Store, user_id: UserId, entry_id: EntryId, now: datetime) -> None:
    """Add the delivery of an alert if comments on an entry wait for one; it has the same key until it is sent."""
    first = await store.comment_batches.first_waiting_for_alert(user_id, entry_id)
    if first is not None:
        due_at = next_alert(await store.comment_batches.alert_times(user_id, entry_id, now - ALERT_HOUR), now)
        await store.outbox.add([alert_author(*first, user_id, entry_id, due_at)])
