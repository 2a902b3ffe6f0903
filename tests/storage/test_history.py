"""Aliases, decisions and notices: kept as given, found again."""

from bot.model.decision import Decision, Stage
from bot.model.ids import FeedId, NoticeId, SubscriptionId, Uid
from bot.model.notice import NoticeKind, WithheldEntries
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, an_entry, later


async def test_an_entry_is_found_by_its_other_names_and_shared_names_find_all_who_have_them(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    one, two = await an_entry(store, blog.id, 1), await an_entry(store, blog.id, 2)
    await store.aliases.add(blog.id, [(one.id, "link:a"), (two.id, "link:a"), (two.id, "link:b")])
    await store.aliases.add(blog.id, [(two.id, "link:b")])
    names = ["link:a", "link:b", "link:c"]
    assert await store.aliases.find(blog.id, names) == {"link:a": [one.id, two.id], "link:b": [two.id]}
    assert await store.aliases.find(other.id, names) == {}
    assert await store.aliases.find(blog.id, []) == {}


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


async def test_a_notice_is_undone_once(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    taken = (WithheldEntries(entry_id=entry.id, uid=None), WithheldEntries(entry_id=entry.id, uid=Uid("new")))
    older = await store.notices.add(blog.id, NoticeKind.GAP, "A gap.", feed_id=None, taken=(), at=NOW)
    newer = await store.notices.add(
        blog.id, NoticeKind.IDENTITY, "N.", feed_id=FeedId(3), taken=taken, at=later(hours=1)
    )
    assert [each.id for each in await store.notices.of_blog(blog.id, 5)] == [newer, older]
    found = await store.notices.get(newer)
    assert found is not None
    assert (found.taken, found.feed_id, found.undoable) == (taken, FeedId(3), True)
    here, there = SubscriptionId(7), SubscriptionId(8)
    assert await store.notices.undo(newer, here, NOW)
    assert not await store.notices.undo(newer, here, NOW)
    assert await store.notices.undone_in(here) == {newer: NOW}
    assert await store.notices.undone_in(there) == {}
    assert await store.notices.undo(newer, there, NOW)
    assert await store.notices.get(NoticeId(newer + 100)) is None


async def test_old_decisions_are_forgotten(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id)
    old, new = (
        Decision(entry_id=entry.id, stage=stage, passed=True, text="Yes.", at=at)
        for stage, at in ((Stage.FETCHED, NOW), (Stage.NEWS, later(days=2)))
    )
    await store.decisions.add([old, new])
    assert await store.retention.delete_decisions(later(days=1), 99) == 1
    assert await store.decisions.of_entry(entry.id, SubscriptionId(1)) == [new]
