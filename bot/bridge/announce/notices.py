"""Notices about blogs: stored once, sent to the people who added the blog, and undone by a button."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.bridge.announce.entry_planner import EntryPlanner
from bot.bridge.outbox.deliveries import notify_admin
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import send_once
from bot.bridge.ports import Chat, Clock
from bot.model.delivery import Delivery, NotifyAdmin
from bot.model.entry import Entry, EntryRef
from bot.model.errors import DirectMessagesClosed, NotFound, Refused
from bot.model.ids import BlogId, FeedId, GuildId, NoticeId, UserId
from bot.model.notice import Notice, NoticeKind, WithheldEntries
from bot.model.redact import redacted
from bot.model.subscription import Subscription
from bot.rules.messages.cards import in_bold
from bot.rules.messages.notices import present_notice
from bot.storage.database import Store

_ONCE_IN = timedelta(days=7)
#: How many notices of a blog are searched.
_NEWEST = 50
_MANAGERS_ONLY = (
    "Only people with the permission Manage Server can do this, and you have it no longer on the server where you "
    "added this blog. Ask somebody who has it: /blog show has the same button."
)


class Notices:
    """Stores notices and adds their deliveries, inside transactions."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def notify(
        self,
        blog_id: BlogId,
        kind: NoticeKind,
        text: str,
        *,
        feed_id: FeedId | None = None,
        taken: Sequence[WithheldEntries] = (),
        also: Sequence[UserId] = (),
        guild_id: GuildId | None = None,
    ) -> NoticeId:
        """Store a notice and send it to everybody who added this blog; ``/blog show`` shows it too.

        :param text: Markdown; text from outside is escaped already.
        :param taken: items that a button posts after all.
        :param also: other people to send it to.
        :param guild_id: the only server that it concerns.
        """
        now = self._clock.now()
        notice_id = await self._store.notices.add(
            blog_id, kind, redacted(text), feed_id=feed_id, taken=taken, at=now, guild_id=guild_id
        )
        subscriptions = [
            each
            for each in await self._store.subscriptions.of_blog(blog_id)
            if guild_id is None or each.guild_id == guild_id
        ]
        people = dict.fromkeys(each.added_by for each in subscriptions if each.added_by and each.paused_at is None)
        people |= dict.fromkeys(also)
        await self._store.outbox.add([notify_admin(user_id, notice_id, now) for user_id in people])
        return notice_id

    async def notified_lately(self, blog_id: BlogId, kind: NoticeKind, feed_id: FeedId) -> bool:
        """Return whether a notice of this kind about a feed was sent within the last week."""
        since = self._clock.now() - _ONCE_IN
        sent = await self._store.notices.of_blog(blog_id, _NEWEST)
        return any((each.kind, each.feed_id) == (kind, feed_id) and each.created_at > since for each in sent)


class NoticeSender(Handler[NotifyAdmin, None]):
    """Sends a notice as a direct message."""

    handles = NotifyAdmin
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: NotifyAdmin) -> None:
        """Send it; closed direct messages are no error, as ``/blog show`` shows the notice."""
        notice = await self._store.notices.get(intent.notice_id)
        blog = await self._store.feeds.get_blog(notice.blog_id) if notice else None
        if notice is None or blog is None:
            return
        post = present_notice(notice, blog)
        with contextlib.suppress(DirectMessagesClosed, NotFound):
            await send_once(self._chat, delivery, intent.user_id, post)


class UndoNotice:
    """Posts entries that the bot had wrongly taken for known ones."""

    def __init__(self, store: Store, chat: Chat, clock: Clock, *, wake_outbox: Callable[[], None]) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._entry_planner = EntryPlanner(store, clock)

    async def undo(self, notice_id: NoticeId, user_id: UserId, guild_id: GuildId | None) -> str:
        """Undo a notice in the subscriptions that a person manages, and return the answer for this person.

        :param guild_id: the guild in which an admin pressed the button, and whose subscriptions change; None: it was
            pressed in the direct message to ``user_id``, and this person's subscriptions change in all guilds that
            this person still manages.
        :raises NotFound: this person has no such notice.
        :raises Refused: it was undone before, or the person does not manage any of these guilds any more.
        """
        notice = await self._store.notices.get(notice_id)
        subscriptions = await self._concerned(notice, user_id, guild_id) if notice is not None else []
        if notice is None or not subscriptions:
            raise NotFound("I know no such notice any more.")
        blog = await self._store.feeds.get_blog(notice.blog_id)
        async with self._store.transaction():
            now = self._clock.now()
            here = [each for each in subscriptions if await self._store.notices.undo(notice.id, each.id, now)]
            if not notice.undoable or not here:
                raise Refused("This was done already.")
            entries = [await self._restore(notice.blog_id, each) for each in notice.taken]
            await self._announce(here, [entry for entry in entries if entry is not None])
        self._wake_outbox()
        return f"{len(notice.taken)} entries of {in_bold(blog.title if blog else '')} will be posted."

    async def _concerned(self, notice: Notice, user_id: UserId, guild_id: GuildId | None) -> list[Subscription]:
        subscriptions = await self._store.subscriptions.of_blog(notice.blog_id)
        if guild_id is not None:
            return [each for each in subscriptions if each.guild_id == guild_id]
        added = [each for each in subscriptions if each.added_by == user_id]
        # The person may have lost the permission since the direct message was sent.
        guilds = dict.fromkeys(each.guild_id for each in added)
        managed = {each for each in guilds if await self._chat.may_manage(each, user_id)}
        if added and not managed:
            raise Refused(_MANAGERS_ONLY)
        return [each for each in added if each.guild_id in managed]

    async def _restore(self, blog_id: BlogId, taken: WithheldEntries) -> Entry | None:
        """Store an item that was taken for a known entry as an entry of its own."""
        if taken.uid is None:
            return await self._store.entries.get(taken.entry_id)
        entry = await self._store.entries.split(taken.entry_id, taken.uid, now=self._clock.now())
        if entry is None:
            # Another server has restored it before.
            return await self._store.entries.find(blog_id, EntryRef(uid=taken.uid))
        # From now on these names identify the new entry.
        await self._store.aliases.move(taken.entry_id, entry.id)
        return entry

    async def _announce(self, subscriptions: Sequence[Subscription], entries: Sequence[Entry]) -> None:
        now = self._clock.now()
        in_order = sorted(entries, key=lambda entry: (entry.published_at or entry.first_seen_at, entry.id))
        commented = {entry.id for entry in entries}
        again = [replace(entry, first_seen_at=now) for entry in in_order]
        await self._entry_planner.announce(again, subscriptions, commented=commented)
