"""Storage of decisions: the latest one of each stage on each entry."""

from collections.abc import Sequence

from bot.model.decision import Decision, Stage
from bot.model.ids import EntryId, SubscriptionId
from bot.storage.column_values import scrub
from bot.storage.statements import upsert_all
from bot.storage.tables_feeds import EVERYWHERE
from bot.storage.tables_feeds import Decision as DecisionRow

_ORDER = list(Stage)


class DecisionRepository:
    """The reasons for which entries were posted or not."""

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Save decisions in place of earlier ones of the same stages."""
        rows: dict[tuple[object, ...], dict[str, object]] = {}
        for decision in decisions:
            where = decision.subscription_id or EVERYWHERE
            rows[decision.entry_id, where, decision.stage] = {
                "entry_id": decision.entry_id,
                "subscription_id": where,
                "stage": decision.stage,
                "passed": decision.passed,
                "text": scrub(decision.text),
                "at": decision.at,
            }
        await upsert_all("decisions", list(rows.values()), unique="entry_id, subscription_id, stage")

    async def of_entry(self, entry_id: EntryId, subscription_id: SubscriptionId) -> list[Decision]:
        """Return the decisions on an entry, general and for one subscription, in the order of the stages."""
        rows = await DecisionRow.filter(entry_id=entry_id, subscription_id__in=[EVERYWHERE, subscription_id])
        return sorted(map(_decision_from, rows), key=lambda one: _ORDER.index(one.stage))


def _decision_from(row: DecisionRow) -> Decision:
    return Decision(
        entry_id=EntryId(row.entry_id),
        subscription_id=None if row.subscription_id == EVERYWHERE else SubscriptionId(row.subscription_id),
        stage=Stage(row.stage),
        passed=row.passed,
        text=row.text,
        at=row.at,
    )
