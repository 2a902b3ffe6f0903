import asyncio
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from bot.model.delivery import (
    KINDS,
    AnnounceEntry,
    ConfirmReply,
    DeliveryState,
    Intent,
    NewDelivery,
    PublishReply,
)
from bot.model.ids import DeliveryId, EntryId, ReplyId, SubscriptionId
from bot.model.status import DeliveryView
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.storage.given import NOW, later

LEASE = later(minutes=5)
LANES = ["chat:1", "2", "3", "4"]


def new(key: str, lane: str = "chat:1", due_at: object = NOW, intent: Intent | None = None) -> NewDelivery:
    return NewDelivery(
        intent=intent or AnnounceEntry(subscription_id=SubscriptionId(1), entry_id=EntryId(2)),
        lane=lane,
        key=key,
        due_at=due_at,  # type: ignore[arg-type]
    )


async def claim_one(store: Store) -> DeliveryId:
    [delivery] = await store.outbox.claim(NOW, lease_until=LEASE, limit=10)
    return delivery.id


async def test_a_delivery_comes_back_as_it_was_added(store: Store) -> None:
    await store.outbox.add([new("a")])
    [delivery] = await store.outbox.claim(NOW, lease_until=LEASE, limit=10)
    assert delivery.intent == AnnounceEntry(subscription_id=SubscriptionId(1), entry_id=EntryId(2))
    assert (delivery.lane, delivery.attempts, delivery.first_attempt_at) == ("chat:1", 1, NOW)
    assert len(delivery.nonce) == 20


async def test_a_known_key_is_not_added_again_even_when_it_is_done(store: Store) -> None:
    await store.outbox.add([new("a"), new("a", lane="other")])
    await store.outbox.finish(await claim_one(store), at=NOW)
    await store.outbox.add([new("a")])
    await store.outbox.add([])
    assert await store.outbox.claim(NOW, lease_until=LEASE, limit=10) == []


async def test_a_lane_keeps_its_order_and_runs_one_at_a_time(store: Store) -> None:
    await store.outbox.add([new("a"), new("b"), new("c", lane="chat:2")])
    first, other = await store.outbox.claim(NOW, lease_until=LEASE, limit=10)
    assert (first.lane, other.lane) == ("chat:1", "chat:2")
    assert await store.outbox.claim(NOW, lease_until=LEASE, limit=10) == []
    await store.outbox.finish(first.id, at=NOW)
    assert await claim_one(store) == first.id + 1


@pytest.mark.parametrize(
    "written",
    ["kind = 'of_tomorrow'", "args = '{}'", "args = 'no JSON'", "args = '[]'"],
    ids=["kind", "none", "text", "list"],
)
async def test_one_that_cannot_be_read_is_dead_and_blocks_nobody(store: Store, written: str) -> None:
    await store.outbox.add([new("a"), new("b"), new("c", lane="chat:2")])
    await fetch(f"UPDATE deliveries SET {written} WHERE key = 'a'")
    first, *others = await store.outbox.claim(NOW, lease_until=LEASE, limit=10)
    assert (first.lane, others) == ("chat:2", [])
    view = await store.outbox.find("a")
    assert view is not None
    assert (view.state, "version" in (view.error or "")) == (DeliveryState.DEAD, True)
    assert await claim_one(store) == first.id - 1


async def test_one_that_is_not_due_blocks_its_lane(store: Store) -> None:
    await store.outbox.add([new("a", due_at=later(hours=1)), new("b")])
    assert await store.outbox.claim(NOW, lease_until=LEASE, limit=10) == []
    await store.outbox.retry_now("chat:1", NOW)
    assert len(await store.outbox.claim(NOW, lease_until=LEASE, limit=10)) == 1


async def test_the_dead_free_their_lane(store: Store) -> None:
    await store.outbox.add([new("a"), new("b")])
    first = await claim_one(store)
    await store.outbox.finish(first, at=NOW, error="The channel is gone.")
    assert await claim_one(store) == first + 1
    view = await store.outbox.view(NOW, LANES)
    assert [(dead.id, dead.kind, dead.settled_at, dead.error) for dead in view.dead] == [
        (first, "announce_entry", NOW, "The channel is gone.")
    ]


