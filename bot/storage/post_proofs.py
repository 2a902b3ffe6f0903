"""Which posts entries are, as their blogs have said. Proofs are kept beside the numbers that feeds hint at."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.ids import EntryId, NativeId
from bot.model.post import PostProof, ProvenBy
from bot.storage import tables_feeds as tables
from bot.storage.statements import fetch, upsert_all
from bot.storage.values import moment, scrub, utc

#: A proof is good for the address and the API root it was made with.
_GOOD = """
SELECT p.* FROM post_proofs p JOIN entries e ON e.id = p.entry_id
WHERE p.entry_id = $1 AND p.api_root = $2 AND p.address = e.link
"""


class PostProofRepository:
    """Proofs that an entry is a certain post, one an entry."""

    async def get(self, entry_id: EntryId, *, api_root: str) -> PostProof | None:
        """The proof of an entry; None if its address or the API root is another by now."""
        rows = await fetch(_GOOD, entry_id, scrub(api_root))
        return _proof_from(rows[0]) if rows else None

    async def save(self, proofs: Sequence[tuple[EntryId, PostProof]]) -> None:
        """Keep proofs in place of earlier ones; of several for one entry the last."""
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
        """Forget a proof that turned out not to hold any more."""
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
