from dataclasses import replace

from bot.model.entry import CommentKind
from bot.model.ids import CommentId, Uid, UserId
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, a_comment, an_entry, parsed_comment


async def test_only_new_comments_are_returned_in_the_order_given(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    kept = await a_comment(store, entry, 2, parent_uid=Uid("comment-1"), parent_author="Eve")
    assert await store.comments.get(kept.id) == kept
    assert (kept.parent_uid, kept.parent_author, kept.published_at, kept.hash) == ("comment-1", "Eve", None, "hash 2")
    given = [(entry.id, parsed_comment(number), "hash") for number in (3, 2, 1)]
    added = await store.comments.add(blog.id, given, now=NOW)
    assert [comment.uid for comment in added] == ["comment-3", "comment-1"]
    assert await store.comments.get(CommentId(999)) is None


async def test_comments_of_entries_come_in_their_order_without_those_that_are_gone(store: Store) -> None:
    blog = await a_blog(store)
    one, two, other = [await an_entry(store, blog.id, number) for number in (1, 2, 3)]
    kept = [await a_comment(store, entry, number) for number, entry in enumerate((two, one, other, one), 1)]
    await store.comments.set_gone(kept[3].id, NOW)
    assert await store.comments.of_entries([one.id, two.id]) == kept[:2]
    assert await store.comments.of_entries([]) == []


async def test_fingerprints_are_found_among_the_comments_of_one_blog(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    said = [
        await a_comment(store, await an_entry(store, each.id, number), number)
        for number, each in ((1, blog), (2, other))
    ]
    assert await store.comments.known_hashes(blog.id, ["unknown", *(each.hash for each in said)]) == {said[0].hash}
    assert await store.comments.known_hashes(blog.id, []) == set()


async def test_a_mention_keeps_its_kind_and_source_and_names_nobody_who_commented(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    ping = parsed_comment(1, kind=CommentKind.PINGBACK, author="A blog", author_url="https://other.example/")
    said = parsed_comment(2, author_url="https://bob.example/")
    added = await store.comments.add(blog.id, [(entry.id, ping, "h"), (entry.id, said, "h")], now=NOW)
    assert [(each.kind, each.source_url) for each in added] == [
        (CommentKind.PINGBACK, "https://other.example/"),
        (CommentKind.COMMENT, None),
    ]
    await store.comments.update(added[0].id, replace(ping, kind=CommentKind.COMMENT, author_url=None), "new")
    kept = await store.comments.get(added[0].id)
    assert kept == replace(added[0], hash="new")
    assert await store.comments.commenters(blog.id, other_than=UserId(1)) == ["Bob"]
