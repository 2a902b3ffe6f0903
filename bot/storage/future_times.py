"""Correction of stored times that lie too far ahead, as the clock was ahead when they were written."""

from datetime import datetime

from bot.storage import tables
from bot.storage.statements import fetch

#: A last poll in the future is proof; else the longest interval of such a feed is the limit.
_FEEDS = """
UPDATE feeds SET next_poll_at = $1::timestamptz, not_before = NULL, last_full_poll_at = NULL, leased_until = NULL,
    last_polled_at = CASE WHEN last_polled_at > $1 THEN $1::timestamptz ELSE last_polled_at END,
    last_ok_at = CASE WHEN last_ok_at > $1 THEN $1::timestamptz ELSE last_ok_at END,
    newest_at = CASE WHEN newest_at > $1 THEN $1::timestamptz ELSE newest_at END,
    failing_since = CASE WHEN failing_since > $1 THEN $1::timestamptz ELSE failing_since END
WHERE last_polled_at > $2 OR next_poll_at > CASE
    WHEN kind = 'entry_comments' THEN $6::timestamptz
    WHEN stopped_at IS NOT NULL THEN $5::timestamptz
    WHEN failures > 0 OR not_before IS NOT NULL THEN $4::timestamptz
    ELSE $3::timestamptz END
RETURNING id
"""
_FEED_LEASES = "UPDATE feeds SET leased_until = NULL WHERE leased_until > $1 RETURNING id"

_DELIVERIES = """
UPDATE deliveries SET due_at = $1::timestamptz, leased_until = NULL,
    retry_since = CASE WHEN retry_since > $1 THEN $1::timestamptz ELSE retry_since END,
    first_due_at = CASE WHEN first_due_at > $1 THEN $1::timestamptz ELSE first_due_at END,
    first_attempt_at = CASE WHEN first_attempt_at > $1 THEN $1::timestamptz ELSE first_attempt_at END
WHERE state = 'waiting' AND (first_attempt_at > $2
    OR due_at > CASE WHEN attempts = 0 THEN $3::timestamptz ELSE $4::timestamptz END)
RETURNING id
"""
_DELIVERY_LEASES = (
    "UPDATE deliveries SET leased_until = NULL WHERE state = 'waiting' AND leased_until > $1 RETURNING id"
)

_HUB_SUBSCRIPTIONS = """
UPDATE hub_subscriptions SET state = CASE WHEN state = 'ended' THEN state ELSE 'wanted' END,
    due_at = $1::timestamptz, attempts = 0, requested_at = NULL, lease_until = NULL
WHERE requested_at > $2 OR due_at > $3 OR lease_until > $3
RETURNING feed_id
"""

#: Entries from before the start of a subscription are not posted there.
_SUBSCRIPTIONS = "UPDATE subscriptions SET started_at = $1::timestamptz WHERE started_at > $2 RETURNING id"
#: Nor are mentions from before they were switched on.
_MENTIONS = "UPDATE subscriptions SET pingbacks_since = $1::timestamptz WHERE pingbacks_since > $2 RETURNING id"

#: Times of past acts. Rate limits and waits count from these.
_DONE = (
    "UPDATE deliveries SET settled_at = $1::timestamptz WHERE settled_at > $2 RETURNING id",
    "UPDATE replies SET accepted_at = $1::timestamptz WHERE accepted_at > $2 RETURNING id",
    "UPDATE posted_messages SET renamed_at = $1::timestamptz WHERE renamed_at > $2 RETURNING id",
    "UPDATE summarised_comments SET added_at = $1::timestamptz WHERE added_at > $2 RETURNING id",
    "UPDATE summarised_comments SET summarised_at = $1::timestamptz WHERE summarised_at > $2 RETURNING id",
    "UPDATE alerted_comments SET added_at = $1::timestamptz WHERE added_at > $2 RETURNING id",
    "UPDATE alerted_comments SET alerted_at = $1::timestamptz WHERE alerted_at > $2 RETURNING id",
)


class FutureTimeRepository:
    """Corrects times that are too far in the future."""

    async def reset_feeds(
        self,
        now: datetime,
        *,
        impossible: datetime,
        well: datetime,
        failing: datetime,
        stopped: datetime,
        quiet: datetime,
        leased: datetime,
    ) -> int:
        """Make feeds due that wait longer than their kind ever does; return how many."""
        found = await fetch(_FEEDS, now, impossible, well, failing, stopped, quiet)
        found += await fetch(_FEED_LEASES, leased)
        found += await fetch(_SUBSCRIPTIONS, now, impossible)
        found += await fetch(_MENTIONS, now, impossible)
        return len(found)

    async def reset_deliveries(
        self, now: datetime, *, impossible: datetime, untried: datetime, tried: datetime, leased: datetime
    ) -> int:
        """Make deliveries due that wait longer than any delivery does; return how many."""
        found = await fetch(_DELIVERIES, now, impossible, untried, tried)
        return len(found + await fetch(_DELIVERY_LEASES, leased))

    async def reset_hub_subscriptions(self, now: datetime, *, impossible: datetime, due: datetime) -> int:
        """Renew hub subscriptions with leases of a wrong clock; return how many."""
        found = await fetch(_HUB_SUBSCRIPTIONS, now, impossible, due)
        if found:
            await tables.Feed.filter(id__in=[row["feed_id"] for row in found]).update(hub_trusted_until=None)
        return len(found)

    async def reset_done(self, now: datetime, *, impossible: datetime) -> int:
        """Set times of past acts that lie in the future to now; return how many."""
        return sum([len(await fetch(sql, now, impossible)) for sql in _DONE])
