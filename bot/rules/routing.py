"""Which subscriptions and which authors an item is for. Pure."""

from collections.abc import Iterable
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.entry import Comment, Entry
from bot.model.filter import Verdict
from bot.model.ids import SubscriptionId, UserId
from bot.model.subscription import Subscription

#: So many new entries at once are announced one by one in a channel; what is older than these is summed up.
MAX_ENTRIES_AT_ONCE = 10


def route_entry(entry: Entry, subscription: Subscription) -> Verdict:
    """Decide whether a new entry goes somewhere: wherever somebody was listening when it was first seen.

    A parked subscription still collects, so that nothing is lost while its channel is being mended.
    """
    if subscription.paused_at is not None:
        return Verdict(passed=False, reason="Not posted: the blog was paused here when this entry appeared.")
    if subscription.started_at > entry.first_seen_at:
        return Verdict(passed=False, reason="Not posted: it was known before the blog was started or resumed here.")
    return Verdict(passed=True, reason="It appeared after the blog was started here.")


def route_comment(
    comment: Comment,
    entry: Entry,
    subscriptions: Iterable[Subscription],
    *,
    first_poll: bool,
    posted_in: SubscriptionId | None,
) -> list[Subscription]:
    """Choose where a new comment goes.

    :param first_poll: its feed was never read before: comments on entries from before the subscription, and on
        entries that no feed of ours has shown, are then old, however new they are to us.
    :param posted_in: the subscription whose thread holds these words already.
    """
    if first_poll and entry.is_stub:
        return []
    first_seen_at = (entry if first_poll else comment).first_seen_at
    return [
        each
        for each in subscriptions
        if each.comments
        and each.paused_at is None
        and each.id != posted_in
        and each.started_at <= first_seen_at
        and (not comment.kind.is_mention or _wants_mentions(each, first_seen_at))
    ]


def _wants_mentions(subscription: Subscription, first_seen_at: datetime) -> bool:
    return subscription.pingbacks_since is not None and subscription.pingbacks_since <= first_seen_at


def route_alert(
    comment: Comment, entry: Entry, alerts: Iterable[AuthorAlert], *, writer: UserId | None
) -> list[AuthorAlert]:
    """Choose whom to alert, each person once: those who asked for this entry's author, but nobody to their own words,
    nor of what no person wrote.

    :param writer: the Discord user whose reply became this comment; None: it was written on the blog, where
        the author's own words carry the author's name.
    """
    if comment.kind.is_mention or (writer is None and _same_name(comment.author, entry.author)):
        return []
    wanted = {
        each.user_id: each
        for each in alerts
        if each.user_id != writer and (each.author is None or _same_name(each.author, entry.author))
    }
    return list(wanted.values())


def _same_name(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()
