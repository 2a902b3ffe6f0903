"""Plan where new entries are posted, and store the reasons. Runs inside transactions."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bot.bridge.announce.comment_planner import CommentPlanner, NewComment
from bot.bridge.outbox.deliveries import announce_entry, summarise_entries
from bot.bridge.ports import Clock
from bot.model.decision import Decision, Stage
from bot.model.delivery import NewDelivery
from bot.model.entry import Entry
from bot.model.filter import Verdict
from bot.model.ids import EntryId, GuildId, SubscriptionId
from bot.model.subscription import Subscription
from bot.rules.filters import apply_filter
from bot.rules.routing import MAX_ENTRIES_AT_ONCE, route_entry
from bot.storage.database import Store

#: A comment may be read before its entry by the longest interval between polls.
_FASTER = timedelta(hours=6)


class EntryPlanner:
    """Adds the deliveries for new entries."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._planner = CommentPlanner(store, clock)

    async def announce(
        self,
        entries: Sequence[Entry],
        subscriptions: Sequence[Subscription],
        *,
        commented: Collection[EntryId],
        decided: Sequence[Decision] = (),
    ) -> None:
        """Post new entries where they are wanted; of too many only the newest, and a summary of the others.

        :param entries: the oldest first.
        :param commented: entries that may have comments already.
        :param decided: earlier decisions, to be stored with those made here.
        """
        now = self._clock.now()
        deliveries: list[NewDelivery] = []
        decisions: list[Decision] = [*decided]
        early: list[tuple[Subscription, list[NewComment]]] = []
        for subscription in subscriptions:
            wanted = []
            for entry in entries:
                passed = True
                for stage, verdict in _judge(entry, subscription):
                    passed = verdict.passed
                    decisions.append(_decision(entry, subscription.id, stage, now, verdict.reason, passed=passed))
                if passed:
                    wanted.append(entry)
            summed, posted = wanted[:-MAX_ENTRIES_AT_ONCE], wanted[-MAX_ENTRIES_AT_ONCE:]
            if summed:
                deliveries.append(summarise_entries(subscription.id, [entry.id for entry in summed], now))
            deliveries += [announce_entry(subscription.id, entry.id, now) for entry in posted]
            if subscription.filter.rules and subscription.comments:
                early.append((subscription, await self._comments_on([each for each in posted if each.id in commented])))
            queued_text = f"Queued for <#{subscription.channel_id}>."
            summary_text = f"{len(wanted)} entries appeared at once, so this one is named in a summary only."
            decisions += [_decision(entry, subscription.id, Stage.QUEUED, now, queued_text) for entry in posted]
            decisions += [
                _decision(entry, subscription.id, Stage.QUEUED, now, summary_text, passed=False) for entry in summed
            ]
        await self._store.outbox.add(deliveries)
        await self._store.decisions.add(decisions)
        for subscription, comments in early:
            await self._planner.post(subscription, comments)
        guilds = {subscription.guild_id for subscription in subscriptions}
        await self._alert_late([entry for entry in entries if entry.id in commented], guilds, now)

    async def _alert_late(self, entries: Sequence[Entry], guilds: Collection[GuildId], now: datetime) -> None:
        """Alert authors of comments that were read before their entry, when its author was not known yet."""
        comments = await self._comments_on(entries)
        recent = [each for each in comments if now - each.comment.first_seen_at < _FASTER]
        await self._planner.alert(recent, guilds=guilds)

    async def _comments_on(self, entries: Sequence[Entry]) -> list[NewComment]:
        """Return the stored comments on entries, each with the member's reply that it is."""
        by_id = {entry.id: entry for entry in entries}
        comments = await self._store.comments.of_entries(list(by_id))
        numbers = [comment.native_id for comment in comments if comment.native_id is not None]
        replies = await self._store.replies.of_comments(comments[0].blog_id, numbers) if comments else []
        ours = {reply.native_id: reply for reply in replies}
        return [
            NewComment(comment=each, entry=by_id[each.entry_id], reply=ours.get(each.native_id)) for each in comments
        ]


def _judge(entry: Entry, subscription: Subscription) -> Iterator[tuple[Stage, Verdict]]:
    """Yield the verdicts up to the first refusal."""
    routed = route_entry(entry, subscription)
    yield Stage.ROUTED, routed
    if routed.passed:
        yield Stage.FILTERED, apply_filter(subscription.filter, entry)


def _decision(
    entry: Entry, where: SubscriptionId, stage: Stage, at: datetime, text: str, *, passed: bool = True
) -> Decision:
    return Decision(entry_id=entry.id, subscription_id=where, stage=stage, passed=passed, text=text, at=at)
