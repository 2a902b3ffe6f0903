"""Decides for whom new entries are, has them announced, and keeps why. Runs inside transactions."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.bridge.intents import alert_author, announce_comment, announce_entry, summarise_entries
from bot.bridge.ports import Clock
from bot.bridge.store import Store
from bot.model.decision import Decision, Stage
from bot.model.delivery import NewDelivery
from bot.model.entry import Comment, Entry
from bot.model.filter import Verdict
from bot.model.ids import EntryId, GuildId, SubscriptionId
from bot.model.subscription import Subscription
from bot.rules.filter import judge
from bot.rules.routing import FLOOD, route_alert, route_entry

#: A comment may be faster than its entry's feed by the longest interval of polls.
_FASTER = timedelta(hours=6)


class Herald:
    """Has entries announced."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def announce(
        self,
        entries: Sequence[Entry],
        subscriptions: Sequence[Subscription],
        *,
        heard: Collection[EntryId],
        told: Sequence[Decision] = (),
    ) -> None:
        """Announce new entries where they are wanted; of too many at once the newest, and a summary of the others.

        :param entries: the oldest first.
        :param heard: those that there may be comments on already.
        :param told: what was decided before, to be kept as well.
        """
        now = self._clock.now()
        deliveries: list[NewDelivery] = []
        decisions: list[Decision] = [*told]
        for subscription in subscriptions:
            wanted = []
            for entry in entries:
                passed = True
                for stage, verdict in _judge(entry, subscription):
                    passed = verdict.passed
                    decisions.append(_decided(entry, subscription.id, stage, now, verdict.reason, passed=passed))
                if passed:
                    wanted.append(entry)
            summed, posted = wanted[:-FLOOD], wanted[-FLOOD:]
            if summed:
                deliveries.append(summarise_entries(subscription.id, [entry.id for entry in summed], now))
            deliveries += [announce_entry(subscription.id, entry.id, now) for entry in posted]
            if subscription.filter.rules and subscription.comments:
                faster = await self._comments_on(entry for entry in posted if entry.id in heard)
                deliveries += [announce_comment(subscription.id, comment.id, now) for comment in faster]
            queued = f"Queued for <#{subscription.channel_id}>."
            named = f"{len(wanted)} entries appeared at once, so this one is named in a summary only."
            decisions += [_decided(entry, subscription.id, Stage.QUEUED, now, queued) for entry in posted]
            decisions += [_decided(entry, subscription.id, Stage.QUEUED, now, named, passed=False) for entry in summed]
        guilds = {subscription.guild_id for subscription in subscriptions}
        deliveries += await self._late_alerts([entry for entry in entries if entry.id in heard], guilds, now)
        await self._store.outbox.add(deliveries)
        await self._store.decisions.add(decisions)

    async def _late_alerts(
        self, entries: Sequence[Entry], guilds: Collection[GuildId], now: datetime
    ) -> list[NewDelivery]:
        """Alert authors of comments that were faster than their entry's feed: until then nobody knew the author."""
        comments = await self._comments_on(entries)
        recent = [comment for comment in comments if now - comment.first_seen_at < _FASTER]
        if not recent:
            return []
        blog_id, by_id = recent[0].blog_id, {entry.id: entry for entry in entries}
        alerts = [each for each in await self._store.people.alerts_of_blog(blog_id) if each.guild_id in guilds]
        numbers = [comment.native_id for comment in recent if comment.native_id is not None]
        writers = {reply.native_id: reply.user_id for reply in await self._store.replies.of_comment(blog_id, numbers)}
        return [
            alert_author(alert, comment.id, now)
            for comment in recent
            for alert in route_alert(comment, by_id[comment.entry_id], alerts, writer=writers.get(comment.native_id))
        ]

    async def _comments_on(self, entries: Iterable[Entry]) -> list[Comment]:
        """Comments that were faster than their entry's feed: until then no filter let them pass, and no alert rang."""
        return await self._store.items.comments_of([entry.id for entry in entries])


def _judge(entry: Entry, subscription: Subscription) -> Iterator[tuple[Stage, Verdict]]:
    """Yield the verdicts up to the first that says no."""
    routed = route_entry(entry, subscription)
    yield Stage.ROUTED, routed
    if routed.passed:
        yield Stage.FILTERED, judge(subscription.filter, entry)


def _decided(
    entry: Entry, where: SubscriptionId, stage: Stage, at: datetime, text: str, *, passed: bool = True
) -> Decision:
    return Decision(entry_id=entry.id, subscription_id=where, stage=stage, passed=passed, text=text, at=at)
