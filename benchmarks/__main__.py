"""``python -m benchmarks [SCENARIO …]``: measure, and print a table. What is measured and how: docs/performance.md."""

import argparse
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks import report
from benchmarks.compare import OURS, RAW, READER, Server, compare, serving
from benchmarks.documents import Scenario
from benchmarks.processes import Process

_OTHERS = ("memory", "ticks", "stall", "neighbours")
_MEMORY_AT = (1_000, 10_000)
_TICKS_AT = (1_000, 10_000, 100_000)
#: Reading a hundred entries of each of a thousand feeds keeps reader busy for ten minutes a round.
_FEWER = 10


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line: ``scenario`` is what to measure, all of it where nothing is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [str(name) for name in (*Scenario, *_OTHERS)]
    # argparse takes no default of several that are to be chosen from, but none.
    choices: list[object] = [*names, []]
    parser.add_argument("scenario", nargs="*", choices=choices, metavar="SCENARIO", help=", ".join(names))
    parser.add_argument(
        "--feeds", type=int, default=1000, help="a tenth of them for one-of-hundred, unless it is named alone"
    )
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    options.scenario = options.scenario or names
    return options


def main() -> int:
    """Measure what is named, or everything; returns 1 where a target was missed."""
    options = read_options(sys.argv[1:])
    with serving() as server:
        lines = list(_measure(server, list(options.scenario), options.feeds, options.rounds))
    print(report.as_table(lines))
    return int(any(line.reached is False for line in lines))


def _measure(server: Server, wanted: list[str], feeds: int, rounds: int) -> Iterator[report.Line]:
    sides = [RAW, OURS]
    if importlib.util.find_spec("reader"):
        sides.append(READER)
    else:
        _say("reader is not installed, so it is left out: uv sync --group bench")
    costs = {}
    for scenario in Scenario:
        if scenario in wanted:
            number = feeds // _FEWER if scenario is Scenario.ONE_OF_HUNDRED and len(wanted) > 1 else feeds
            _say(f"{scenario}: {number} feeds, {rounds} rounds ...")
            costs[scenario] = compare(server, scenario, sides, feeds=number, rounds=rounds)
    yield from report.of_polls(costs)
    if "memory" in wanted:
        yield from report.of_memory({feeds: _ask("memory", str(server.port), str(feeds)) for feeds in _MEMORY_AT})
    if "ticks" in wanted:
        yield from report.of_ticks({feeds: _ask("ticks", str(feeds)) for feeds in _TICKS_AT})
    if "stall" in wanted:
        yield from report.of_stalls(_ask("stall", str(server.port)))
    if "neighbours" in wanted:
        yield from report.of_neighbours(_ask("neighbours"))


def _ask(module: str, *arguments: str) -> Any:
    """Run a module of ours that prints one figure."""
    _say(f"{' '.join((module, *arguments[-1:]))} ...")
    with Process(f"benchmarks.{module}", *arguments) as process:
        return process.hear()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
