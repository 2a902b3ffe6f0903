"""The columns of a feed: the values that a poll writes, and the reading of a row."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from bot.model.feed import FailureReason, Feed, FeedFormat, FeedKind, Validators
from bot.model.ids import BlogId, EntryId, FeedId, GuildId
from bot.storage.column_values import moment, scrub

#: Columns that every poll writes, with PostgreSQL's names of their types.
TIMES = {
    "id": "bigint",
    "conditional_polls": "int",
    "last_polled_at": "timestamptz",
    "last_ok_at": "timestamptz",
    "not_before": "timestamptz",
    "next_poll_at": "timestamptz",
    "since": "timestamptz",
}
#: Columns that most polls leave as they are: those of the request, and those of the failure.
_ASKED = {"etag": "text", "last_modified": "text", "last_full_poll_at": "timestamptz", "newest_at": "timestamptz"}
_TROUBLE = {
    "failures": "int",
    "last_error": "text",
    "failure_reason": "text",
    "failing_since": "timestamptz",
    "notified_at": "timestamptz",
    "stopped_at": "timestamptz",
    "redirect_url": "text",
    "redirect_count": "int",
    "redirected_since": "timestamptz",
}
SELDOM = _ASKED | _TROUBLE
seldom_of = attrgetter("validators", "last_full_poll_at", "newest_at", *_TROUBLE)
#: Columns that only a poll with changed content writes, as the fetch state may be long.
CONTENT = {"body_hash": "text", "fetch_state": "text", "identity": "text", "usual_gap": "int"}

#: The largest value of an integer column: 68 years.
_MOST_SECONDS = 2**31 - 1

_FIXED = ("blog_id", "entry_id", "kind", "format", "url", "hub_trusted_until")
#: The columns that :func:`feed_from` reads.
COLUMNS = (*_FIXED, *(name for name in TIMES | SELDOM | CONTENT if name != "since"))

#: A time that was set after the feed was claimed counts more than the one that the poll chose.
_NEXT = """next_poll_at = CASE
    WHEN feeds.next_poll_at <= v.since THEN v.next_poll_at
    WHEN v.not_before > feeds.next_poll_at THEN v.not_before
    ELSE feeds.next_poll_at END"""
_NEWEST = (
    "newest_at = CASE WHEN v.newest_at IS NULL OR feeds.newest_at > v.newest_at "
    "THEN feeds.newest_at ELSE v.newest_at END"
)

#: A look-up here takes a third of the time of a call of the enum.
_KINDS, _FORMATS = {kind.value: kind for kind in FeedKind}, {each.value: each for each in FeedFormat}


def assign(columns: Mapping[str, str]) -> str:
    """Return the assignments behind SET, from columns ``v.column``, that also release the feed."""
    plain = [f"{name} = v.{name}" for name in columns if name not in {"id", "since", "next_poll_at", "newest_at"}]
    newest = [_NEWEST] if "newest_at" in columns else []
    return ", ".join([*plain, _NEXT, *newest, "leased_until = NULL"])


def times(feed: Feed, since: datetime) -> dict[str, object]:
    """Return the values that every poll writes.

    :param since: a next poll that was set after this stays.
    """
    return {
        "id": feed.id,
        "conditional_polls": feed.conditional_polls,
        "last_polled_at": feed.last_polled_at,
        "last_ok_at": feed.last_ok_at,
        "not_before": feed.not_before,
        "next_poll_at": feed.next_poll_at,
        "since": since,
    }


def seldom(feed: Feed) -> dict[str, object]:
    """Return the values that most polls leave as they are."""
    return {
        "etag": scrub(feed.validators.etag),
        "last_modified": scrub(feed.validators.last_modified),
        "last_full_poll_at": feed.last_full_poll_at,
        "newest_at": feed.newest_at,
        "failures": feed.failures,
        "last_error": scrub(feed.last_error),
        "failure_reason": feed.failure_reason,
        "failing_since": feed.failing_since,
        "notified_at": feed.notified_at,
        "stopped_at": feed.stopped_at,
        "redirect_url": scrub(feed.redirect_url),
        "redirect_count": feed.redirect_count,
        "redirected_since": feed.redirected_since,
    }


def content(feed: Feed) -> dict[str, object]:
    """Return the values that only a poll with changed content writes."""
    return {
        "body_hash": feed.body_hash,
        "fetch_state": scrub(feed.fetch_state),
        "identity": feed.identity,
        "usual_gap": None if feed.usual_gap is None else min(int(feed.usual_gap.total_seconds()), _MOST_SECONDS),
    }


def feed_from(row: Mapping[str, Any]) -> Feed:
    """Read a row without a Tortoise model in between, as thousands are read a minute."""
    return Feed(
        id=FeedId(row["id"]),
        blog_id=BlogId(row["blog_id"]),
        entry_id=None if row["entry_id"] is None else EntryId(row["entry_id"]),
        kind=_KINDS[row["kind"]],
        format=_FORMATS[row["format"]],
        url=row["url"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        body_hash=row["body_hash"],
        conditional_polls=row["conditional_polls"],
        failures=row["failures"],
        last_error=row["last_error"],
        last_polled_at=moment(row["last_polled_at"]),
        last_ok_at=moment(row["last_ok_at"]),
        next_poll_at=moment(row["next_poll_at"]),
        newest_at=moment(row["newest_at"]),
        fetch_state=row["fetch_state"],
        identity=row["identity"],
        failure_reason=None if row["failure_reason"] is None else FailureReason(row["failure_reason"]),
        failing_since=moment(row["failing_since"]),
        stopped_at=moment(row["stopped_at"]),
        notified_at=moment(row["notified_at"]),
        redirect_url=row["redirect_url"],
        redirect_count=row["redirect_count"] or 0,
        redirected_since=moment(row["redirected_since"]),
        last_full_poll_at=moment(row["last_full_poll_at"]),
        not_before=moment(row["not_before"]),
        usual_gap=None if row["usual_gap"] is None else timedelta(seconds=row["usual_gap"]),
        subscribers=row.get("subscribers", 0),
        guilds=tuple(GuildId(int(each)) for each in guilds.split(",")) if (guilds := row.get("guilds")) else (),
        api_root=row.get("api_root"),
        hub_trusted_until=moment(row["hub_trusted_until"]),
    )
