"""Storage of deliveries: added once by key, claimed lane by lane with a lease, settled."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.delivery import KINDS, AnnounceComment, Delivery, DeliveryState, NewDelivery
from bot.model.ids import BlogId, DeliveryId, GuildId, ReplyId
from bot.model.status import DeadDelivery, DeliveryView, OutboxView, PendingReply
from bot.storage.column_values import moment, scrub, utc
from bot.storage.statements import fetch, insert_new
from bot.storage.tables_relay import Delivery as DeliveryRow

#: 20 characters; Discord takes 25.
_NONCE_BYTES = 10
#: The number of dead deliveries that are shown to a person.
_NEWEST_DEAD = 10

_KEYS_A_STATEMENT = 500

_UNREADABLE = "Another version of the bot wrote this delivery, and this one cannot read it."

_WAITING = str(DeliveryState.WAITING)
_DONE = str(DeliveryState.DONE)
_DEAD = str(DeliveryState.DEAD)

#: A lane's oldest waiting delivery blocks the rest, even if it is not due yet; so does a leased one. But a reply that
#: waits for another attempt does not block: the lane still sends one reply to a blog at a time.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT d.id FROM deliveries d
    WHERE d.state = 'waiting' AND d.due_at <= $1 AND (d.leased_until IS NULL OR d.leased_until <= $1)
        AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.lane = d.lane AND o.state = 'waiting'
            AND (o.leased_until > $1 OR (o.id < d.id AND (o.kind <> 'publish_reply' OR o.due_at <= $1))))
    ORDER BY d.due_at, d.id LIMIT $3 {skip_locked})
UPDATE deliveries
SET leased_until = $2, attempts = attempts + 1, first_attempt_at = COALESCE(first_attempt_at, $1)
WHERE id IN (SELECT id FROM due) RETURNING *
"""

#: An attempt that was not made does not count, so the first one is still to come.
_RETRY = """
UPDATE deliveries
SET due_at = $1, error = $2, leased_until = NULL, attempts = attempts - $3,
    first_attempt_at = CASE WHEN attempts - $3 < 1 THEN NULL ELSE first_attempt_at END
WHERE id = $4 AND state = 'waiting'
"""


_REPLIES = """
SELECT d.*, r.id AS reply_id, r.guild_id, r.blog_id FROM deliveries d JOIN replies r ON d.key = 'publish:' || r.id
WHERE r.guild_id = $1 AND (d.state = 'waiting' OR (d.state = 'dead' AND d.settled_at >= $2)) ORDER BY d.id LIMIT 100
"""
_STUCK_REPLIES = """
SELECT d.*, r.id AS reply_id, r.guild_id, r.blog_id FROM deliveries d JOIN replies r ON d.key = 'publish:' || r.id
WHERE d.kind = 'publish_reply' AND d.state = 'waiting' AND d.first_attempt_at < $1 ORDER BY d.id LIMIT 100
"""


#: The age of a delivery stays as its retry window begins again.
_RESTART_RETRY_WINDOW = "UPDATE deliveries SET first_due_at = COALESCE(first_due_at, retry_since), retry_since = $1"


