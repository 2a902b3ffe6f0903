"""CPU per poll of each side: the same feeds on the same server, in turn, round by round.

A round counts only if it was what it is called: the server's answers and the entries kept say so.
"""

import json
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.documents import SHAPES, Scenario
from benchmarks.processes import Process

OURS, RAW, READER = "ours", "raw", "reader_side"
#: So many loopback addresses share the feeds, so that connections are kept as with real blogs' hosts: for some.
HOSTS = 50


class Invalid(Exception):
    """A round was not what it is called, so its figures say nothing."""


class Server:
    """The process that serves the feeds.

    :param port: on all its addresses.
    """

    def __init__(self, port: int) -> None:
        self.port = port

    def next(self, scenario: Scenario) -> None:
        """Publish the next edition of a scenario's feeds."""
        self._ask(f"-/next/{scenario}", "POST")

    def counts(self) -> dict[str, int]:
        """Return what was answered since the last time."""
        counts: dict[str, int] = json.loads(self._ask("-/counts", "POST"))
        return counts

    def _ask(self, what: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{what}", method=method)
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
            body: bytes = answer.read()
        return body


@contextmanager
def serving() -> Iterator[Server]:
    """Run the server."""
    with Process("benchmarks.server", str(HOSTS)) as process:
        yield Server(process.hear())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What polling cost, round by round in milliseconds of CPU a poll."""

    rounds: tuple[float, ...]

    @property
    def typical(self) -> float:
        """The median."""
        return median(self.rounds)

    def ratio(self, other: "Cost") -> float:
        """How many times as much as another; of each round, then the median."""
        return median(one / two for one, two in zip(self.rounds, other.rounds, strict=True))


def compare(server: Server, scenario: Scenario, sides: Sequence[str], *, feeds: int, rounds: int) -> Mapping[str, Cost]:
    """Poll a scenario's feeds with all sides in turn.

    :raises Invalid: a round was not what it is called.
    """
    spent: defaultdict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        started = {
            side: stack.enter_context(Process(f"benchmarks.{side}", str(server.port), scenario, str(feeds), str(HOSTS)))
            for side in sides
        }
        server.counts()
        for side, process in started.items():
            process.tell("prepare")
            _check(side, "reads first", server.counts(), {"200": feeds})
        for _ in range(rounds):
            server.next(scenario)
            for side, process in started.items():
                before = process.tell("found")
                spent[side].append(process.tell("round") / feeds * 1000)
                _check(side, scenario, server.counts(), {_status(scenario): feeds})
                if side != RAW:
                    _check(side, scenario, process.tell("found") - before, feeds * SHAPES[scenario].moves)
    return {side: Cost(rounds=tuple(costs)) for side, costs in spent.items()}


def _status(scenario: Scenario) -> str:
    shape = SHAPES[scenario]
    return "304" if shape.validators and not shape.moves else "200"


def _check(side: str, what: str, seen: Any, expected: Any) -> None:
    if seen != expected:
        raise Invalid(f"{side}, {what}: {seen}, where {expected} was to be expected")
