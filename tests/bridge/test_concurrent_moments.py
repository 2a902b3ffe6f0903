"""Journeys that meet at one certain moment, also inside of each other's transactions."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.connection import Credential, Secret
from bot.model.errors import NotFound, Refused
from bot.storage.database import Store
from bot.storage.messages import PostedMessageRepository
from bot.storage.outbox import OutboxRepository
from bot.storage.statements import fetch, has_row_locks
from bot.storage.subscriptions import SubscriptionRepository
from tests.bridge.harness import CHANNEL, DAY, GUILD, USER, BridgeHarness
from tests.bridge.journey_pairs import JOURNEYS, THIRD, Gate, Pair, left_behind, meet, set_stage
from tests.bridge.websub.hubs import build_pushed
from tests.fakes.blog import PASSWORD, FakeBlog, FakeCommentClient

_SOON = timedelta(seconds=3)
_WITHIN = 10


@pytest.fixture
async def harness(store: Store) -> BridgeHarness:
    return build_pushed(store)


@pytest.fixture
async def pair(harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return await set_stage(harness, monkeypatch)


async def until_blocked(task: asyncio.Task[Any]) -> None:
    """Wait until a task is done or waits for a lock; on SQLite it waits for the one connection that writes."""
    async with asyncio.timeout(_WITHIN):
        while (  # noqa: ASYNC110 - the database tells no event
            has_row_locks() and not task.done() and not await fetch("SELECT 1 FROM pg_locks WHERE NOT granted")
        ):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("change", "begins"), [("rights", "active"), ("rights", "parked"), ("resume", "parked")])
async def test_a_refusal_from_before_a_change_parks_nothing(pair: Pair, change: str, begins: str) -> None:
    await meet(pair, "park", change, begins)
    pair.harness.clock.move(_SOON)
    await pair.deliver()
    assert (pair.said("News", CHANNEL), await pair.state()) == (1, "active")
    assert [each for each in pair.harness.chat.said if each.ref.channel_id == USER] == []


async def test_a_refusal_after_a_pause_parks_nothing_and_tells_nobody(pair: Pair) -> None:
    await meet(pair, "park", "pause", "active")
    await pair.deliver()
    assert [each for each in pair.harness.chat.said if each.ref.channel_id == USER] == []
    now = await pair.now_here()
    assert now is not None
    assert now.subscription.parked_reason is None


async def test_a_summary_that_a_lost_channel_takes_brings_it_back(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    for number in range(12):
        harness.blog.write(f"Entry {number}")
    await harness.poll()
    await harness.store.subscriptions.park(subscribed.subscription.id, "The channel is lost.")
    await fetch("DELETE FROM deliveries WHERE kind = 'announce_entry'")
    await harness.deliver()
    assert [each for each in await harness.bridge.admin.blogs(GUILD) if not each.subscription.active] == []


async def test_cancel_wins_over_a_start_that_is_not_done(
    pair: Pair, harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = await harness.bridge.proposals.propose(
        "blog.example", harness.channel_view(THIRD), USER, placement=None, comments=True
    )
    gate = Gate()
    gate.put(monkeypatch, FakeBlog, "fetch")
    harness.clock.move(DAY)
    starting = asyncio.create_task(harness.bridge.proposals.start(proposed.proposal_id, GUILD))
    await gate.reached.wait()
    await harness.bridge.proposals.cancel(proposed.proposal_id, GUILD)
    gate.opened.set()
    with pytest.raises(NotFound, match="cancelled"):
        await starting
    assert [each.subscription.channel_id for each in await harness.bridge.admin.blogs(GUILD)] == [CHANNEL]


async def test_a_password_that_was_tried_on_another_api_is_not_kept(
    pair: Pair, harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.bridge.disconnector.disconnect(pair.here.blog, GUILD)
    gate = Gate()
    gate.put(monkeypatch, FakeCommentClient, "check")
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    connecting = asyncio.create_task(harness.bridge.connector.connect(pair.here.blog, GUILD, USER, credential))
    await gate.reached.wait()
    await harness.store.feeds.update_blog(replace(pair.here.blog, api_root="https://elsewhere.example/wp-json/"))
    gate.opened.set()
    with pytest.raises(Refused, match="did not save it"):
        await connecting
    assert await fetch("SELECT 1 FROM connections") == []


async def test_the_mode_of_a_blog_that_was_removed_is_not_changed(pair: Pair, harness: BridgeHarness) -> None:
    before = await pair.now_here()
    assert before is not None
    await harness.bridge.admin.remove(before.subscription)
    with pytest.raises(NotFound, match="removed"):
        await harness.bridge.connector.set_mode(before, before.subscription.relay_mode)


async def test_an_entry_that_comes_back_while_it_is_looked_for_is_not_struck_through(
    pair: Pair, harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.settle()
    place = harness.blog.entries.index(pair.old)
    harness.blog.entries.remove(pair.old)
    harness.clock.move(DAY)
    await pair.poll()
    await pair.deliver()
    harness.clock.move(timedelta(hours=1))
    gate = Gate()
    gate.put(monkeypatch, FakeBlog, "check_availability")
    looking = asyncio.create_task(pair.deliver())
    await gate.reached.wait()
    harness.blog.entries.insert(place, pair.old)
    harness.clock.move(DAY)
    await pair.poll()
    gate.opened.set()
    await looking
    await pair.settle()
    assert [each.post.title for each in harness.chat.said if "~~" in each.post.title] == []


async def test_a_server_that_comes_back_on_the_last_day_keeps_its_blogs(pair: Pair, harness: BridgeHarness) -> None:
    await harness.bridge.guilds.leave(GUILD)
    harness.clock.move(31 * DAY)
    await harness.bridge.guilds.join(GUILD)
    # its first look at the blog is still to come
    await harness.bridge.maintenance.tick()
    await pair.settle()
    assert await pair.state() == "active"


async def test_what_discord_tells_of_a_server_counts_in_its_order(pair: Pair, harness: BridgeHarness) -> None:
    presence = harness.bridge.guilds
    await asyncio.gather(presence.leave(GUILD), presence.join(GUILD))
    await pair.settle()
    assert await pair.state() == "active"
    await asyncio.gather(presence.leave(GUILD), presence.join(GUILD), presence.leave(GUILD))
    await pair.settle()
    assert await pair.state() == "left"


def _flood(pair: Pair) -> None:
    for number in range(30):
        pair.harness.blog.remark(pair.old, "Bob", f"<p>Remark {number}</p>")


#: Where the first stops in its transaction, and what comes then.
_MEETINGS = [
    ("poll", SubscriptionRepository, "lock_of_blog", ("remove", "pause", "leave")),
    ("poll", OutboxRepository, "add", ("remove", "pause", "leave")),
    ("announce", PostedMessageRepository, "add", ("remove", "pause", "leave")),
    ("announce", OutboxRepository, "finish", ("remove",)),
    ("park", OutboxRepository, "lock", ("remove", "pause", "leave", "rights")),
    ("remove", SubscriptionRepository, "remove", ("poll", "announce", "park", "connect", "pause", "leave")),
    ("pause", SubscriptionRepository, "pause", ("poll", "announce", "park", "remove")),
    ("leave", SubscriptionRepository, "pause_guild", ("poll", "announce", "park", "remove")),
]


@pytest.mark.parametrize(
    ("first", "owner", "method", "second"),
    [(first, owner, method, second) for first, owner, method, seconds in _MEETINGS for second in seconds],
)
async def test_transactions_that_meet(
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    first: str,
    owner: type,
    method: str,
    second: str,
) -> None:
    _flood(pair)
    for name in (first, second):
        await JOURNEYS[name].prepare(pair)
    gate = Gate()
    gate.put(monkeypatch, owner, method)
    one = _run(JOURNEYS[first].act, pair)
    async with asyncio.timeout(_WITHIN):
        await gate.reached.wait()
        other = _run(JOURNEYS[second].act, pair)
        await until_blocked(other)
        gate.opened.set()
        await asyncio.gather(one, other)
    pair.lost = False
    await pair.settle()
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert await left_behind(pair) == []
    ends = [name for name in (first, second) if name in ("remove", "pause", "leave")]
    assert await pair.state() in [{"remove": "removed", "pause": "paused", "leave": "left"}[name] for name in ends] or (
        not ends and await pair.state() == "active"
    )


def _run(act: Callable[[Pair], Coroutine[Any, Any, object]], pair: Pair) -> asyncio.Task[None]:
    async def to_the_end() -> None:
        try:
            await act(pair)
        except (NotFound, Refused):
            # A sentence for the admin.
            return

    return asyncio.create_task(to_the_end())
