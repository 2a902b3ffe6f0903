"""Update messages after edits and removals on the blog.

:class:`Edits` stores the changes inside transactions; the handlers edit the messages and rename the threads.
"""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.bridge.announce.cards import comment_card, entry_card, parent_message, reply_card
from bot.bridge.outbox.deliveries import check_removal, removal_lane, rename_thread, update_card
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat, Clock
from bot.model.delivery import Delivery, Postponed, RenameThread, UpdateCard
from bot.model.entry import Comment, Entry, ParsedComment, ParsedEntry
from bot.model.errors import NotFound, Refused
from bot.model.ids import CommentId, EntryId
from bot.model.message import MessageRef
from bot.model.reply import ReplyOrigin
from bot.model.subscription import Placement, RelayMode, Subscription
from bot.rules.edit_detection import MOST_EDITS, Edit, classify_comment_edit, classify_entry_edit
from bot.rules.messages.cards import thread_name
from bot.rules.retry_policy import edit_at
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Discord allows two changes of a thread's name in ten minutes, and delays a third for minutes.
_BETWEEN: Final = timedelta(minutes=5, seconds=30)
#: How many of the newest comments' cards are updated together with their entry's card.
_CARDS: Final = 25


class Edits:
    """Stores changes of items, and adds the deliveries that update their messages."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def apply_entry_edit(
        self, kept: Entry, parsed: ParsedEntry, hash_: str, subscriptions: Sequence[Subscription]
    ) -> None:
        """Store an entry's new content, and update its messages unless only a counter in it changed."""
        edit = classify_entry_edit(kept, parsed)
        await self._store.entries.update(kept.id, parsed, hash_)
        if self._shows(kept, edit):
            edited_at = self._clock.now() if edit is Edit.LARGE else None
            await self._store.entries.count_edit(kept.id, edited_at=edited_at)
            if kept.gone_at is None:
                await self.update_messages(kept.id, None, subscriptions)
            else:
                await self._update_with_comments(kept.id, subscriptions)
            if thread_name(kept) != thread_name(parsed):
                await self._rename_threads(kept.id, subscriptions)

    async def apply_comment_edit(
        self, kept: Comment, parsed: ParsedComment, hash_: str, subscriptions: Sequence[Subscription]
    ) -> None:
        """Do as :meth:`apply_entry_edit` for a comment."""
        edit = classify_comment_edit(kept, parsed)
        await self._store.comments.update(kept.id, parsed, hash_)
        if self._shows(kept, edit):
            edited_at = self._clock.now() if edit is Edit.LARGE else None
            await self._store.comments.count_edit(kept.id, edited_at=edited_at)
            await self.update_messages(kept.entry_id, kept.id, subscriptions)

    async def mark_gone(
        self, entry_id: EntryId, comment_id: CommentId | None, subscriptions: Sequence[Subscription]
    ) -> None:
        """Store that an item was removed from its blog, and strike its messages through."""
        now = self._clock.now()
        if comment_id is None:
            first = await self._store.entries.set_gone(entry_id, now)
        else:
            first = await self._store.comments.set_gone(comment_id, now)
        if first and comment_id is None:
            await self._update_with_comments(entry_id, subscriptions)
        elif first:
            await self.update_messages(entry_id, comment_id, subscriptions)

    async def mark_closed(self, entry_id: EntryId, at: datetime | None, subscriptions: Sequence[Subscription]) -> None:
        """Store since when an entry is closed for comments (None: it is open), and update the buttons of its cards."""
        if await self._store.entries.set_comments_closed(entry_id, at):
            await self._update_with_comments(entry_id, subscriptions)

    async def schedule_removal_check(self, entry_id: EntryId, comment_id: CommentId | None) -> None:
        """Check whether an item that left its feed is gone from the blog."""
        await self._store.outbox.add([check_removal(entry_id, comment_id, self._clock.now(), again=False)])

    async def cancel_removal_check(self, entry_id: EntryId, comment_id: CommentId | None) -> None:
        """Cancel the checks of an item that its feed shows again."""
        await self._store.outbox.cancel(removal_lane(entry_id, comment_id))

    async def update_messages(
        self, entry_id: EntryId, comment_id: CommentId | None, subscriptions: Sequence[Subscription]
    ) -> None:
        """Update an item's messages."""
        for subscription in subscriptions:
            if comment_id is None:
                link = await self._store.messages.of_entry(subscription.id, entry_id)
            else:
                link = await self._store.messages.of_comment(subscription.id, comment_id)
            if link is not None:
                await self._store.outbox.add([update_card(link, self._clock.now())])

    async def _update_with_comments(self, entry_id: EntryId, subscriptions: Sequence[Subscription]) -> None:
        """Update an entry's messages and those of its newest comments."""
        await self.update_messages(entry_id, None, subscriptions)
        for subscription in subscriptions:
            if subscription.relay_mode is not RelayMode.OFF:
                links = await self._store.messages.of_entry_and_comments(subscription.id, entry_id, _CARDS)
                comments = [link for link in links if link.comment_id is not None]
                due = [edit_at(self._clock.now(), number) for number in range(len(comments))]
                await self._store.outbox.add(list(map(update_card, comments, due)))

    async def _rename_threads(self, entry_id: EntryId, subscriptions: Sequence[Subscription]) -> None:
        for subscription in subscriptions:
            link = await self._store.messages.of_entry(subscription.id, entry_id)
            if link is not None and link.thread_id is not None and subscription.placement is not Placement.CHANNEL:
                await self._store.outbox.add([rename_thread(link, self._clock.now())])

    def _shows(self, kept: Entry | Comment, edit: Edit) -> bool:
        return kept.gone_at is not None or (edit is not Edit.NONE and kept.edits < MOST_EDITS)


