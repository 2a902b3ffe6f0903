"""What was measured as a table: each figure beside what it is held against, and whether that was reached."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.compare import OURS, RAW, READER, Cost
from benchmarks.documents import Scenario

#: A tick at a hundred times as many feeds may cost this much more before it is called growing.
_FLAT = 1.5
_MOST_MEMORY = 150.0
_MOST_STALL = 50.0
#: On a machine whose cores are all busy a process runs at half its speed.
_MOST_SLOWED = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure."""

    what: str
    figure: str
    against: str = ""
    target: str = ""
    #: None: nothing was promised
    reached: bool | None = None


def of_polls(costs: Mapping[Scenario, Mapping[str, Cost]]) -> Iterable[Line]:
    """Compare the sides, and the scenarios with each other."""
    for scenario, sides in costs.items():
        ours = sides[OURS]
        for side in (READER, RAW):
            if side in sides:
                yield _compared(scenario, side, ours, sides[side])
    if {Scenario.UNCHANGED, Scenario.SAME_BODY} <= costs.keys():
        same, unchanged = costs[Scenario.SAME_BODY][OURS], costs[Scenario.UNCHANGED][OURS]
        ratio = same.ratio(unchanged)
        yield Line(
            what="same-body against unchanged",
            figure=f"{ratio:.2f} times",
            target="2 times",
            reached=ratio <= 2,
        )


def of_ticks(costs: Mapping[int, float]) -> Iterable[Line]:
    """Compare idle ticks by the number of feeds."""
    fewest = costs[min(costs)]
    for feeds, cost in costs.items():
        flat = cost / fewest
        yield Line(
            what=f"idle tick, {feeds:,} feeds",
            figure=f"{cost:.2f} ms",
            against=f"{flat:.2f} times the fewest",
            target=f"flat (under {_FLAT} times)",
            reached=flat < _FLAT,
        )


def of_memory(megabytes: Mapping[int, float]) -> Iterable[Line]:
    """Tell the memory of all processes."""
    for feeds, highest in megabytes.items():
        target, reached = (f"{_MOST_MEMORY:.0f} MB", highest < _MOST_MEMORY) if feeds >= 10_000 else ("", None)
        yield Line(what=f"memory, {feeds:,} feeds", figure=f"{highest:.0f} MB", target=target, reached=reached)


def of_stalls(milliseconds: Mapping[str, float]) -> Iterable[Line]:
    """Tell how long the loop was held up."""
    for what, longest in milliseconds.items():
        yield Line(
            what=f"stall: {what}",
            figure=f"{longest:.1f} ms",
            target=f"{_MOST_STALL:.0f} ms",
            reached=longest < _MOST_STALL,
        )


def of_neighbours(milliseconds: Mapping[str, float]) -> Iterable[Line]:
    """Tell how much longer a usual feed waits while another server's feeds keep the parser busy."""
    ratio = milliseconds["beside"] / milliseconds["alone"]
    yield Line(
        what="a usual feed beside eight hostile ones",
        figure=f"{milliseconds['beside']:.1f} ms",
        against=f"{milliseconds['alone']:.1f} ms alone: {ratio:.2f} times",
        target=f"{_MOST_SLOWED:.0f} times",
        reached=ratio <= _MOST_SLOWED,
    )


def as_table(lines: Sequence[Line]) -> str:
    """Lay the lines out as Markdown."""
    words = {None: "", True: "yes", False: "NO"}
    rows = [["what", "figure", "against", "target", "reached"]]
    rows += [[line.what, line.figure, line.against, line.target, words[line.reached]] for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def _compared(scenario: Scenario, side: str, ours: Cost, other: Cost) -> Line:
    ratio = ours.ratio(other)
    target, reached = "", None
    if side == RAW and scenario is Scenario.UNCHANGED:
        target, reached = "60 % of its speed", 1 / ratio >= 0.6
    elif side == READER and scenario is Scenario.ONE_OF_TEN:
        target, reached = "a third", ratio <= 1 / 3
    elif side == READER and scenario is Scenario.ONE_OF_HUNDRED:
        target, reached = "a tenth", ratio <= 1 / 10
    name = {RAW: "aiohttp alone", READER: "reader"}[side]
    speed = f"{1 / ratio:.0%} of its speed" if side == RAW else f"{ratio:.3f} times"
    return Line(
        what=f"{scenario} against {name}",
        figure=f"{ours.typical:.3f} ms",
        against=f"{other.typical:.3f} ms: {speed}",
        target=target,
        reached=reached,
    )
