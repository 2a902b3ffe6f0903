"""Entries and comments: inserted once, looked up, brought up to date. What is news is decided elsewhere."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.address import scheme_variants
from bot.model.entry import Comment, CommentKind, Entry, EntryRef, ItemSummary, ParsedComment, ParsedEntry
from bot.model.ids import BlogId, CommentId, EntryId, NativeId, Uid, UserId
from bot.model.reply import ReplyState
from bot.storage import tables
from bot.storage.statements import fetch, fetch_among, insert_new
from bot.storage.values import fingerprint, moment, scrub, utc

#: A blog's own number or name is short; what is longer is no such thing, and no index would hold it.
_LONGEST_NATIVE_ID = 191

_BRIEF = "uid_hash, id, published_at, hash, seen_at"
_COUNT_EDIT = "UPDATE {table} SET edits = COALESCE(edits, 0) + 1, edited_at = COALESCE($1, edited_at) WHERE id = $2"
#: What a copy of an entry has in common with it.
_COPIED = (
    *("blog_id", "native_id", "link", "link_hash", "title", "author"),
    *("published_at", "html", "image_url", "categories", "hash"),
)


#: NULL equals nothing, so a clue that is not there finds nothing. A number counts only where it was proven, with the
#: API root and the address that the entry still has.
_NAMED = """
SELECT e.* FROM entries e JOIN blogs b ON b.id = e.blog_id
LEFT JOIN post_proofs p
    ON p.entry_id = e.id AND p.post_id = $2 AND p.api_root = b.api_root AND p.address = e.link
WHERE e.blog_id = $1 AND (p.id IS NOT NULL OR e.uid_hash = $3 OR e.link_hash = $4)
ORDER BY CASE WHEN e.uid_hash = $3 THEN 0 ELSE 1 END, CASE WHEN e.link_hash = $4 THEN 0 ELSE 1 END,
    CASE WHEN p.id IS NOT NULL THEN 0 ELSE 1 END, e.id DESC LIMIT 1
