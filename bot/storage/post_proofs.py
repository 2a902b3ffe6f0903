"""Storage of proofs: the post of an entry, as its blog stated it, beside the number that the feed hints at."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.ids import EntryId, NativeId
from bot.model.post import PostProof, ProvenBy
from bot.storage import tables_feeds as tables
from bot.storage.column_values import moment, scrub, utc
from bot.storage.statements import fetch, upsert_all

#: A proof is valid for the address and the API root with which it was made.
_GOOD = """
SELECT p.* FROM post_proofs p JOIN entries e ON e.id = p.entry_id
WHERE p.entry_id = $1 AND p.api_root = $2 AND p.address = e.link
"""


class PostProofRepository:
    """The proofs that an entry is a certain post, one for each entry."""

    async def get(self, entry_id: EntryId, *, api_root: str) -> PostProof | None:
        """Return the proof of an entry; None if its address or the API root has changed."""
        rows = await fetch(_GOOD, entry_id, scrub(api_root))
        return _proof_from(rows[0]) if rows else None

    async def save(self, proofs: Sequence[tuple[EntryId, PostProof]]) -> None:
        """Save proofs in place of earlier ones; of several for one entry, the last."""
        rows = [
            {
                "entry_id": entry_id,
                "post_id": scrub(proof.post_id),
                "route": scrub(proof.route),
                "address": scrub(proof.address),
                "api_root": scrub(proof.api_root),
                "proven_by": str(proof.proven_by),
                "proven_at": utc(proof.proven_at),
            }
            for entry_id, proof in dict(proofs).items()
        ]
        await upsert_all("post_proofs", rows, unique="entry_id")

    async def delete(self, entry_id: EntryId) -> None:
        """Delete a proof that turned out to be invalid."""
        await tables.PostProof.filter(entry_id=entry_id).delete()


def _proof_from(row: Mapping[str, Any]) -> PostProof:
    return PostProof(
        post_id=NativeId(row["post_id"]),
        route=row["route"],
        address=row["address"],
        api_root=row["api_root"],
        proven_by=ProvenBy(row["proven_by"]),
        proven_at=moment(row["proven_at"]),
    )
