"""Storage of entries and of their further names."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.address import scheme_variants
from bot.model.entry import Entry, EntryRef, ItemSummary, ParsedEntry
from bot.model.ids import BlogId, EntryId, NativeId, Uid
from bot.storage import tables
from bot.storage.column_values import fingerprint, moment, scrub, utc
from bot.storage.statements import fetch, fetch_among, insert_new
from bot.storage.tables_feeds import Alias

#: The length of the columns. A blog's own number or name is short; anything longer is something else.
_LONGEST_NATIVE_ID = 191

#: The columns of an :class:`ItemSummary`.
SUMMARY = "uid_hash, id, published_at, hash, seen_at"
#: The columns that a copy of an entry takes over.
_COPIED = (
    *("blog_id", "native_id", "link", "link_hash", "title", "author"),
    *("published_at", "html", "image_url", "categories", "hash"),
)

#: NULL equals nothing, so a missing clue finds nothing. A number counts only if it was proven with the API root and the
#: address that the entry still has.
_FIND = """
SELECT e.* FROM entries e JOIN blogs b ON b.id = e.blog_id
LEFT JOIN post_proofs p
    ON p.entry_id = e.id AND p.post_id = $2 AND p.api_root = b.api_root AND p.address = e.link
WHERE e.blog_id = $1 AND (p.id IS NOT NULL OR e.uid_hash = $3 OR e.link_hash = $4)
ORDER BY CASE WHEN e.uid_hash = $3 THEN 0 ELSE 1 END, CASE WHEN e.link_hash = $4 THEN 0 ELSE 1 END,
    CASE WHEN p.id IS NOT NULL THEN 0 ELSE 1 END, e.id DESC LIMIT 1
