"""Storage of hub subscriptions, with encrypted secrets."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from bot.model.connection import Secret
from bot.model.errors import PermanentError
from bot.model.feed import Push, PushProtocol
from bot.model.ids import BlogId, FeedId, HubSubscriptionId
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.storage import tables
from bot.storage.column_values import scrub, utc
from bot.storage.encryption import Encryption
from bot.storage.polls import WANTED, WATCHED
from bot.storage.statements import fetch
from bot.storage.tables_feeds import HubSubscription as HubSubscriptionRow

#: The length of the column; 192 bits.
_TOKEN_LENGTH, _TOKEN_BYTES = 32, 24
_NO_SECRET = ""

_FOUND = """
INSERT INTO hub_subscriptions (feed_id, protocol, hub_url, topic_url, token, secret, state, attempts, due_at)
VALUES ($1, $2, $3, $4, $5, '', 'wanted', 0, $6)
ON CONFLICT (feed_id) DO UPDATE SET protocol = excluded.protocol, hub_url = excluded.hub_url,
    topic_url = excluded.topic_url, token = excluded.token, secret = '', state = 'wanted', attempts = 0,
    due_at = excluded.due_at, requested_at = NULL, lease_until = NULL, delivered_at = NULL, error = NULL
WHERE hub_subscriptions.hub_url <> excluded.hub_url OR hub_subscriptions.topic_url <> excluded.topic_url
    OR hub_subscriptions.protocol <> excluded.protocol
RETURNING feed_id
"""

#: Due rows of unwanted feeds are postponed, so that look-ups of due rows do not read them again.
_SLEEP = f"""
UPDATE hub_subscriptions SET due_at = $2
WHERE due_at <= $1 AND NOT EXISTS (SELECT 1 FROM feeds f WHERE f.id = hub_subscriptions.feed_id AND {WANTED})
"""  # noqa: S608 - the condition is ours
_ASLEEP = timedelta(hours=1)

#: A hub subscription stays active while it is renewed, until its lease ends.
_CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT h.id FROM hub_subscriptions h
    WHERE h.due_at <= $1 AND EXISTS (SELECT 1 FROM feeds f WHERE f.id = h.feed_id AND {WANTED})
    ORDER BY h.due_at, h.id LIMIT $4 {{skip_locked}})
UPDATE hub_subscriptions SET requested_at = $1, due_at = $2, attempts = attempts + 1, public_url = $5,
    state = CASE WHEN state IN ('verified', 'trusted') AND lease_until > $1 THEN state ELSE 'requested' END
WHERE id IN (SELECT id FROM due) RETURNING *
"""  # noqa: S608 - the condition is ours

_END = f"""
WITH unwanted AS MATERIALIZED (
    SELECT h.id FROM hub_subscriptions h
    WHERE h.state IN ('requested', 'verified', 'trusted')
        AND NOT EXISTS (SELECT 1 FROM feeds f WHERE f.id = h.feed_id AND {WANTED})
    ORDER BY h.id LIMIT $2 {{skip_locked}})
UPDATE hub_subscriptions SET state = 'ended', due_at = $1, attempts = 0, lease_until = NULL
WHERE id IN (SELECT id FROM unwanted) RETURNING *
"""  # noqa: S608 - the condition is ours

_MOVED = """
UPDATE hub_subscriptions SET state = 'wanted', due_at = $1, attempts = 0, lease_until = NULL
WHERE public_url <> $2 AND state <> 'ended' RETURNING feed_id
"""


