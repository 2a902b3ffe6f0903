"""Comments of other systems than WordPress that answer a comment known before; touches nothing but the store.

Their feed names what they answer, and not whether that is the entry or a comment on it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.bridge.store import Store
from bot.model.entry import EntryRef, ParsedComment
from bot.model.feed import Blog
from bot.rules.lineage import entries_by_parents


async def place_by_parents(store: Store, blog: Blog, comments: Sequence[ParsedComment]) -> list[ParsedComment]:
    """Return comments with the parent and the entry that the kept comments tell."""
    of_parents = entries_by_parents([comment for comment in comments if comment.native_id is None])
    comments = [replace(each, entry=of_parents.get(each.uid, each.entry)) for each in comments]
    others = [comment for comment in comments if comment.native_id is None]
    named = {uid for each in others for uid in (each.parent_uid, each.entry.uid) if uid is not None}
    if not named:
        return comments
    kept = await store.items.known_comments(blog.id, sorted(named))
    ids = {comment.entry_id for comment in kept.values()}
    entries = {each.id: each for each in await store.items.get_entries(sorted(ids))} if ids else {}
    there = {comment.uid for comment in comments} | kept.keys()

    def placed(comment: ParsedComment) -> ParsedComment:
        before = (kept.get(uid) for uid in (comment.entry.uid, comment.parent_uid) if uid is not None)
        known = next((each for each in before if each), None)
        entry = entries.get(known.entry_id) if known and comment.native_id is None else None
        if entry is None:
            return comment
        parent_uid = comment.parent_uid if comment.parent_uid in there else comment.entry.uid
        return replace(comment, parent_uid=parent_uid, entry=EntryRef(uid=entry.uid, link=entry.link))

    return [placed(comment) for comment in comments]
