"""Tells of replies that stand under another post than the one that was answered. Runs inside transactions."""

from bot.bridge.announce.notices import Notices
from bot.bridge.outbox.deliveries import confirm_reply_moved, notify_admin
from bot.bridge.ports import Clock
from bot.model.address import same_address
from bot.model.entry import Comment
from bot.model.notice import NoticeKind
from bot.model.reply import Reply
from bot.rules.messages.notices import MISPLACED, misplaced_text
from bot.storage.database import Store


class MisplacedReplies:
    """Keeps the truth of such a reply, and tells its writer and whoever added the blog."""

    def __init__(self, store: Store, notices: Notices, clock: Clock) -> None:
        self._store = store
        self._notices = notices
        self._clock = clock

    async def tell(self, reply: Reply, comment: Comment) -> None:
        """Compare where a reply was meant to go with where its comment stands; tell once if these differ."""
        if reply.entry_id == comment.entry_id:
            return
        meant = await self._store.items.get_entry(reply.entry_id)
        stands = await self._store.items.get_entry(comment.entry_id)
        if meant is None or stands is None or same_address(meant.link or "", stands.link or ""):
            return
        await self._store.comment_moves.move_reply(reply.id, stands.id, MISPLACED)
        text = misplaced_text(meant, stands, comment)
        notice_id = await self._notices.notify(reply.blog_id, NoticeKind.MISPLACED_REPLY, text)
        now = self._clock.now()
        await self._store.outbox.add([notify_admin(reply.user_id, notice_id, now), confirm_reply_moved(reply, now)])
