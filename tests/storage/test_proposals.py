from dataclasses import replace

import pytest

from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import (
    ProposalId,
)
from bot.model.subscription import Placement, Proposal
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.storage.given import CHANNEL, GUILD, NOW, USER, discovery


@pytest.mark.parametrize("found", [discovery(), replace(discovery(), comments=None, api_root=None, title="\x00")])
async def test_a_proposal_is_kept_until_it_is_dropped(store: Store, found: object) -> None:
    proposal = Proposal(
        id=ProposalId(0),
        guild_id=GUILD,
        channel_id=CHANNEL,
        user_id=USER,
        placement=Placement.FORUM,
        comments=True,
        found=found,  # type: ignore[arg-type]
        candidates=(discovery().entries, FoundFeed(url="https://x.example/", kind=FeedKind.ENTRIES, title="X")),
    )
    proposal_id = await store.proposals.add(proposal, now=NOW)
    assert await store.proposals.get(proposal_id) == replace(proposal, id=proposal_id)
    await store.proposals.delete(proposal_id)
    assert await store.proposals.get(proposal_id) is None


async def test_a_proposal_from_before_homes_were_proven_is_gone(store: Store) -> None:
    proposal_id = await store.proposals.add(
        Proposal(
            id=ProposalId(0),
            guild_id=GUILD,
            channel_id=CHANNEL,
            user_id=USER,
            placement=Placement.THREAD,
            comments=True,
            found=discovery(),
        ),
        now=NOW,
    )
    assert await store.proposals.get(proposal_id) is not None
    await fetch("""UPDATE proposals SET found = REPLACE(found, '"home_proven"', '"unknown"')""")
    assert await store.proposals.get(proposal_id) is None