"""


class ItemRepository:
    """Entries and comments, each kept once."""

    async def known_entries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Entry]:
        """Those of the uids that are kept already, under the uids as given; http and https are one."""
        return {uid: _entry_from(row) for uid, row in await _known("*", "entries", blog_id, uids)}

    async def known_comments(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Comment]:
        """Those of the uids that are kept already, under the uids as given; http and https are one."""
        return {uid: _comment_from(row) for uid, row in await _known("*", "comments", blog_id, uids)}

    async def entry_summaries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, ItemSummary]:
        """As :meth:`known_entries`, without what they say."""
        return {uid: _brief_from(row) for uid, row in await _known(_BRIEF, "entries", blog_id, uids)}

    async def comment_summaries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, ItemSummary]:
        """As :meth:`known_comments`, without what they say."""
        return {uid: _brief_from(row) for uid, row in await _known(_BRIEF, "comments", blog_id, uids)}

    async def get_entries(self, entry_ids: Sequence[EntryId]) -> list[Entry]:
        """Look entries up; those that are gone are left out. Ordered by id."""
        rows = await fetch_among("SELECT * FROM entries WHERE id IN ({among})", among=entry_ids)
        return sorted(map(_entry_from, rows), key=lambda entry: entry.id)

    async def add_entries(
        self, blog_id: BlogId, entries: Sequence[tuple[ParsedEntry, str]], *, now: datetime, shown: Collection[Uid] = ()
    ) -> list[Entry]:
        """Insert entries with their hashes; returns, in the order given, only those that were not there.

        :param shown: those of them that their feed is noted to show, as ``mark_entries_seen`` does later.
        """
        rows = [
            {
                "blog_id": blog_id,
                **_entry_columns(parsed, hash_),
                "comment_count": parsed.comment_count,
                "first_seen_at": now,
                "seen_at": now if parsed.uid in shown else None,
            }
            for parsed, hash_ in entries
        ]
        new = {row["uid_hash"]: row for row in await insert_new("entries", rows, unique="blog_id, uid_hash")}
        in_order = [new.pop(row["uid_hash"]) for row in rows if row["uid_hash"] in new]
        return [_entry_from(row) for row in in_order]

    async def add_comments(
        self,
        blog_id: BlogId,
        comments: Sequence[tuple[EntryId, ParsedComment, str]],
        *,
        now: datetime,
        shown: Collection[Uid] = (),
    ) -> list[Comment]:
        """As :meth:`add_entries`."""
        rows = [
            {
                "blog_id": blog_id,
                "entry_id": entry_id,
                **_comment_columns(parsed, hash_),
                "first_seen_at": now,
                "seen_at": now if parsed.uid in shown else None,
                "kind": str(parsed.kind) if parsed.kind.is_mention else None,
                # Whose page that is matters for mentions alone.
                "source_url": scrub(parsed.author_url) if parsed.kind.is_mention else None,
            }
            for entry_id, parsed, hash_ in comments
        ]
        new = {row["uid_hash"]: row for row in await insert_new("comments", rows, unique="blog_id, uid_hash")}
        in_order = [new.pop(row["uid_hash"]) for row in rows if row["uid_hash"] in new]
        return [_comment_from(row) for row in in_order]

    async def update_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Keep an edited entry's new text; its identity stays, and it is there again if it was gone."""
        columns = _entry_columns(parsed, hash_)
        del columns["uid"], columns["uid_hash"]
        if columns["native_id"] is None:
            # Under another guid it still has the number by which comments name it.
            del columns["native_id"]
        await tables.Entry.filter(id=entry_id).update(**columns, gone_at=None)

    async def count_entry_edit(self, entry_id: EntryId, *, edited_at: datetime | None) -> None:
        """Count an edit that was shown.

        :param edited_at: when it was a large one.
        """
        await fetch(_COUNT_EDIT.format(table="entries"), utc(edited_at), entry_id)

    async def count_comment_edit(self, comment_id: CommentId, *, edited_at: datetime | None) -> None:
        """As :meth:`count_entry_edit`."""
        await fetch(_COUNT_EDIT.format(table="comments"), utc(edited_at), comment_id)

    async def set_entry_gone(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Note that an entry was removed from its blog, or is back; False if that was known."""
        rows = tables.Entry.filter(id=entry_id, gone_at__isnull=at is not None)
        return bool(await rows.update(gone_at=utc(at)))

    async def set_entry_closed(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Note that a blog takes no more comments on an entry, or does again; False if that was known."""
        rows = tables.Entry.filter(id=entry_id, comments_closed_at__isnull=at is not None)
        return bool(await rows.update(comments_closed_at=utc(at)))

    async def set_comment_gone(self, comment_id: CommentId, at: datetime | None) -> bool:
        """As :meth:`set_entry_gone`."""
        rows = tables.Comment.filter(id=comment_id, gone_at__isnull=at is not None)
        return bool(await rows.update(gone_at=utc(at)))

    async def split_entry(self, entry_id: EntryId, uid: Uid, *, now: datetime) -> Entry | None:
        """Keep a copy of an entry under another uid, first seen now; None if either is not to be had."""
        row = await tables.Entry.get_or_none(id=entry_id)
        if row is None:
            return None
        copy = {column: getattr(row, column) for column in _COPIED}
        copy |= {"uid": scrub(uid), "uid_hash": fingerprint(uid), "first_seen_at": now, "split_from": entry_id}
        new = await insert_new("entries", [copy], unique="blog_id, uid_hash")
        return _entry_from(new[0]) if new else None

    async def adopt_entry(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Give an entry that was known from hearsay its identity and its text."""
        await tables.Entry.filter(id=entry_id).update(**_entry_columns(parsed, hash_))

    async def update_comment(self, comment_id: CommentId, parsed: ParsedComment, hash_: str) -> None:
        """Keep an edited comment's new text; identity, kind and entry stay, and it is there again if it was gone."""
        columns = _comment_columns(parsed, hash_)
        del columns["uid"], columns["uid_hash"]
        await tables.Comment.filter(id=comment_id).update(**columns, gone_at=None)

    async def find_entry(self, blog_id: BlogId, ref: EntryRef) -> Entry | None:
        """Find the entry that a comment names: by uid, link or proven number, in this order."""
        clues = (
            _native_id(ref.native_id),
            None if ref.uid is None else fingerprint(ref.uid),
            None if ref.link is None else fingerprint(ref.link),
        )
        rows = await fetch(_NAMED, blog_id, *clues) if any(clues) else []
        return _entry_from(rows[0]) if rows else None

    async def get_entry(self, entry_id: EntryId) -> Entry | None:
        """Look an entry up."""
        rows = await fetch("SELECT * FROM entries WHERE id = $1", entry_id)
        return _entry_from(rows[0]) if rows else None

    async def get_comment(self, comment_id: CommentId) -> Comment | None:
        """Look a comment up."""
        rows = await fetch("SELECT * FROM comments WHERE id = $1", comment_id)
        return _comment_from(rows[0]) if rows else None

    async def comments_of(self, entry_ids: Sequence[EntryId]) -> list[Comment]:
        """Comments on entries that are not gone, in the order in which they came."""
        sql = "SELECT * FROM comments WHERE gone_at IS NULL AND entry_id IN ({among})"
        return sorted(map(_comment_from, await fetch_among(sql, among=entry_ids)), key=lambda comment: comment.id)

    async def known_comment_hashes(self, blog_id: BlogId, hashes: Sequence[str]) -> set[str]:
        """Which of these fingerprints comments of a blog have."""
        sql = "SELECT DISTINCT hash FROM comments WHERE blog_id = $1 AND hash IN ({among})"
        return {row["hash"] for row in await fetch_among(sql, blog_id, among=hashes)}

    async def newest_entries(self, blog_id: BlogId, limit: int) -> list[Entry]:
        """The entries published last (or first seen last, where no date is known), newest first."""
        rows = await fetch(
            "SELECT * FROM entries WHERE blog_id = $1 "
            "ORDER BY COALESCE(published_at, first_seen_at) DESC, id DESC LIMIT $2",
            blog_id,
            limit,
        )
        return [_entry_from(row) for row in rows]

    async def authors(self, blog_id: BlogId) -> list[str]:
        """Names of the authors of a blog's entries, without repeats, sorted."""
        names = await tables.Entry.filter(blog_id=blog_id).distinct().values_list("author", flat=True)
        return sorted({str(name) for name in names if name}, key=str.casefold)

    async def commenters(self, blog_id: BlogId, *, other_than: UserId) -> list[str]:
        """Names of who commented on a blog, without those under which a member of ours did so."""
        rows = await fetch(
            "SELECT DISTINCT author FROM comments WHERE blog_id = $1 AND kind IS NULL AND author NOT IN "
            "(SELECT public_name FROM replies WHERE blog_id = $1 AND user_id = $2 AND state IN ($3, $4, $5))",
            blog_id,
            other_than,
            ReplyState.PUBLISHED,
            ReplyState.HELD,
            ReplyState.UNCERTAIN,
        )
        return [str(row["author"]) for row in rows]

    async def categories(self, blog_id: BlogId) -> list[str]:
        """Names of the categories of a blog's entries, without repeats, sorted."""
        lists = await tables.Entry.filter(blog_id=blog_id).distinct().values_list("categories", flat=True)
        return sorted({name for each in lists for name in json.loads(str(each)) if name}, key=str.casefold)


def _by_hash(uids: Sequence[Uid]) -> dict[str, Uid]:
    """Return the hashes under which items of these uids may be kept: a blog that learned https is the same blog."""
    return {fingerprint(spelling): uid for uid in reversed(uids) for spelling in reversed(scheme_variants(uid))}


async def _known(
    columns: str, table: str, blog_id: BlogId, uids: Sequence[Uid]
) -> Iterator[tuple[Uid, Mapping[str, Any]]]:
    """Return the rows of a blog's items, with the uids as given."""
    by_hash = _by_hash(uids)
    sql = f"SELECT {columns} FROM {table} WHERE blog_id = $1 AND uid_hash IN ({{among}})"  # noqa: S608 - names are ours
    rows = await fetch_among(sql, blog_id, among=list(by_hash))
    return ((by_hash[row["uid_hash"]], row) for row in rows)


def _native_id(native_id: NativeId | None) -> str | None:
    return scrub(native_id) if native_id is not None and len(native_id) <= _LONGEST_NATIVE_ID else None


def _entry_columns(parsed: ParsedEntry, hash_: str) -> dict[str, Any]:
    return {
        "uid": scrub(parsed.uid),
        "uid_hash": fingerprint(parsed.uid),
        "native_id": _native_id(parsed.native_id),
        "link": scrub(parsed.link),
        "link_hash": None if parsed.link is None else fingerprint(parsed.link),
        "title": scrub(parsed.title),
        "author": scrub(parsed.author),
        "published_at": utc(parsed.published_at),
        "html": scrub(parsed.html),
        "image_url": scrub(parsed.image_url),
        "categories": json.dumps([scrub(category) for category in parsed.categories]),
        "hash": hash_,
    }


def _comment_columns(parsed: ParsedComment, hash_: str) -> dict[str, Any]:
    return {
        "uid": scrub(parsed.uid),
        "uid_hash": fingerprint(parsed.uid),
        "native_id": _native_id(parsed.native_id),
        "parent_uid": scrub(parsed.parent_uid),
        "parent_author": scrub(parsed.parent_author),
        "link": scrub(parsed.link),
        "author": scrub(parsed.author),
        "published_at": utc(parsed.published_at),
        "html": scrub(parsed.html),
        "hash": hash_,
    }


def _brief_from(row: Mapping[str, Any]) -> ItemSummary:
    return ItemSummary(
        id=row["id"], published_at=moment(row["published_at"]), hash=row["hash"], seen_at=moment(row["seen_at"])
    )


def _entry_from(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=EntryId(row["id"]),
        blog_id=BlogId(row["blog_id"]),
        uid=Uid(row["uid"]),
        native_id=None if row["native_id"] is None else NativeId(row["native_id"]),
        link=row["link"],
        title=row["title"],
        author=row["author"],
        published_at=moment(row["published_at"]),
        html=row["html"],
        image_url=row["image_url"],
        categories=tuple(json.loads(row["categories"])),
        hash=row["hash"],
        first_seen_at=moment(row["first_seen_at"]),
        edits=row["edits"] or 0,
        edited_at=moment(row["edited_at"]),
        gone_at=moment(row["gone_at"]),
        comments_closed_at=moment(row["comments_closed_at"]),
        split_from=None if row["split_from"] is None else EntryId(row["split_from"]),
    )


def _comment_from(row: Mapping[str, Any]) -> Comment:
    return Comment(
        id=CommentId(row["id"]),
        blog_id=BlogId(row["blog_id"]),
        entry_id=EntryId(row["entry_id"]),
        uid=Uid(row["uid"]),
        native_id=None if row["native_id"] is None else NativeId(row["native_id"]),
        parent_uid=None if row["parent_uid"] is None else Uid(row["parent_uid"]),
        parent_author=row["parent_author"],
        link=row["link"],
        author=row["author"],
        published_at=moment(row["published_at"]),
        html=row["html"],
        hash=row["hash"],
        first_seen_at=moment(row["first_seen_at"]),
        edits=row["edits"] or 0,
        edited_at=moment(row["edited_at"]),
        gone_at=moment(row["gone_at"]),
        entry_corrected_at=moment(row["entry_corrected_at"]),
        kind=CommentKind(row["kind"] or CommentKind.COMMENT),
        source_url=row["source_url"],
    )