class OutboxRepository:
    """The deliveries of the outbox."""

    async def add(self, deliveries: Sequence[NewDelivery]) -> None:
        """Add deliveries in order; one with a known key stays as it is, unless it is dead: then it waits again."""
        rows: list[dict[str, object]] = [
            {
                "kind": delivery.intent.kind,
                "args": json.dumps(asdict(delivery.intent)),
                "lane": delivery.lane,
                "key": delivery.key,
                "state": _WAITING,
                "attempts": 0,
                "due_at": delivery.due_at,
                "retry_since": delivery.due_at,
                "first_due_at": delivery.due_at,
                "nonce": secrets.token_hex(_NONCE_BYTES),
            }
            for delivery in deliveries
        ]
        new = {row["key"] for row in await insert_new("deliveries", rows, unique="key")}
        keys = [delivery.key for delivery in deliveries if delivery.key not in new]
        for start in range(0, len(keys), _KEYS_A_STATEMENT):
            dead = DeliveryRow.filter(key__in=keys[start : start + _KEYS_A_STATEMENT], state=_DEAD)
            due_at = utc(deliveries[0].due_at)
            await dead.update(
                state=_WAITING,
                due_at=due_at,
                retry_since=due_at,
                first_due_at=due_at,
                error=None,
                settled_at=None,
            )

    async def claim(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Delivery]:
        """Claim the first delivery of each lane that is due and not leased, longest due first.

        A delivery that this version cannot read becomes dead, so that it does not block its lane.
        """
        rows = [DeliveryRow._init_from_db(**row) for row in await fetch(_CLAIM, now, lease_until, limit)]
        claimed = []
        for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
            try:
                claimed.append(_delivery_from(row))
            except (KeyError, TypeError, ValueError):
                await self.finish(DeliveryId(row.id), at=now, error=_UNREADABLE)
        return claimed

    async def cancel(self, lane: str) -> None:
        """Delete the waiting deliveries of a lane."""
        await DeliveryRow.filter(lane=lane, state=_WAITING).delete()

    async def count_comments(self, lane: str, since: datetime) -> int:
        """Count the comments that a lane has announced since then, or has still to announce."""
        kind = AnnounceComment.kind
        waiting = await DeliveryRow.filter(lane=lane, state=_WAITING, kind=kind).count()
        done = DeliveryRow.filter(lane=lane, state=_DONE, kind=kind, settled_at__gt=utc(since))
        return waiting + await done.count()

    async def done_since(self, kinds: Sequence[str], since: datetime) -> list[datetime]:
        """Return the times at which deliveries of these kinds were done, since then."""
        done = DeliveryRow.filter(state=_DONE, kind__in=list(kinds), settled_at__gt=utc(since))
        return [row.settled_at for row in await done if row.settled_at is not None]

    async def is_waiting_before(self, key: str, *, before: DeliveryId) -> bool:
        """Return True if the delivery of this key waits, and was added before another."""
        return await DeliveryRow.filter(key=key, state=_WAITING, id__lt=before).exists()

    async def lock(self, delivery_id: DeliveryId) -> bool:
        """Lock a delivery until the transaction ends; False if it was cancelled after it was claimed."""
        sql = "SELECT id FROM deliveries WHERE id = $1 AND state = 'waiting' {for_update}"
        return bool(await fetch(sql, delivery_id))

    async def renew_leases(self, ids: Sequence[DeliveryId], *, lease_until: datetime) -> None:
        """Extend the leases of deliveries that are still being performed."""
        if ids:
            await DeliveryRow.filter(id__in=ids, state=_WAITING).update(leased_until=utc(lease_until))

    async def finish(self, delivery_id: DeliveryId, *, at: datetime, error: str | None = None) -> None:
        """Settle a delivery: done, or with an error dead. Both unblock its lane."""
        await DeliveryRow.filter(id=delivery_id).update(
            state=_DONE if error is None else _DEAD, error=scrub(error), settled_at=utc(at), leased_until=None
        )

    async def retry(self, delivery_id: DeliveryId, *, due_at: datetime, error: str | None, attempted: bool) -> None:
        """Release a delivery for a later attempt.

        :param attempted: False if the attempt does not count, as nothing was tried.
        """
        await fetch(_RETRY, due_at, scrub(error), 0 if attempted else 1, delivery_id)

    async def restart_retry_window(self, delivery_id: DeliveryId, since: datetime) -> None:
        """Begin a delivery's retry window at a time; its attempts still count."""
        await fetch(f"{_RESTART_RETRY_WINDOW} WHERE id = $2", since, delivery_id)

    async def retry_now(self, lane: str, now: datetime) -> None:
        """Make the waiting deliveries of a lane due, and begin their retry windows again."""
        await fetch(f"{_RESTART_RETRY_WINDOW} WHERE lane = $2 AND state = 'waiting'", now, lane)
        await DeliveryRow.filter(lane=lane, state=_WAITING, due_at__gt=utc(now)).update(due_at=utc(now))

    async def find(self, key: str) -> DeliveryView | None:
        """Return the delivery of a key; None if it never existed or was pruned."""
        row = await DeliveryRow.get_or_none(key=key)
        if row is None:
            return None
        return DeliveryView(
            state=DeliveryState(row.state),
            attempts=row.attempts,
            due_at=row.due_at,
            error=row.error,
            settled_at=row.settled_at,
        )

    async def view(self, now: datetime, lanes: Sequence[str] | None = None) -> OutboxView:
        """Return the state of these lanes (None: of all), with the newest dead deliveries."""
        here = DeliveryRow.all() if lanes is None else DeliveryRow.filter(lane__in=[*lanes, ""])
        oldest = await here.filter(state=_WAITING, due_at__lte=utc(now)).order_by("due_at").first()
        dead = await here.filter(state=_DEAD).order_by("-settled_at", "-id").limit(_NEWEST_DEAD)
        return OutboxView(
            waiting=await here.filter(state=_WAITING).count(),
            oldest_due=None if oldest is None else now - oldest.due_at,
            dead=tuple(_dead_from(row) for row in dead),
        )

    async def replies(self, guild_id: GuildId, *, dead_since: datetime) -> list[PendingReply]:
        """Return a guild's replies that wait to be published, or were given up lately, oldest first."""
        return [_reply_from(row) for row in await fetch(_REPLIES, guild_id, dead_since)]

    async def unfinished_replies(self, tried_before: datetime) -> list[PendingReply]:
        """Return every guild's replies that wait although they were first tried before this, oldest first."""
        return [_reply_from(row) for row in await fetch(_STUCK_REPLIES, tried_before)]

    async def release_leases(self) -> None:
        """Release the deliveries that an ended process had claimed."""
        await DeliveryRow.filter(state=_WAITING, leased_until__isnull=False).update(leased_until=None)


def _delivery_from(row: DeliveryRow) -> Delivery:
    if row.first_attempt_at is None:
        raise ValueError(f"delivery {row.id} was never claimed")
    return Delivery(
        id=DeliveryId(row.id),
        intent=KINDS[row.kind](**json.loads(row.args)),
        lane=row.lane,
        attempts=row.attempts,
        first_attempt_at=row.first_attempt_at,
        retry_since=row.retry_since,
        nonce=row.nonce,
    )


def _reply_from(row: Mapping[str, Any]) -> PendingReply:
    return PendingReply(
        reply_id=ReplyId(row["reply_id"]),
        guild_id=GuildId(row["guild_id"]),
        blog_id=BlogId(row["blog_id"]),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        first_attempt_at=moment(row["first_attempt_at"]),
        due_at=moment(row["due_at"]),
        error=row["error"],
        settled_at=moment(row["settled_at"]),
    )


def _dead_from(row: DeliveryRow) -> DeadDelivery:
    if row.settled_at is None:
        raise ValueError(f"delivery {row.id} is not settled")
    return DeadDelivery(id=DeliveryId(row.id), kind=row.kind, settled_at=row.settled_at, error=row.error or "")
