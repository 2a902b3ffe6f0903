"""Comments of other systems than WordPress that answer a comment known before; touches nothing but the store.

Their feed names what they answer, and not whether that is the entry or a comment on it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.model.address import without_scheme
from bot.model.entry import EntryRef, ParsedComment
from bot.model.feed import Blog
from bot.model.ids import Uid
from bot.rules.entry_matching import names_of_ref
from bot.rules.threading import entries_by_parents
from bot.storage.database import Store


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
    turned = await _turn_round(store, blog, [each for each in others if each.entry.uid not in there], there)
    comments = [turned.get(each.uid, each) for each in comments]

    def placed(comment: ParsedComment) -> ParsedComment:
        before = (kept.get(uid) for uid in (comment.entry.uid, comment.parent_uid) if uid is not None)
        known = next((each for each in before if each), None)
        entry = entries.get(known.entry_id) if known and comment.native_id is None else None
        if entry is None:
            return comment
        parent_uid = comment.parent_uid if comment.parent_uid in there else comment.entry.uid
        return replace(comment, parent_uid=parent_uid, entry=EntryRef(uid=entry.uid, link=entry.link))

    return await _find_by_address(store, blog, [placed(comment) for comment in comments], there)


async def _turn_round(
    store: Store, blog: Blog, comments: Sequence[ParsedComment], there: Collection[Uid]
) -> dict[Uid, ParsedComment]:
    """Return comments that name a kept entry behind a comment which nobody knows, the two changed over."""
    both = [each for each in comments if each.entry.uid is not None and each.parent_uid not in {None, *there}]
    if not both:
        return {}
    named = [uid for each in both for uid in (each.entry.uid, each.parent_uid) if uid is not None]
    kept = await store.items.known_entries(blog.id, named)
    turned = {}
    for each in both:
        entry = kept.get(each.parent_uid) if each.parent_uid and each.entry.uid not in kept else None
        if entry is not None:
            ref = EntryRef(uid=entry.uid, link=entry.link)
            turned[each.uid] = replace(each, parent_uid=each.entry.uid, entry=ref)
    return turned


async def _find_by_address(
    store: Store, blog: Blog, comments: Sequence[ParsedComment], there: Collection[Uid]
) -> list[ParsedComment]:
    """Return comments with the uids of kept comments that they answer by their addresses."""
    found: dict[Uid, ParsedComment] = {}
    for each in comments:
        parent = each.parent_uid
        if each.native_id is None and parent is not None and parent not in there and "#" in parent:
            named = await store.aliases.find(blog.id, list(names_of_ref(each.entry, home_url=blog.home_url)))
            entry_ids = next((ids for ids in named.values() if len(ids) == 1), [])
            for other in await store.items.comments_of(entry_ids):
                if other.link and without_scheme(other.link) == without_scheme(parent):
                    found[each.uid] = replace(each, parent_uid=other.uid)
    return [found.get(each.uid, each) for each in comments]