class HubSubscriptionRepository:
    """The hub subscriptions, one for each feed."""

    def __init__(self, vault: Encryption) -> None:
        self._vault = vault

    async def save_hub(self, feed_id: FeedId, push: Push, *, now: datetime) -> None:
        """Save the hub that a feed names; a change restarts the hub subscription."""
        token, hub_url, topic_url = secrets.token_urlsafe(_TOKEN_BYTES), scrub(push.hub_url), scrub(push.topic_url)
        new = await fetch(_FOUND, feed_id, str(push.protocol), hub_url, topic_url, token, now)
        await _distrust(new)

    async def claim_due(self, now: datetime, *, until: datetime, public_url: str, limit: int) -> list[HubSubscription]:
        """Claim due hub subscriptions of wanted feeds; each is due again at ``until``, unless it is settled before.

        :param public_url: the bot's address in the callbacks.
        """
        await fetch(_SLEEP, now, now + _ASLEEP, now - WATCHED)
        rows = await fetch(_CLAIM, now, until, now - WATCHED, limit, public_url)
        return sorted(map(self._from_raw, rows), key=lambda each: each.id)

    async def end_unwanted(self, now: datetime, *, limit: int) -> list[HubSubscription]:
        """End and return hub subscriptions of unwanted feeds; they are due again soon after a feed is wanted."""
        rows = await fetch(_END, now, limit, now - WATCHED)
        await _distrust(rows)
        return [self._from_raw(row) for row in rows]

    async def restart_for_public_url(self, public_url: str, now: datetime) -> int:
        """Restart hub subscriptions whose callbacks have another public address; return how many."""
        rows = await fetch(_MOVED, now, public_url)
        await _distrust(rows)
        return len(rows)

    async def find_by_token(self, token: str) -> HubSubscription | None:
        """Return the hub subscription with this callback token."""
        row = await HubSubscriptionRow.get_or_none(token=scrub(token)) if len(token) <= _TOKEN_LENGTH else None
        return None if row is None else self._from(row)

    async def of_blog(self, blog_id: BlogId) -> list[HubSubscription]:
        """Return all hub subscriptions of a blog's feeds."""
        return [self._from(row) for row in await HubSubscriptionRow.filter(feed__blog_id=blog_id).order_by("id")]

    async def lock(self, feed_id: FeedId) -> HubSubscription | None:
        """Return a feed's hub subscription, locked against changes until the transaction ends."""
        row = await HubSubscriptionRow.filter(feed_id=feed_id).select_for_update().first()
        return None if row is None else self._from(row)

    async def save(self, hub_subscription: HubSubscription) -> None:
        """Save the state of a hub subscription, and the time until which its feed may rely on it.

        :raises PermanentError: no key is set to encrypt its secret.
        """
        secret = hub_subscription.secret
        await HubSubscriptionRow.filter(id=hub_subscription.id).update(
            secret=_NO_SECRET if secret is None else self._vault.lock(secret),
            state=hub_subscription.state,
            attempts=hub_subscription.attempts,
            requested_at=utc(hub_subscription.requested_at),
            due_at=utc(hub_subscription.due_at),
            lease_until=utc(hub_subscription.lease_until),
            delivered_at=utc(hub_subscription.delivered_at),
            error=scrub(hub_subscription.error),
        )
        await tables.Feed.filter(id=hub_subscription.feed_id).update(
            hub_trusted_until=utc(hub_subscription.trusted_until)
        )

    def _from_raw(self, row: dict[str, Any]) -> HubSubscription:
        return self._from(HubSubscriptionRow._init_from_db(**row))

    def _from(self, row: HubSubscriptionRow) -> HubSubscription:
        return HubSubscription(
            id=HubSubscriptionId(row.id),
            feed_id=FeedId(row.feed_id),
            push=Push(
                hub_url=row.hub_url,
                topic_url=row.topic_url,
                protocol=PushProtocol(row.protocol),
            ),
            token=row.token,
            secret=self._open(row.secret),
            state=HubSubscriptionState(row.state),
            attempts=row.attempts,
            requested_at=row.requested_at,
            due_at=row.due_at,
            lease_until=row.lease_until,
            delivered_at=row.delivered_at,
            error=row.error,
        )

    def _open(self, locked: str) -> Secret | None:
        try:
            return self._vault.open(locked) if locked else None
        except PermanentError:
            # The key is gone: another secret is made, and sent to the hub with the next request.
            return None


async def _distrust(rows: list[dict[str, Any]]) -> None:
    feed_ids = [row["feed_id"] for row in rows]
    if feed_ids:
        await tables.Feed.filter(id__in=feed_ids).update(hub_trusted_until=None)
