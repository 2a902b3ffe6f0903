"""Storage of comments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.entry import Comment, CommentKind, CommentLocation, ItemSummary, ParsedComment
from bot.model.ids import BlogId, CommentId, EntryId, NativeId, Uid, UserId
from bot.model.reply import ReplyState
from bot.storage import tables
from bot.storage.column_values import fingerprint, moment, scrub, utc
from bot.storage.entries import SUMMARY, count_edit, known_rows, native_id, summary_from
from bot.storage.statements import fetch, fetch_among, insert_new

_LOCATIONS = """
SELECT c.id AS comment_id, c.native_id, c.link, e.id AS entry_id, e.link AS entry_link
FROM comments c JOIN entries e ON e.id = c.entry_id WHERE c.blog_id = $1 ORDER BY c.id
"""


class CommentRepository:
    """The comments of all blogs."""

    async def known(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, Comment]:
        """Return a blog's comments with these uids, by the uids as given; http and https count as the same."""
        return {uid: _comment_from(row) for uid, row in await known_rows("*", "comments", blog_id, uids)}

    async def summaries(self, blog_id: BlogId, uids: Sequence[Uid]) -> dict[Uid, ItemSummary]:
        """Return the same comments as :meth:`known` without their texts."""
        return {uid: summary_from(row) for uid, row in await known_rows(SUMMARY, "comments", blog_id, uids)}

    async def known_hashes(self, blog_id: BlogId, hashes: Sequence[str]) -> set[str]:
        """Return those of these fingerprints that comments of a blog have."""
        sql = "SELECT DISTINCT hash FROM comments WHERE blog_id = $1 AND hash IN ({among})"
        return {row["hash"] for row in await fetch_among(sql, blog_id, among=hashes)}

    async def get(self, comment_id: CommentId) -> Comment | None:
        """Return a comment."""
        rows = await fetch("SELECT * FROM comments WHERE id = $1", comment_id)
        return _comment_from(rows[0]) if rows else None

    async def of_entries(self, entry_ids: Sequence[EntryId]) -> list[Comment]:
        """Return the comments on entries that are not gone, in the order in which they came."""
        sql = "SELECT * FROM comments WHERE gone_at IS NULL AND entry_id IN ({among})"
        return sorted(map(_comment_from, await fetch_among(sql, among=entry_ids)), key=lambda comment: comment.id)

    async def commenters(self, blog_id: BlogId, *, other_than: UserId) -> list[str]:
        """Return the names of a blog's commenters, without those under which a member published replies."""
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

    async def add(
        self,
        blog_id: BlogId,
        comments: Sequence[tuple[EntryId, ParsedComment, str]],
        *,
        now: datetime,
        shown: Collection[Uid] = (),
    ) -> list[Comment]:
        """Insert comments with their entries and hashes, as :meth:`EntryRepository.add` does."""
        rows = [
            {
                "blog_id": blog_id,
                "entry_id": entry_id,
                **_comment_columns(parsed, hash_),
                "first_seen_at": now,
                "seen_at": now if parsed.uid in shown else None,
                "kind": str(parsed.kind) if parsed.kind.is_mention else None,
                # The address of the author's page matters only for mentions.
                "source_url": scrub(parsed.author_url) if parsed.kind.is_mention else None,
            }
            for entry_id, parsed, hash_ in comments
        ]
        new = {row["uid_hash"]: row for row in await insert_new("comments", rows, unique="blog_id, uid_hash")}
        in_order = [new.pop(row["uid_hash"]) for row in rows if row["uid_hash"] in new]
        return [_comment_from(row) for row in in_order]

    async def update(self, comment_id: CommentId, parsed: ParsedComment, hash_: str) -> None:
        """Save an edited comment's new text; uid, kind and entry stay, and it is no longer gone if it was."""
        columns = _comment_columns(parsed, hash_)
        del columns["uid"], columns["uid_hash"]
        await tables.Comment.filter(id=comment_id).update(**columns, gone_at=None)

    async def count_edit(self, comment_id: CommentId, *, edited_at: datetime | None) -> None:
        """Count an edit that Discord shows, as :meth:`EntryRepository.count_edit` does."""
        await count_edit("comments", comment_id, edited_at)

    async def set_gone(self, comment_id: CommentId, at: datetime | None) -> bool:
        """Save that a comment was removed from its blog, or (None) is back; False if that was known."""
        rows = tables.Comment.filter(id=comment_id, gone_at__isnull=at is not None)
        return bool(await rows.update(gone_at=utc(at)))

    async def unchecked_blogs(self) -> set[BlogId]:
        """Return the blogs whose comments may be stored under wrong entries."""
        rows = await fetch("SELECT id FROM blogs WHERE comments_checked_at IS NULL")
        return {BlogId(row["id"]) for row in rows}

    async def mark_checked(self, blog_id: BlogId, at: datetime) -> None:
        """Save that all comments of a blog are stored under the right entries."""
        await tables.Blog.filter(id=blog_id).update(comments_checked_at=utc(at))

    async def locations(self, blog_id: BlogId) -> list[CommentLocation]:
        """Return the entries under which all comments of a blog are stored."""
        return [
            CommentLocation(
                comment_id=CommentId(row["comment_id"]),
                native_id=None if row["native_id"] is None else NativeId(row["native_id"]),
                link=row["link"],
                entry_id=EntryId(row["entry_id"]),
                entry_link=row["entry_link"],
            )
            for row in await fetch(_LOCATIONS, blog_id)
        ]

    async def move(self, comment_id: CommentId, entry_id: EntryId, at: datetime) -> None:
        """Store a comment, and its messages, under another entry."""
        posted = await tables.PostedMessage.filter(comment_id=comment_id).update(entry_id=entry_id)
        corrected = {"entry_corrected_at": utc(at)} if posted else {}
        await tables.Comment.filter(id=comment_id).update(entry_id=entry_id, **corrected)


def _comment_columns(parsed: ParsedComment, hash_: str) -> dict[str, Any]:
    return {
        "uid": scrub(parsed.uid),
        "uid_hash": fingerprint(parsed.uid),
        "native_id": native_id(parsed.native_id),
        "parent_uid": scrub(parsed.parent_uid),
        "parent_author": scrub(parsed.parent_author),
        "link": scrub(parsed.link),
        "author": scrub(parsed.author),
        "published_at": utc(parsed.published_at),
        "html": scrub(parsed.html),
        "hash": hash_,
    }


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
