"""Under which entries comments are kept, and the moving of those that were kept under the wrong one."""

from datetime import datetime

from bot.model.entry import CommentLocation
from bot.model.ids import BlogId, CommentId, EntryId, NativeId, ReplyId
from bot.storage import tables, tables_relay
from bot.storage.statements import fetch
from bot.storage.values import scrub, utc

_OF_BLOG = """
SELECT c.id AS comment_id, c.native_id, c.link, e.id AS entry_id, e.link AS entry_link
FROM comments c JOIN entries e ON e.id = c.entry_id WHERE c.blog_id = $1 ORDER BY c.id
"""


class CommentMoveRepository:
    """Comments and the entries that they are kept under."""

    async def unchecked_blogs(self) -> set[BlogId]:
        """Blogs whose comments may have been kept under wrong entries."""
        rows = await fetch("SELECT id FROM blogs WHERE comments_checked_at IS NULL")
        return {BlogId(row["id"]) for row in rows}

    async def mark_checked(self, blog_id: BlogId, at: datetime) -> None:
        """Note that all comments of a blog stand where they belong."""
        await tables.Blog.filter(id=blog_id).update(comments_checked_at=utc(at))

    async def of_blog(self, blog_id: BlogId) -> list[CommentLocation]:
        """Where all comments of a blog are kept."""
        return [
            CommentLocation(
                comment_id=CommentId(row["comment_id"]),
                native_id=None if row["native_id"] is None else NativeId(row["native_id"]),
                link=row["link"],
                entry_id=EntryId(row["entry_id"]),
                entry_link=row["entry_link"],
            )
            for row in await fetch(_OF_BLOG, blog_id)
        ]

    async def move(self, comment_id: CommentId, entry_id: EntryId, at: datetime) -> None:
        """Keep a comment under another entry; messages that stand for it go on standing for it."""
        said = await tables.PostedMessage.filter(comment_id=comment_id).update(entry_id=entry_id)
        moved = {"entry_corrected_at": utc(at)} if said else {}
        await tables.Comment.filter(id=comment_id).update(entry_id=entry_id, **moved)

    async def move_reply(self, reply_id: ReplyId, entry_id: EntryId, reason: str) -> None:
        """Keep under which entry a reply stands in truth, and say so in its status."""
        await tables_relay.Reply.filter(id=reply_id).update(entry_id=entry_id, reason=scrub(reason))
