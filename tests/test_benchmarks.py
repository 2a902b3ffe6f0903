"""What `make bench` measures is what it says it is; no test looks at the time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.__main__ import read_options
from benchmarks.compare import OURS, RAW, READER, Cost, Invalid, Server, compare, serving
from benchmarks.documents import SHAPES, Scenario, render
from benchmarks.ours import DATABASE, opened
from benchmarks.report import as_table, of_memory, of_neighbours, of_polls, of_stalls, of_ticks
from benchmarks.side import addresses
from tests.databases import migrated_sqlite

FEEDS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a database that needs no migration any more: that takes longer than all polls."""
    (tmp_path / DATABASE).write_bytes(migrated_sqlite())
    return tmp_path


@pytest.mark.parametrize(
    ("scenario", "answers", "new"),
    [
        (Scenario.UNCHANGED, {"304": FEEDS}, 0),
        (Scenario.CONNECTED, {"304": FEEDS}, 0),
        (Scenario.SAME_BODY, {"200": FEEDS}, 0),
        (Scenario.ONE_OF_TEN, {"200": FEEDS}, FEEDS),
        (Scenario.ONE_OF_HUNDRED, {"200": FEEDS}, FEEDS),
    ],
)
async def test_a_round_of_ours_is_what_it_is_called(
    scenario: Scenario, answers: dict[str, int], new: int, server: Server, folder: Path
) -> None:
    async with opened(addresses(server.port, scenario, FEEDS, hosts=1), folder) as ours:
        await ours.prepare()
        server.counts()
        read = await ours.found()
        assert read == FEEDS * SHAPES[scenario].entries
        for number in (1, 2):
            server.next(scenario)
            await ours.poll()
            assert (server.counts(), await ours.found()) == (answers, read + new * number)


class HastyServer(Server):
    """Asked once more in every round than anybody counts on."""

    def next(self, scenario: Scenario) -> None:
        super().next(scenario)
        self._ask(f"{scenario}/0")


def test_sides_are_processes_and_a_round_that_was_something_else_does_not_count(server: Server) -> None:
    costs = compare(server, Scenario.UNCHANGED, [RAW], feeds=FEEDS, rounds=2)
    assert len(costs[RAW].rounds) == 2
    assert costs[RAW].typical > 0
    with pytest.raises(Invalid, match=r"^raw, unchanged: .*'200': 1"):
        compare(HastyServer(server.port), Scenario.UNCHANGED, [RAW], feeds=FEEDS, rounds=1)


@pytest.mark.parametrize("scenario", Scenario)
def test_documents_are_as_large_as_they_say_and_move_by_one_entry(scenario: Scenario) -> None:
    shape = SHAPES[scenario]
    before, after = render(scenario, 7, 0), render(scenario, 7, 1)
    assert 0.95 < len(before) / shape.size < 1.1
    assert before.count(b"<item>") == after.count(b"<item>") == shape.entries
    assert len(set(before.split(b"<item>")) - set(after.split(b"<item>"))) <= 3


def test_targets_are_told_from_what_missed_them() -> None:
    def costs(ours: float, raw: float, reader: float) -> dict[str, Cost]:
        return {OURS: Cost(rounds=(ours,)), RAW: Cost(rounds=(raw,)), READER: Cost(rounds=(reader,))}

    good = {
        Scenario.UNCHANGED: costs(0.3, 0.2, 2.0),
        Scenario.SAME_BODY: costs(0.5, 0.2, 25.0),
        Scenario.ONE_OF_TEN: costs(8.0, 0.3, 27.0),
        Scenario.ONE_OF_HUNDRED: costs(30.0, 1.0, 330.0),
    }
    bad = {scenario: costs(12.0, 0.1, 13.0) for scenario in good}
    bad[Scenario.SAME_BODY] = costs(30.0, 0.1, 13.0)
    assert [line.reached for line in of_polls(good)] == [None, True, None, None, True, None, True, None, True]
    assert [line.reached for line in of_polls(bad)] == [None, False, None, None, False, None, False, None, False]
    assert [line.reached for line in of_ticks({1000: 0.2, 100_000: 0.21})] == [True, True]
    assert [line.reached for line in of_ticks({1000: 0.2, 100_000: 0.9})] == [True, False]
    assert [line.reached for line in of_memory({1000: 200.0, 10_000: 120.0})] == [None, True]
    assert [line.reached for line in of_memory({10_000: 160.0})] == [False]
    lines = list(of_stalls({"a body": 12.0, "a bomb": 80.0}))
    assert [line.reached for line in lines] == [True, False]
    ratios = [{"alone": 10.0, "beside": 20.0}, {"alone": 10.0, "beside": 200.0}]
    assert [line.reached for each in ratios for line in of_neighbours(each)] == [True, False]
    assert as_table(lines).splitlines()[-1] == "| stall: a bomb | 80.0 ms |         | 50 ms  | NO      |"


def test_everything_is_measured_where_nothing_is_named() -> None:
    everything = [*Scenario, "memory", "ticks", "stall", "neighbours"]
    assert read_options([]).scenario == everything
    assert read_options(["--rounds", "3", "ticks", "unchanged"]).scenario == ["ticks", "unchanged"]
