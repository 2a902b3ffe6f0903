"""How a feed fares after a poll: what fails is given up in time, what is well again comes back. Pure.

When it is polled next is decided in ``pace``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.feed import Blog, Failed, FailureReason, Feed, FeedKind, Fetched, NotModified
from bot.model.notice import NoticeKind
from bot.rules.html_to_discord.convert import escape
from bot.rules.poll_schedule import PROBE_EVERY, PollSchedule, next_poll
from bot.rules.redirects import feed_name, note_redirect

_TELL_AFTER, _GIVE_UP_AFTER = timedelta(days=3), timedelta(days=30)
#: Fewer failures than these prove nothing, however long ago the first was: the bot itself may have been away.
_FAILURES = 5
#: A challenge may be for everybody, and pass; the third in a row is for us.
_CHALLENGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed after a poll."""

    feed: Feed
    #: what its blog's admins should hear now
    tell: NoticeKind | None = None


def after_success(
    feed: Feed, outcome: Fetched | NotModified, now: datetime, pace: PollSchedule, *, conditional: bool
) -> Health:
    """The feed after a poll that had an answer, as if that had brought nothing."""
    not_before = None if outcome.not_before is None else now + outcome.not_before
    due_at = next_poll(feed, now, pace)
    well = replace(
        feed,
        validators=outcome.validators,
        fetch_state=feed.fetch_state
        if outcome.fetch_state is None and isinstance(outcome, NotModified)
        else outcome.fetch_state,
        body_hash=outcome.body_hash if isinstance(outcome, Fetched) else feed.body_hash,
        conditional_polls=feed.conditional_polls + 1 if conditional else 0,
        last_full_poll_at=feed.last_full_poll_at if conditional else now,
        not_before=not_before,
        next_poll_at=max(due_at, not_before or due_at),
        failures=0,
        last_error=None,
        failure_reason=None,
        failing_since=None,
        notified_at=None,
        stopped_at=None,
        last_polled_at=now,
        last_ok_at=now,
    )
    was_told = feed.notified_at is not None
    return Health(feed=note_redirect(well, outcome.redirect_url, now), tell=NoticeKind.BACK if was_told else None)


def after_failure(feed: Feed, failed: Failed, now: datetime) -> Health:
    """The feed after a poll that failed; its next poll is left as it was.

    A host that only wants peace for a while is no failure, and nothing is given up for that.
    """
    busy = failed.reason is FailureReason.BUSY
    ill = replace(
        feed,
        failures=feed.failures + (not busy),
        last_error=failed.text,
        failure_reason=failed.reason,
        failing_since=feed.failing_since or now,
        # Nobody may hurry it before that, even if we have forgotten the host's word by then.
        not_before=now + (failed.retry_after or timedelta(0)) if busy else feed.not_before,
        last_polled_at=now,
    )
    if feed.stopped_at is not None:
        return Health(feed=ill)
    if feed.kind in (FeedKind.ENTRY_COMMENTS, FeedKind.ACCOUNT_COMMENTS):
        # There may be hundreds: nobody wants to hear of each. How a connection fares is told to its server alone.
        return Health(feed=replace(ill, stopped_at=now if _is_given_up(ill, now) else None))
    if _is_given_up(ill, now):
        return Health(feed=replace(ill, stopped_at=now, notified_at=now), tell=NoticeKind.STOPPED)
    if feed.notified_at is None and _is_worth_telling(ill, now):
        return Health(feed=replace(ill, notified_at=now), tell=NoticeKind.FAILING)
    return Health(feed=ill)


def is_obsolete(feed: Feed, now: datetime) -> bool:
    """Whether a feed of one entry's comments is to be forgotten: what is gone with its entry needs no care."""
    if feed.kind is not FeedKind.ENTRY_COMMENTS or feed.failing_since is None:
        return False
    return feed.failure_reason is FailureReason.GONE or (
        feed.failure_reason is FailureReason.MISSING and _lasts(feed, _TELL_AFTER, now)
    )


def _is_given_up(feed: Feed, now: datetime) -> bool:
    if feed.failure_reason is FailureReason.BUSY:
        return False
    return feed.failure_reason is FailureReason.GONE or _lasts(feed, _GIVE_UP_AFTER, now)


def _is_worth_telling(feed: Feed, now: datetime) -> bool:
    if feed.failure_reason is FailureReason.CHALLENGED and feed.failures >= _CHALLENGES:
        return True
    return _lasts(feed, _TELL_AFTER, now)


def _lasts(feed: Feed, time: timedelta, now: datetime) -> bool:
    enough = feed.failures >= _FAILURES or feed.failure_reason is FailureReason.BUSY
    return enough and feed.failing_since is not None and now - feed.failing_since >= time


def health_text(kind: NoticeKind, feed: Feed, blog: Blog) -> str:
    """What to tell of a feed's health.

    :param feed: as it is after the poll.
    """
    what = feed_name(feed, blog)
    if kind is NoticeKind.BACK:
        return f"{what} can be read again. What still stands there and is new will be posted."
    why = escape(feed.last_error or "")
    if kind is NoticeKind.STOPPED:
        return (
            f"{what} cannot be read any more: {why} I have stopped asking, and will only look every "
            f"{PROBE_EVERY.days} days whether it is back. Nothing that was posted changes."
        )
    return f"{what} cannot be read: {why} I keep trying, less and less often, and will say when it is back."
