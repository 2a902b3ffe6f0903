"""Choose the subscriptions and the alerts that an item is for."""

from collections.abc import Iterable
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.entry import Comment, Entry
from bot.model.filter import Verdict
from bot.model.ids import SubscriptionId, UserId
from bot.model.subscription import Subscription

#: How many new entries are posted one by one in a channel at once; the older ones go into a summary.
MAX_ENTRIES_AT_ONCE = 10


def route_entry(entry: Entry, subscription: Subscription) -> Verdict:
    """Decide whether a new entry goes to a subscription: it must have been started before the entry was first seen.

    A parked subscription gets it too, when its channel is back.
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
    """Choose the subscriptions for a new comment.

    :param first_poll: this was the first poll of its feed: comments on stubs and on entries from before the
        subscription are then old.
    :param posted_in: the subscription whose thread has this comment already, as a member's message.
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
    """Choose the alerts for a new comment, one for each person and none of mentions or of their own comments.

    :param writer: the Discord user whose reply became this comment; None: it was written on the blog, where an author
        is recognised by name.
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
