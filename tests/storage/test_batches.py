"""Comments and mentions that wait for a summary, on both databases."""

from bot.model.entry import CommentKind
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, a_comment, a_subscription, an_entry, later


async def test_comments_and_mentions_are_counted_apart(store: Store) -> None:
    blog = await a_blog(store)
    subscription = await a_subscription(store, blog.id)
    one, other = await an_entry(store, blog.id, 1), await an_entry(store, blog.id, 2)
    kinds = [CommentKind.COMMENT, CommentKind.PINGBACK, CommentKind.TRACKBACK]
    waiting = [await a_comment(store, one, number, kind=kind) for number, kind in enumerate(kinds, 1)]
    waiting.append(await a_comment(store, other, 9, kind=CommentKind.PINGBACK))
    await store.comment_batches.add_to_summary(subscription.id, [each.id for each in waiting], at=NOW)
    found = await store.comment_batches.waiting_for_summary(subscription.id, later(minutes=1))
    assert [(each.entry_id, each.count, each.mentions) for each in found] == [(one.id, 1, 2), (other.id, 0, 1)]
    assert (await store.comment_batches.waiting_for_summary(subscription.id, later(minutes=-1))) == []