class CardUpdater(Handler[UpdateCard, None]):
    """Edits the message of an item to show its present text and buttons."""

    handles = UpdateCard

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: UpdateCard) -> None:
        """Edit the message if the bot posted it."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        entry = await self._store.entries.get(intent.entry_id)
        if subscription is None or blog is None or entry is None:
            return
        if intent.comment_id is None:
            link = await self._store.messages.of_entry(subscription.id, entry.id)
            post = await entry_card(self._store, self._chat, subscription, blog, entry)
        else:
            link = await self._store.messages.of_comment(subscription.id, intent.comment_id)
            comment = await self._store.comments.get(intent.comment_id)
            if comment is None or link is None:
                return
            parent = await parent_message(self._store, subscription, comment, link.channel_id)
            post = await comment_card(self._store, subscription, blog, comment, parent)
        reply = await self._store.replies.of_message(link.message_id) if link is not None else None
        if reply is not None and reply.origin is ReplyOrigin.BUTTON:
            post = await reply_card(self._store, reply)
        # Other messages of a member's comment are the member's own.
        if link is not None and (reply is None or reply.origin is ReplyOrigin.BUTTON):
            ref = MessageRef(channel_id=link.channel_id, message_id=link.message_id)
            # The message was deleted, or cannot be edited any more.
            with contextlib.suppress(NotFound, Refused):
                await self._chat.revise(ref, post)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """The new name of a thread."""

    name: str


class ThreadRenamer(Handler[RenameThread, Renamed | None]):
    """Renames a thread to the newest title of its entry."""

    handles = RenameThread

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: RenameThread) -> Renamed | Postponed | None:
        """Rename the thread; None if it has the name already, or a name from a moderator."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        entry = await self._store.entries.get(intent.entry_id)
        link = await self._store.messages.of_entry(intent.subscription_id, intent.entry_id)
        if subscription is None or entry is None or link is None or link.thread_id is None:
            return None
        name = thread_name(entry)
        if subscription.placement is Placement.CHANNEL or link.thread_name == name:
            return None
        if link.renamed_at is not None and self._clock.now() < link.renamed_at + _BETWEEN:
            return Postponed(until=link.renamed_at + _BETWEEN)
        try:
            renamed = await self._chat.rename_thread(link.thread_id, name, was=link.thread_name)
        except (NotFound, Refused) as error:
            _log.info(
                "A thread keeps its name: %s", error.text, extra={"action": "thread_rename_failed", "entry": entry.id}
            )
            return None
        return Renamed(name=name) if renamed else None

    async def record(self, delivery: Delivery, intent: RenameThread, result: Renamed | None) -> None:
        """Store the name and the time of the change."""
        if result is not None:
            now = self._clock.now()
            await self._store.messages.rename_thread(intent.subscription_id, intent.entry_id, result.name, now)
