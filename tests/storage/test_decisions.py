from bot.model.decision import Decision, Stage
from bot.model.ids import SubscriptionId
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, an_entry, later


async def test_the_last_word_of_a_stage_counts(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id)
    here, there = SubscriptionId(7), SubscriptionId(8)

    def decided(stage: Stage, text: str, where: SubscriptionId | None, *, passed: bool = True) -> Decision:
        return Decision(entry_id=entry.id, subscription_id=where, stage=stage, passed=passed, text=text, at=NOW)

    first = [decided(Stage.FILTERED, "No.", here, passed=False), decided(Stage.NEWS, "New.", None)]
    await store.decisions.add([*first, decided(Stage.FILTERED, "Yes.", there)])
    last = decided(Stage.FILTERED, "Yes.", here)
    await store.decisions.add([decided(Stage.FILTERED, "Perhaps.", here), last])
    assert await store.decisions.of_entry(entry.id, here) == [first[1], last]
    await store.decisions.add([])


async def test_old_decisions_are_forgotten(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id)
    old, new = (
        Decision(entry_id=entry.id, stage=stage, passed=True, text="Yes.", at=at)
        for stage, at in ((Stage.FETCHED, NOW), (Stage.NEWS, later(days=2)))
    )
    await store.decisions.add([old, new])
    assert await store.retention.delete_decisions(later(days=1), 99) == 1
    assert await store.decisions.of_entry(entry.id, SubscriptionId(1)) == [new]
