"""Every pair of journeys that meet on one blog: which wins, and that nothing is lost, doubled or left behind.

The first journey stops in its middle (``journey_pairs``), the second one runs, then the first goes on with what is
outdated by then. Another server that has the same blog gets its news once, whatever happens here.
"""

import itertools
import logging
from dataclasses import dataclass

import pytest

from bot.model.reply import ReplyState
from bot.storage.database import Store
from tests.bridge.harness import CHANNEL, BridgeHarness
from tests.bridge.journey_pairs import ELSEWHERE, JOURNEYS, Pair, left_behind, meet, set_stage
from tests.bridge.websub.hubs import build_pushed


@dataclass(frozen=True)
class Outcome:
    """How the subscription stands in the end, and whether the entry and the comment of that time were posted."""

    words: str
    ends: str
    entry: bool
    comment: bool


#: The second journey takes the subscription away from the first one.
ENDS = {
    "remove": Outcome("Removal wins: what the other brings goes to other servers only.", "removed", False, False),
    "pause": Outcome("The pause wins: what the other brings belongs to the pause.", "paused", False, False),
    "leave": Outcome("Leaving wins, also over what starts or goes on at that moment.", "left", False, False),
}
#: Discord has taken a message already.
ON_ITS_WAY = {
    "remove": Outcome("What Discord has taken stands, and nothing follows it.", "removed", True, False),
    "pause": Outcome("What Discord has taken stands and is known later; nothing follows it.", "paused", True, False),
    "leave": Outcome("What Discord has taken stands and is known later; nothing follows it.", "left", True, False),
}
#: Neither takes anything from the other: what is new is posted once.
BESIDE = {
    "poll": "Who reads first keeps what is new; for the other it is known.",
    "push": "Who reads first keeps what is new; for the other it is known.",
    "start": "Start waits for the blog's turn; what it finds is new for the others alone. A second Start is refused.",
    "announce": "One delivery of a lane at a time; the others go on.",
    "park": "A refusal keeps what is new waiting until the channel is back.",
    "publish": "A reply goes its way; after a disconnection it is refused with a sentence.",
    "connect": "The last credential counts.",
    "disconnect": "What was sent with the credential counts, and nothing is sent after it.",
    "import": "As a Start.",
    "rights": "A refusal from before the change does not park.",
    "retention": "What anybody is subscribed to is not old.",
    "resume": "The channel gets everything that waited for it.",
}
GOES_ON = Outcome("It goes on from its own silent look; what was there before is known.", "active", False, False)

CASES = [
    (first, second, begins)
    for first, second in itertools.product(JOURNEYS, JOURNEYS)
    for begins in JOURNEYS[first].begins
    if JOURNEYS[first].stops is not None and JOURNEYS[first].stops_only in (None, begins)
    if begins in JOURNEYS[second].begins
]


def outcome(first: str, second: str, begins: str) -> Outcome:
    """The table."""
    if second in ENDS:
        return (ON_ITS_WAY if first == "announce" else ENDS)[second]
    if {first, second} & {"resume", "join"} and begins != "parked":
        return GOES_ON
    if begins in ("paused", "left"):
        return Outcome("It stays as it is, and what is new is not posted later.", begins, False, False)
    return Outcome(BESIDE[second], "active", True, True)


@pytest.fixture
async def harness(store: Store) -> BridgeHarness:
    return build_pushed(store)


@pytest.fixture
async def pair(harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return await set_stage(harness, monkeypatch)


@pytest.mark.parametrize(("first", "second", "begins"), CASES)
async def test_who_wins(pair: Pair, caplog: pytest.LogCaptureFixture, first: str, second: str, begins: str) -> None:
    wanted = outcome(first, second, begins)
    await meet(pair, first, second, begins)
    await pair.settle()
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert await pair.state() == wanted.ends, wanted.words
    assert (pair.said("News", CHANNEL), pair.said("Nice.", CHANNEL)) == (wanted.entry, wanted.comment), wanted.words
    assert (pair.said("News", ELSEWHERE), pair.said("Nice.", ELSEWHERE)) == (1, 1)
    assert await left_behind(pair) == []
    if pair.reply is not None:
        reply = await pair.harness.store.replies.get(pair.reply)
        published = (first, second) != ("disconnect", "publish")
        assert reply is not None
        assert reply.state is (ReplyState.PUBLISHED if published else ReplyState.REFUSED)
        assert len(pair.harness.blog.received) == published
