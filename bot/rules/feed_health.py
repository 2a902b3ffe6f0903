"""Decide how a feed fares after a poll: when admins are notified, when it is given up, when it has recovered."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.feed import Blog, Failed, FailureReason, Feed, FeedKind, Fetched, NotModified
from bot.model.notice import NoticeKind
from bot.rules.html_to_discord.convert import escape
from bot.rules.poll_schedule import PROBE_EVERY
from bot.rules.redirects import feed_name, note_redirect

_NOTIFY_AFTER, _GIVE_UP_AFTER = timedelta(days=3), timedelta(days=30)
#: Fewer failures do not count, however long ago the first was: the bot itself may have been offline.
_MIN_FAILURES = 5
#: A bot challenge may be meant for every visitor and pass; the third in a row is meant for us.
_CHALLENGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed after a poll."""

    feed: Feed
    #: what to notify the blog's admins of
    notice: NoticeKind | None = None


def after_success(feed: Feed, outcome: Fetched | NotModified, now: datetime, *, conditional: bool) -> Health:
    """Return a feed after an answer, without its next poll; new items are not counted yet."""
    keeps_state = outcome.fetch_state is None and isinstance(outcome, NotModified)
    well = replace(
        feed,
        validators=outcome.validators,
        fetch_state=feed.fetch_state if keeps_state else outcome.fetch_state,
        body_hash=outcome.body_hash if isinstance(outcome, Fetched) else feed.body_hash,
        conditional_polls=feed.conditional_polls + 1 if conditional else 0,
        last_full_poll_at=feed.last_full_poll_at if conditional else now,
        not_before=None if outcome.not_before is None else now + outcome.not_before,
        failures=0,
        last_error=None,
        failure_reason=None,
        failing_since=None,
        notified_at=None,
        stopped_at=None,
        last_polled_at=now,
        last_ok_at=now,
    )
    notice = None if feed.notified_at is None else NoticeKind.BACK
    return Health(feed=note_redirect(well, outcome.redirect_url, now), notice=notice)


def after_failure(feed: Feed, failed: Failed, now: datetime) -> Health:
    """Return a feed after a failed poll, without its next poll.

    A server that asks to wait (Retry-After) counts as no failure, and no feed is given up for it.
    """
    busy = failed.reason is FailureReason.BUSY
    ill = replace(
        feed,
        failures=feed.failures + (not busy),
        last_error=failed.text,
        failure_reason=failed.reason,
        failing_since=feed.failing_since or now,
        # Kept with the feed, as the HTTP client forgets the host's Retry-After at a restart.
        not_before=now + (failed.retry_after or timedelta(0)) if busy else feed.not_before,
        last_polled_at=now,
    )
    if feed.stopped_at is not None:
        return Health(feed=ill)
    if feed.kind in (FeedKind.ENTRY_COMMENTS, FeedKind.ACCOUNT_COMMENTS):
        # A blog may have hundreds of entry feeds, and a failing connection is reported to its own server alone.
        return Health(feed=replace(ill, stopped_at=now if _is_given_up(ill, now) else None))
    if _is_given_up(ill, now):
        return Health(feed=replace(ill, stopped_at=now, notified_at=now), notice=NoticeKind.STOPPED)
    if feed.notified_at is None and _should_notify(ill, now):
        return Health(feed=replace(ill, notified_at=now), notice=NoticeKind.FAILING)
    return Health(feed=ill)


def is_obsolete(feed: Feed, now: datetime) -> bool:
    """Return whether to delete the feed of one entry's comments, as the entry is gone."""
    if feed.kind is not FeedKind.ENTRY_COMMENTS or feed.failing_since is None:
        return False
    return feed.failure_reason is FailureReason.GONE or (
        feed.failure_reason is FailureReason.MISSING and _lasts(feed, _NOTIFY_AFTER, now)
    )


def _is_given_up(feed: Feed, now: datetime) -> bool:
    if feed.failure_reason is FailureReason.BUSY:
        return False
    return feed.failure_reason is FailureReason.GONE or _lasts(feed, _GIVE_UP_AFTER, now)


def _should_notify(feed: Feed, now: datetime) -> bool:
    if feed.failure_reason is FailureReason.CHALLENGED and feed.failures >= _CHALLENGES:
        return True
    return _lasts(feed, _NOTIFY_AFTER, now)


def _lasts(feed: Feed, time: timedelta, now: datetime) -> bool:
    enough = feed.failures >= _MIN_FAILURES or feed.failure_reason is FailureReason.BUSY
    return enough and feed.failing_since is not None and now - feed.failing_since >= time


def health_text(kind: NoticeKind, feed: Feed, blog: Blog) -> str:
    """Write the notice about a feed's health.

    :param feed: as it is after the poll.
    """
    name = feed_name(feed, blog)
    if kind is NoticeKind.BACK:
        return f"{name} can be read again. What still stands there and is new will be posted."
    why = escape(feed.last_error or "")
    if kind is NoticeKind.STOPPED:
        return (
            f"{name} cannot be read any more: {why} I have stopped asking, and will only look every "
            f"{PROBE_EVERY.days} days whether it is back. Nothing that was posted changes."
        )
    return f"{name} cannot be read: {why} I keep trying, less and less often, and will say when it is back."