"""


_WITH_NAME = "SELECT entry_id, name_hash FROM aliases WHERE blog_id = $1 AND name_hash IN ({among}) ORDER BY entry_id"


class EntryRepository:
    """The entries of all blogs."""

    async def known(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Entry]:
        """Return a blog's entries with these uids, by the uids as given; http and https count as the same."""
        return {uid: _entry_from(row) for uid, row in await known_rows("*", "entries", blog_id, uids)}

    async def summaries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, ItemSummary]:
        """Return the same entries as :meth:`known` without their texts."""
        return {uid: summary_from(row) for uid, row in await known_rows(SUMMARY, "entries", blog_id, uids)}

    async def get(self, entry_id: EntryId) -> Entry | None:
        """Return an entry."""
        rows = await fetch("SELECT * FROM entries WHERE id = $1", entry_id)
        return _entry_from(rows[0]) if rows else None

    async def get_many(self, entry_ids: Sequence[EntryId]) -> list[Entry]:
        """Return those of the entries that exist, ordered by id."""
        rows = await fetch_among("SELECT * FROM entries WHERE id IN ({among})", among=entry_ids)
        return sorted(map(_entry_from, rows), key=lambda entry: entry.id)

    async def find(self, blog_id: BlogId, ref: EntryRef) -> Entry | None:
        """Return the entry that a comment names: by uid, link or proven number, in this order."""
        clues = (
            native_id(ref.native_id),
            None if ref.uid is None else fingerprint(ref.uid),
            None if ref.link is None else fingerprint(ref.link),
        )
        rows = await fetch(_FIND, blog_id, *clues) if any(clues) else []
        return _entry_from(rows[0]) if rows else None

    async def newest(self, blog_id: BlogId, limit: int) -> list[Entry]:
        """Return the entries published last, newest first; where no date is known, the first sight counts."""
        rows = await fetch(
            "SELECT * FROM entries WHERE blog_id = $1 "
            "ORDER BY COALESCE(published_at, first_seen_at) DESC, id DESC LIMIT $2",
            blog_id,
            limit,
        )
        return [_entry_from(row) for row in rows]

    async def add(
        self, blog_id: BlogId, entries: Sequence[tuple[ParsedEntry, str]], *, now: datetime, shown: Collection[Uid] = ()
    ) -> list[Entry]:
        """Insert entries with their hashes; return only those that are new, in the order given.

        :param shown: the entries that their feed shows, saved as ``RetentionRepository.mark_entries_seen`` does.
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

    async def update(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Save an edited entry's new text; its uid stays, and it counts as present again if it was gone."""
        columns = _entry_columns(parsed, hash_)
        del columns["uid"], columns["uid_hash"]
        if columns["native_id"] is None:
            # Under another guid it still has the number by which comments name it.
            del columns["native_id"]
        await tables.Entry.filter(id=entry_id).update(**columns, gone_at=None)

    async def identify(self, entry_id: EntryId, parsed: ParsedEntry, hash_: str) -> None:
        """Save the uid and text of an entry that only comments had named so far."""
        await tables.Entry.filter(id=entry_id).update(**_entry_columns(parsed, hash_))

    async def count_edit(self, entry_id: EntryId, *, edited_at: datetime | None) -> None:
        """Count an edit that Discord shows.

        :param edited_at: the time of a large edit; None keeps the time of the last large one.
        """
        await count_edit("entries", entry_id, edited_at)

    async def set_gone(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Save that an entry was removed from its blog, or (None) is back; False if that was known."""
        rows = tables.Entry.filter(id=entry_id, gone_at__isnull=at is not None)
        return bool(await rows.update(gone_at=utc(at)))

    async def set_comments_closed(self, entry_id: EntryId, at: datetime | None) -> bool:
        """Save that a blog takes no more comments on an entry, or (None) does again; False if that was known."""
        rows = tables.Entry.filter(id=entry_id, comments_closed_at__isnull=at is not None)
        return bool(await rows.update(comments_closed_at=utc(at)))

    async def split(self, entry_id: EntryId, uid: Uid, *, now: datetime) -> Entry | None:
        """Copy an entry under another uid, first seen now; None if the entry is missing or the uid is taken."""
        row = await tables.Entry.get_or_none(id=entry_id)
        if row is None:
            return None
        copy = {column: getattr(row, column) for column in _COPIED}
        copy |= {"uid": scrub(uid), "uid_hash": fingerprint(uid), "first_seen_at": now, "split_from": entry_id}
        new = await insert_new("entries", [copy], unique="blog_id, uid_hash")
        return _entry_from(new[0]) if new else None

    async def authors(self, blog_id: BlogId) -> list[str]:
        """Return the names of the authors of a blog's entries, each once, sorted."""
        names = await tables.Entry.filter(blog_id=blog_id).distinct().values_list("author", flat=True)
        return sorted({str(name) for name in names if name}, key=str.casefold)

    async def categories(self, blog_id: BlogId) -> list[str]:
        """Return the names of the categories of a blog's entries, each once, sorted."""
        lists = await tables.Entry.filter(blog_id=blog_id).distinct().values_list("categories", flat=True)
        return sorted({name for each in lists for name in json.loads(str(each)) if name}, key=str.casefold)


class AliasRepository:
    """Further names by which an entry is recognised; one entry may have many, and many may share one."""

    async def find(self, blog_id: BlogId, names: Sequence[str]) -> dict[str, list[EntryId]]:
        """Return the entries that have these names; a name without entries is left out."""
        found: defaultdict[str, list[EntryId]] = defaultdict(list)
        by_hash = {fingerprint(name): name for name in names}
        for row in await fetch_among(_WITH_NAME, blog_id, among=list(by_hash)):
            found[by_hash[row["name_hash"]]].append(EntryId(row["entry_id"]))
        return dict(found)

    async def move(self, entry_id: EntryId, to: EntryId) -> None:
        """Give all names of an entry to another."""
        await Alias.filter(entry_id=entry_id).update(entry_id=to)

    async def add(self, blog_id: BlogId, names: Sequence[tuple[EntryId, str]]) -> None:
        """Give entries further names."""
        rows: list[dict[str, object]] = [
            {"blog_id": blog_id, "entry_id": entry_id, "name_hash": fingerprint(name)} for entry_id, name in names
        ]
        await insert_new("aliases", rows, unique="blog_id, name_hash, entry_id")


async def known_rows(
    columns: str, table: str, blog_id: BlogId, uids: Sequence[Uid]
) -> Iterator[tuple[Uid, Mapping[str, Any]]]:
    """Return the rows of a blog's items with these uids, and the uids as given; http and https count as the same."""
    by_hash = {fingerprint(spelling): uid for uid in reversed(uids) for spelling in reversed(scheme_variants(uid))}
    sql = f"SELECT {columns} FROM {table} WHERE blog_id = $1 AND uid_hash IN ({{among}})"  # noqa: S608 - names are ours
    rows = await fetch_among(sql, blog_id, among=list(by_hash))
    return ((by_hash[row["uid_hash"]], row) for row in rows)


async def count_edit(table: str, item_id: int, edited_at: datetime | None) -> None:
    """Count an edit of an entry or comment."""
    assign = "edits = COALESCE(edits, 0) + 1, edited_at = COALESCE($1, edited_at)"
    await fetch(f"UPDATE {table} SET {assign} WHERE id = $2", utc(edited_at), item_id)  # noqa: S608 - names are ours


def native_id(given: NativeId | None) -> str | None:
    """Return a blog's own number or name of an item, if it fits the column."""
    return scrub(given) if given is not None and len(given) <= _LONGEST_NATIVE_ID else None


def summary_from(row: Mapping[str, Any]) -> ItemSummary:
    """Read a row of the columns ``SUMMARY``."""
    return ItemSummary(
        id=row["id"], published_at=moment(row["published_at"]), hash=row["hash"], seen_at=moment(row["seen_at"])
    )


def _entry_columns(parsed: ParsedEntry, hash_: str) -> dict[str, Any]:
    return {
        "uid": scrub(parsed.uid),
        "uid_hash": fingerprint(parsed.uid),
        "native_id": native_id(parsed.native_id),
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
