"""Checks guilds' connections when replies are published and once a day, and notifies admins once of a problem."""

import logging
from datetime import timedelta

from bot.bridge.announce.notices import Notices
from bot.bridge.ports import Clock, CommentSystems
from bot.model.errors import BridgeError, PermanentError, TemporaryError
from bot.model.ids import BlogId, GuildId
from bot.model.notice import NoticeKind
from bot.rules.messages.connections import reply_given_up_text, trouble_text, waiting_text
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_CHECK_EVERY = timedelta(days=1)
#: Connections checked in one tick.
_MOST_CHECKS = 20
#: Admins are notified of a reply that has waited for this time.
_STUCK_FOR = timedelta(minutes=15)


class ConnectionHealth:
    """Stores problems of connections, and notifies the admins of the guild."""

    def __init__(self, store: Store, comment_systems: CommentSystems, notices: Notices, clock: Clock) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._notices = notices
        self._clock = clock

    async def note_trouble(self, guild_id: GuildId, blog_id: BlogId, text: str) -> None:
        """Store that a connection is refused, in the caller's transaction; notify the admins when it begins."""
        if await self._store.connections.save_trouble(guild_id, blog_id, text, self._clock.now()):
            await self._notify(guild_id, blog_id, NoticeKind.CONNECTION, trouble_text(text))

    async def note_success(self, guild_id: GuildId, blog_id: BlogId) -> None:
        """Store that a connection works, in the caller's transaction."""
        await self._store.connections.clear_trouble(guild_id, blog_id)

    async def notify_given_up(self, guild_id: GuildId, blog_id: BlogId, reason: str) -> None:
        """Notify admins, in the caller's transaction, of a reply that was given up; once until the connection works."""
        if await self._store.connections.save_trouble(guild_id, blog_id, reason, self._clock.now()):
            await self._notify(guild_id, blog_id, NoticeKind.REPLY, reply_given_up_text(reason))

    async def tick(self) -> None:
        """Notify admins of replies that wait for long, and check connections that were not checked for a day."""
        await self._look_for_stuck()
        now = self._clock.now()
        for _ in range(_MOST_CHECKS):
            due = await self._store.connections.claim_next_check(now - _CHECK_EVERY, now)
            if due is None:
                return
            await self._check(*due)

    async def _look_for_stuck(self) -> None:
        for reply in await self._store.outbox.unfinished_replies(self._clock.now() - _STUCK_FOR):
            if reply.error is None:
                continue
            async with self._store.transaction():
                now = self._clock.now()
                if await self._store.connections.save_trouble(reply.guild_id, reply.blog_id, reply.error, now):
                    text = waiting_text(reply.error)
                    await self._notify(reply.guild_id, reply.blog_id, NoticeKind.CONNECTION, text)

    async def _check(self, guild_id: GuildId, blog_id: BlogId) -> None:
        trouble = None
        try:
            connection = await self._store.connections.of_blog(guild_id, blog_id)
            if connection is None:
                return
            await self._comment_systems.open(connection).check()
        except TemporaryError as error:
            # The connection may be fine. A blog that is down shows in its feeds.
            _log.info("%s", error.text, extra={"action": "connection_check_failed", "guild": guild_id, "blog": blog_id})
            return
        except PermanentError as error:
            trouble = error.text
        except BridgeError as error:
            _log.info("%s", error.text, extra={"action": "connection_check_failed", "guild": guild_id, "blog": blog_id})
            return
        async with self._store.transaction():
            if trouble is None:
                await self.note_success(guild_id, blog_id)
            else:
                await self.note_trouble(guild_id, blog_id, trouble)

    async def _notify(self, guild_id: GuildId, blog_id: BlogId, kind: NoticeKind, text: str) -> None:
        _log.warning(
            "A connection has trouble.", extra={"action": "connection_failed", "guild": guild_id, "blog": blog_id}
        )
        troubles = await self._store.connections.troubles(guild_id)
        also = [each.connected_by for each in troubles if each.blog_id == blog_id]
        await self._notices.notify(blog_id, kind, text, also=also, guild_id=guild_id)