async def test_a_dead_delivery_that_is_wanted_again_gets_a_new_life(store: Store) -> None:
    await store.outbox.add([new("a"), new("b")])
    first = await claim_one(store)
    await store.outbox.finish(first, at=NOW, error="Discord was away for a week.")
    await store.outbox.add([new("a", due_at=later(minutes=1)), new("c", lane="2")])
    _, again = await store.outbox.claim(later(minutes=1), lease_until=LEASE, limit=10)
    # what was tried in its first life may have left a trace; its patience begins anew
    assert (again.id, again.attempts, again.first_attempt_at) == (first, 2, NOW)
    assert again.retry_since == later(minutes=1)
    assert (await store.outbox.view(NOW, LANES)).dead == ()


async def test_the_view_shows_only_the_lanes_asked_for(store: Store) -> None:
    await store.outbox.add([new("a"), new("b", lane="chat:999")])
    assert (await store.outbox.view(NOW, LANES)).waiting == 1
    assert (await store.outbox.view(NOW, [])).waiting == 0


async def test_an_expired_lease_is_claimed_again_and_counts(store: Store) -> None:
    await store.outbox.add([new("a")])
    await claim_one(store)
    [again] = await store.outbox.claim(LEASE, lease_until=later(hours=1), limit=10)
    assert (again.attempts, again.first_attempt_at) == (2, NOW)


async def test_a_renewed_lease_lasts(store: Store) -> None:
    await store.outbox.add([new("a")])
    await store.outbox.renew_leases([await claim_one(store)], lease_until=later(hours=1))
    await store.outbox.renew_leases([], lease_until=later(hours=1))
    assert await store.outbox.claim(LEASE, lease_until=later(hours=1), limit=10) == []


async def test_a_retry_counts_only_what_was_tried(store: Store) -> None:
    await store.outbox.add([new("a")])
    delivery_id = await claim_one(store)
    await store.outbox.retry(delivery_id, due_at=NOW, error=None, attempted=False)
    [untried] = await store.outbox.claim(later(seconds=1), lease_until=LEASE, limit=10)
    assert (untried.attempts, untried.first_attempt_at) == (1, later(seconds=1))
    await store.outbox.retry(delivery_id, due_at=later(seconds=2), error="No answer.", attempted=True)
    assert await store.outbox.claim(later(seconds=1), lease_until=LEASE, limit=10) == []
    [tried] = await store.outbox.claim(later(seconds=2), lease_until=LEASE, limit=10)
    assert (tried.attempts, tried.first_attempt_at, tried.nonce) == (2, later(seconds=1), untried.nonce)


async def test_leases_of_a_dead_process_are_freed(store: Store) -> None:
    await store.outbox.add([new("a")])
    first = await claim_one(store)
    await store.outbox.release_leases()
    assert await claim_one(store) == first


async def test_the_view_tells_how_much_waits_and_since_when(store: Store) -> None:
    await store.outbox.add([new("a"), new("b", due_at=later(hours=9)), new("c", lane="2")])
    view = await store.outbox.view(later(minutes=3), LANES)
    assert (view.waiting, view.oldest_due, view.dead) == (3, timedelta(minutes=3), ())
    assert (await store.outbox.view(later(minutes=-3), LANES)).oldest_due is None


async def test_pruning_leaves_the_dead_and_the_young(store: Store) -> None:
    await store.outbox.add([new("old"), new("young", lane="2"), new("dead", lane="3"), new("waits", lane="4")])
    old, young, dead, _ = await store.outbox.claim(NOW, lease_until=LEASE, limit=10)
    await store.outbox.finish(old.id, at=NOW)
    await store.outbox.finish(young.id, at=later(hours=1))
    await store.outbox.finish(dead.id, at=NOW, error="No.")
    assert await store.retention.delete_done(later(minutes=1), 99) == 1
    assert await store.retention.delete_done(later(minutes=1), 99) == 0
    view = await store.outbox.view(NOW, LANES)
    assert (view.waiting, len(view.dead)) == (1, 1)


