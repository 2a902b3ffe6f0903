"""Whose document is parsed next, told by order alone: the clock is an argument."""

import pytest

from bot.adapters.feeds.fetch_state import blend_cost, rest_after
from bot.adapters.feeds.parser_process.fair_queue import FairQueue, Job
from bot.model.ids import GuildId

HOSTILE, QUIET, THIRD = GuildId(1), GuildId(2), GuildId(3)


def _run(queue: FairQueue, job: Job | None, seconds: float, now: float = 0.0) -> None:
    assert job is not None
    queue.done(job, seconds, now)


@pytest.mark.parametrize("processes", [2, 3, 4])
def test_no_server_has_all_processes(processes: int) -> None:
    queue = FairQueue(processes)
    slow = [queue.add([HOSTILE]) for _ in range(8)]
    assert [queue.take(0) for _ in range(processes)] == [*slow[: processes - 1], None]
    post = queue.add([QUIET])
    assert queue.take(0) is post


def test_a_servers_slow_documents_wait_behind_its_own() -> None:
    """Eight slow documents of one server stand in the queue before a post of another: it is parsed second."""
    queue = FairQueue(1)
    slow = [queue.add([HOSTILE]) for _ in range(8)]
    first = queue.take(0)
    assert first is slow[0]
    posts = [queue.add([QUIET]) for _ in range(3)]
    _run(queue, first, 3.0)
    order = []
    while (job := queue.take(0)) is not None:
        order.append(job)
        _run(queue, job, 3.0 if job in slow else 0.01)
    assert order == [*posts, *slow[1:]]


def test_many_servers_that_spent_much_leave_a_process_to_the_others() -> None:
    queue = FairQueue(3)
    hostile = [GuildId(10 + number) for number in range(6)]
    for guild in hostile:
        queue.add([guild])
        _run(queue, queue.take(0), 3.0)
    slow = [queue.add([guild]) for guild in hostile]
    assert [queue.take(0) for _ in range(3)] == [*slow[:2], None]
    post = queue.add([QUIET])
    assert queue.take(0) is post


def test_what_several_servers_get_counts_for_the_one_that_burdens_least() -> None:
    queue = FairQueue(2)
    queue.add([HOSTILE])
    _run(queue, queue.take(0), 3.0)
    queue.add([HOSTILE])
    shared = queue.add([HOSTILE, QUIET])
    assert queue.take(0) is shared
    assert shared.charged_guild == QUIET


def test_what_was_spent_is_forgotten_in_time() -> None:
    queue = FairQueue(1)
    queue.add([HOSTILE])
    _run(queue, queue.take(0), 3.0)
    queue.add([THIRD])
    _run(queue, queue.take(0), 0.1)
    first, second = queue.add([HOSTILE]), queue.add([THIRD])
    assert queue.take(1) is second
    _run(queue, second, 0.1, now=3600)
    assert queue.take(3600) is first


def test_who_gave_up_waiting_is_not_parsed_for() -> None:
    queue = FairQueue(1)
    gone, stays = queue.add([]), queue.add([])
    queue.drop(gone)
    assert queue.take(0) is stays


def test_a_feed_that_is_expensive_again_and_again_rests_longer() -> None:
    first = blend_cost(0.0, 0.3)
    assert rest_after(first) is None, "a large first reading is none"
    cost = 0.0
    rests = []
    for _ in range(5):
        cost = blend_cost(cost, 3.0)
        rest = rest_after(cost)
        assert rest is not None
        rests.append(rest.total_seconds() / 60)
    assert rests == sorted(rests)
    assert 30 <= rests[0] < rests[-1] <= 60
    assert blend_cost(0.0, 0.02) == 0.0
