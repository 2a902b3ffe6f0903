"""Recognise replies sent by this bot when the blog shows them as comments."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.bridge.announce.notices import Notices
from bot.bridge.outbox.deliveries import confirm_reply, confirm_reply_moved, notify_admin
from bot.bridge.ports import Clock
from bot.model.address import same_address
from bot.model.entry import Comment
from bot.model.ids import BlogId, EntryId
from bot.model.notice import NoticeKind
from bot.model.reply import Reply, ReplyState
from bot.model.subscription import PostedMessage
from bot.rules.messages.cards import reply_message
from bot.rules.messages.notices import MISPLACED, misplaced_text
from bot.rules.retry_policy import FOLLOW_FOR
from bot.storage.database import Store


class OwnReplies:
    """Connects replies with their comments; every method runs inside the caller's transaction."""

    def __init__(self, store: Store, notices: Notices, clock: Clock) -> None:
        self._store = store
        self._notices = notices
        self._clock = clock

    async def find(self, blog_id: BlogId, entry_ids: Collection[EntryId], comments: Sequence[Comment]) -> list[Reply]:
        """Return the replies that comments may be."""
        if not comments:
            return []
        numbers = [comment.native_id for comment in comments if comment.native_id is not None]
        known = await self._store.replies.of_comments(blog_id, numbers)
        waiting = await self._store.replies.unconfirmed(list(entry_ids), since=self._clock.now() - FOLLOW_FOR)
        return list({reply.id: reply for reply in (*known, *waiting)}.values())

    async def save_echo(self, reply: Reply, comment: Comment) -> Reply:
        """Connect a reply with its comment in the feed; a held reply has been approved."""
        await self.connect(reply, comment)
        if reply.state not in (ReplyState.HELD, ReplyState.UNCERTAIN):
            # Its delivery is still running and finds the comment itself, or the member was notified already.
            if reply.state is ReplyState.PUBLISHED:
                await self.check_entry(reply, comment)
            return reply
        now = self._clock.now()
        await self._store.replies.save_state(
            reply.id, ReplyState.PUBLISHED, native_id=comment.native_id, url=comment.link, published_at=now
        )
        await self._store.outbox.add([confirm_reply(reply, ReplyState.PUBLISHED, now)])
        await self.check_entry(reply, comment)
        return replace(reply, state=ReplyState.PUBLISHED)

    async def connect(self, reply: Reply, comment: Comment) -> None:
        """Save the member's message as the message of the comment."""
        message = reply_message(reply)
        if message is not None:
            await self._store.messages.add(
                PostedMessage(
                    subscription_id=reply.subscription_id,
                    entry_id=comment.entry_id,
                    comment_id=comment.id,
                    channel_id=message.channel_id,
                    message_id=message.message_id,
                )
            )

    async def check_entry(self, reply: Reply, comment: Comment) -> None:
        """Notify the member and the admin, once, if a reply is published under another post than it was meant for."""
        if reply.entry_id == comment.entry_id:
            return
        intended = await self._store.entries.get(reply.entry_id)
        actual = await self._store.entries.get(comment.entry_id)
        if intended is None or actual is None or same_address(intended.link or "", actual.link or ""):
            return
        await self._store.replies.move(reply.id, actual.id, MISPLACED)
        text = misplaced_text(intended, actual, comment)
        notice_id = await self._notices.notify(reply.blog_id, NoticeKind.MISPLACED_REPLY, text)
        now = self._clock.now()
        await self._store.outbox.add([notify_admin(reply.user_id, notice_id, now), confirm_reply_moved(reply, now)])