async def test_claimers_at_the_same_time_take_nothing_twice(store: Store) -> None:
    await store.outbox.add([new(f"{n}", lane=f"{n % 40}") for n in range(80)])
    taken = await asyncio.gather(*(store.outbox.claim(NOW, lease_until=LEASE, limit=15) for _ in range(4)))
    ids = [delivery.id for some in taken for delivery in some]
    assert len(ids) == len(set(ids)) <= 40
    lanes = [delivery.lane for some in taken for delivery in some]
    assert len(lanes) == len(set(lanes))


async def test_a_claim_takes_no_more_than_its_limit(store: Store) -> None:
    await store.outbox.add([new(f"{n}", lane=f"{n}", intent=ConfirmReply(reply_id=ReplyId(n))) for n in range(9)])
    first = await store.outbox.claim(NOW, lease_until=LEASE, limit=4)
    assert [delivery.intent for delivery in first] == [ConfirmReply(reply_id=ReplyId(n)) for n in range(4)]
    assert len(await store.outbox.claim(NOW, lease_until=LEASE, limit=9)) == 5


@pytest.mark.parametrize("kind", KINDS)
async def test_every_intent_comes_back(store: Store, kind: str) -> None:
    given: dict[str, Any] = {field.name: number for number, field in enumerate(fields(KINDS[kind]), 1)}
    intent = KINDS[kind](**given)
    await store.outbox.add([new(kind, intent=intent)])
    [delivery] = await store.outbox.claim(NOW, lease_until=LEASE, limit=1)
    assert delivery.intent == intent


async def test_a_delivery_is_looked_up_by_its_key(store: Store) -> None:
    assert await store.outbox.find("a") is None
    await store.outbox.add([new("a")])
    assert await store.outbox.find("a") == DeliveryView(
        state=DeliveryState.WAITING, attempts=0, due_at=NOW, error=None, settled_at=None
    )
    delivery_id = await claim_one(store)
    await store.outbox.retry(delivery_id, due_at=later(minutes=1), error="Away.", attempted=True)
    found = await store.outbox.find("a")
    assert found is not None
    assert (found.attempts, found.due_at, found.error) == (1, later(minutes=1), "Away.")
    await store.outbox.finish(delivery_id, at=later(minutes=2), error="Gone.")
    found = await store.outbox.find("a")
    assert found is not None
    assert (found.state, found.error, found.settled_at) == (DeliveryState.DEAD, "Gone.", later(minutes=2))


def reply_to_publish(number: int, lane: str = "blog:1") -> NewDelivery:
    return new(f"publish:{number}", lane=lane, intent=PublishReply(reply_id=ReplyId(number)))


async def test_a_reply_that_waits_for_another_attempt_lets_others_pass_one_at_a_time(store: Store) -> None:
    await store.outbox.add([reply_to_publish(number) for number in (1, 2, 3)])
    first = await claim_one(store)
    assert await store.outbox.claim(NOW, lease_until=LEASE, limit=10) == []
    await store.outbox.retry(first, due_at=later(minutes=5), error="The blog has a fault.", attempted=True)
    second = await claim_one(store)
    assert second == first + 1
    # The first is due again while the second is being sent, so it waits; then it goes before the third.
    again = later(minutes=5)
    await store.outbox.renew_leases([second], lease_until=later(minutes=9))
    assert await store.outbox.claim(again, lease_until=later(minutes=10), limit=10) == []
    await store.outbox.finish(second, at=again)
    [delivery] = await store.outbox.claim(again, lease_until=later(minutes=10), limit=10)
    assert (delivery.id, delivery.attempts) == (first, 2)


async def test_a_reply_whose_process_died_is_not_sent_beside_another(store: Store) -> None:
    await store.outbox.add([reply_to_publish(1), reply_to_publish(2)])
    first = await claim_one(store)
    await store.outbox.release_leases()
    assert (await claim_one(store)) == first
    # Nobody renewed the lease: it runs out, and the same reply is looked for again before the next one is sent.
    [delivery] = await store.outbox.claim(later(minutes=6), lease_until=later(minutes=10), limit=10)
    assert (delivery.id, delivery.attempts) == (first, 3)


async def test_everything_else_keeps_its_order_while_the_first_waits(store: Store) -> None:
    await store.outbox.add([new("a"), new("b")])
    await store.outbox.retry(await claim_one(store), due_at=later(minutes=5), error="Away.", attempted=True)
    assert await store.outbox.claim(NOW, lease_until=LEASE, limit=10) == []
