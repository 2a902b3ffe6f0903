from bot.model.ids import FeedId, NoticeId, SubscriptionId, Uid
from bot.model.notice import NoticeKind, WithheldEntries
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, an_entry, later


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
