"""Storage of proposals: subscriptions that were shown to a person and have not been started."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.feed import CommentSystem, Discovery, FeedFormat, FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId, ProposalId, UserId
from bot.model.subscription import Placement, Proposal
from bot.storage import tables
from bot.storage.column_values import utc


class ProposalRepository:
    """The proposals that have not been started."""

    async def add(self, proposal: Proposal, *, now: datetime) -> ProposalId:
        """Save a proposal; the id given in it is ignored."""
        row = await tables.Proposal.create(
            guild_id=proposal.guild_id,
            channel_id=proposal.channel_id,
            user_id=proposal.user_id,
            placement=str(proposal.placement),
            comments=proposal.comments,
            found=json.dumps(asdict(proposal.found) | {"candidates": list(map(asdict, proposal.candidates))}),
            created_at=utc(now),
        )
        return ProposalId(row.id)

    async def get(self, proposal_id: ProposalId) -> Proposal | None:
        """Return a proposal."""
        row = await tables.Proposal.get_or_none(id=proposal_id)
        found = json.loads(row.found) if row is not None else {}
        # A row of an older version, without the key, names an API whose home page was not checked.
        return None if row is None or "home_proven" not in found else _proposal_from(row, found)

    async def delete(self, proposal_id: ProposalId) -> bool:
        """Delete a proposal; False if it was deleted before."""
        return await tables.Proposal.filter(id=proposal_id).delete() > 0

    async def delete_before(self, before: datetime) -> int:
        """Delete proposals made before this; return how many."""
        return await tables.Proposal.filter(created_at__lt=utc(before)).delete()


def _proposal_from(row: tables.Proposal, found: dict[str, Any]) -> Proposal:
    return Proposal(
        id=ProposalId(row.id),
        guild_id=GuildId(row.guild_id),
        channel_id=ChannelId(row.channel_id),
        user_id=UserId(row.user_id),
        placement=Placement(row.placement),
        comments=row.comments,
        found=Discovery(
            title=found["title"],
            home_url=found["home_url"],
            entries=_found_feed(found["entries"]),
            comments=_found_feed(found["comments"]) if found["comments"] else None,
            system=CommentSystem(found["system"]),
            api_root=found["api_root"],
            home_proven=found["home_proven"],
            api_closed=bool(found.get("api_closed")),
            entry_comments=bool(found.get("entry_comments")),
        ),
        candidates=tuple(map(_found_feed, found.get("candidates", ()))),
    )


def _found_feed(found: dict[str, str]) -> FoundFeed:
    return FoundFeed(
        url=found["url"], kind=FeedKind(found["kind"]), format=FeedFormat(found["format"]), title=found["title"]
    )
