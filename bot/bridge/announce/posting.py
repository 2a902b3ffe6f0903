"""Post entries with their threads, and comments as replies to their parents."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bridge.announce.cards import comment_card, entry_card, parent_message, replies_enabled
from bot.bridge.announce.duplicates import Duplicates
from bot.bridge.outbox.deliveries import look_up_post
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import post_in_forum_once, post_once
from bot.bridge.ports import Chat, Clock, Meter
from bot.model.decision import Decision, Stage
from bot.model.delivery import AnnounceComment, AnnounceEntry, Delivery, Postponed
from bot.model.entry import Comment, Entry
from bot.model.errors import ChannelLost, NotFound, Refused, ThreadLocked
from bot.model.feed import Blog
from bot.model.ids import ChannelId, CommentId, EntryId, SubscriptionId
from bot.model.message import ChatPost, LinkButton, MessageRef
from bot.model.subscription import Placement, PostedMessage, Subscription
from bot.rules.decision_texts import posted_decisions
from bot.rules.messages.cards import thread_name
from bot.rules.threading import thread_link
from bot.storage.database import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The message of an item."""

    link: PostedMessage
    was_parked: bool
    #: the publication date that the blog gives
    published_at: datetime | None
    #: what was posted; None: the message of a duplicate is used
    post: ChatPost | None = None
    #: the comment is in the channel because its thread is locked
    thread_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadDeleted:
    """The thread of an entry was deleted."""

    subscription_id: SubscriptionId
    entry_id: EntryId


class EntryAnnouncer(Handler[AnnounceEntry, Announced | None]):
    """Posts an entry: a message, a message with a thread, or a forum post."""

    handles = AnnounceEntry
    parks_subscription = True

    def __init__(self, store: Store, chat: Chat, duplicates: Duplicates, clock: Clock, meter: Meter) -> None:
        self._store = store
        self._chat = chat
        self._duplicates = duplicates
        self._clock = clock
        self._meter = meter

    async def perform(self, delivery: Delivery, intent: AnnounceEntry) -> Announced | Postponed | None:
        """Post the entry and open its thread; None if it is posted already, or not wanted any more."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        entry = await self._store.entries.get(intent.entry_id)
        if subscription is None or entry is None:
            return None
        _refuse_if_paused(subscription)
        if await self._store.messages.of_entry(subscription.id, entry.id) is not None:
            return None
        blog = await self._store.feeds.get_blog(subscription.blog_id)
        if blog is None:
            return None
        duplicate = await self._duplicates.find_entry(subscription, entry, delivery)
        if duplicate is not None:
            return _as_duplicate(duplicate, subscription, entry.id, None)
        post = await entry_card(self._store, self._chat, subscription, blog, entry)
        try:
            message, thread_id = await self._place(delivery, subscription, entry, post)
        except NotFound as error:
            raise ChannelLost("The channel does not exist any more, or I cannot see it.") from error
        return Announced(
            link=PostedMessage(
                subscription_id=subscription.id,
                entry_id=entry.id,
                channel_id=message.channel_id,
                message_id=message.message_id,
                thread_id=thread_id,
                thread_name=None if subscription.placement is Placement.CHANNEL else thread_name(entry),
            ),
            was_parked=subscription.parked_reason is not None,
            published_at=entry.published_at,
            post=post,
        )

    async def record(self, delivery: Delivery, intent: AnnounceEntry, result: Announced | None) -> None:
        """Store the message and the decisions, and look up the post for replies."""
        if await _store_message(self._store, self._meter, result) and result is not None:
            now = self._clock.now()
            decisions = posted_decisions(result.link, result.post, attempts=delivery.attempts, at=now)
            await self._store.decisions.add(list(decisions))
            await self._look_up_post(result.link)

    async def record_dead(self, delivery: Delivery, intent: AnnounceEntry, reason: str, *, certain: bool) -> None:
        """Store the reason for ``/blog why``."""
        buried = Decision(
            entry_id=intent.entry_id,
            subscription_id=intent.subscription_id,
            stage=Stage.SENT,
            passed=False,
            text=reason,
            at=self._clock.now(),
        )
        await self._store.decisions.add([buried])

    async def _look_up_post(self, link: PostedMessage) -> None:
        """Look up which post of the blog the entry is, if members may reply."""
        subscription = await self._store.subscriptions.get(link.subscription_id)
        blog = await self._store.feeds.get_blog(subscription.blog_id) if subscription else None
        if subscription is not None and blog is not None and await replies_enabled(self._store, subscription, blog):
            await self._store.outbox.add([look_up_post(subscription.guild_id, link.entry_id, self._clock.now())])

    async def _place(
        self, delivery: Delivery, subscription: Subscription, entry: Entry, post: ChatPost
    ) -> tuple[MessageRef, ChannelId | None]:
        if subscription.placement is Placement.FORUM:
            message = await post_in_forum_once(
                self._chat, delivery, subscription.channel_id, thread_name(entry), post, categories=entry.categories
            )
            return message, message.channel_id
        message = await post_once(self._chat, delivery, subscription.channel_id, post)
        if subscription.placement is Placement.CHANNEL:
            return message, subscription.channel_id
        try:
            return message, await self._chat.open_thread(message, thread_name(entry))
        except NotFound:
            # A moderator has deleted the message already; it is not posted again.
            return message, None


class CommentAnnouncer(Handler[AnnounceComment, Announced | ThreadDeleted | None]):
    """Posts a comment in its entry's thread, as a reply to its parent's message."""

    handles = AnnounceComment
    parks_subscription = True

    def __init__(self, store: Store, chat: Chat, duplicates: Duplicates, meter: Meter) -> None:
        self._store = store
        self._chat = chat
        self._duplicates = duplicates
        self._meter = meter

    async def perform(
        self, delivery: Delivery, intent: AnnounceComment
    ) -> Postponed | Announced | ThreadDeleted | None:
        """Post the comment; None if it is posted already, or not wanted any more."""
        subscription = await self._store.subscriptions.get(intent.subscription_id)
        comment = await self._store.comments.get(intent.comment_id)
        if subscription is None or comment is None:
            return None
        _refuse_if_paused(subscription)
        there = await self._store.messages.of_comment(subscription.id, comment.id)
        if there is not None or not subscription.shows(comment):
            return None
        blog = await self._store.feeds.get_blog(subscription.blog_id)
        entry_link = await self._store.messages.of_entry(subscription.id, comment.entry_id)
        if blog is None:
            return None
        if entry_link is None:
            raise Refused("Its entry could not be announced, so there is no place for this comment.")
        if entry_link.thread_id is None:
            return None
        entry = await self._store.entries.get(comment.entry_id)
        duplicate = await self._duplicates.find_comment(subscription, entry, comment, delivery) if entry else None
        if duplicate is not None:
            return _as_duplicate(duplicate, subscription, comment.entry_id, comment.id)
        try:
            message = await self._place(delivery, subscription, blog, comment, entry_link, entry_link.thread_id)
        except NotFound as error:
            if entry_link.thread_id == subscription.channel_id:
                raise ChannelLost("The channel does not exist any more, or I cannot see it.") from error
            return ThreadDeleted(subscription_id=subscription.id, entry_id=comment.entry_id)
        if message is None:
            return None
        return Announced(
            link=PostedMessage(
                subscription_id=subscription.id,
                entry_id=comment.entry_id,
                comment_id=comment.id,
                channel_id=message.channel_id,
                message_id=message.message_id,
            ),
            was_parked=subscription.parked_reason is not None,
            published_at=comment.published_at,
            thread_locked=message.channel_id != entry_link.thread_id,
        )

    async def record(
        self, delivery: Delivery, intent: AnnounceComment, result: Announced | ThreadDeleted | None
    ) -> None:
        """Store the message, or that the entry has no thread any more."""
        if isinstance(result, ThreadDeleted):
            await self._store.messages.forget_thread(result.subscription_id, result.entry_id)
            _log.info("A thread was deleted.", extra={"action": "thread_deleted", "entry": result.entry_id})
            return
        if await _store_message(self._store, self._meter, result) and result is not None and result.thread_locked:
            link = result.link
            await self._store.messages.mark_locked_notice(
                link.subscription_id, link.entry_id, delivery.first_attempt_at
            )

    async def _place(
        self,
        delivery: Delivery,
        subscription: Subscription,
        blog: Blog,
        comment: Comment,
        entry_link: PostedMessage,
        thread_id: ChannelId,
    ) -> MessageRef | None:
        """Post in the thread, or in its channel if it is locked; None: the comment is not posted there either."""
        above = entry_link if subscription.placement is Placement.CHANNEL else None
        parent = await parent_message(self._store, subscription, comment, thread_id)
        post = await comment_card(self._store, subscription, blog, comment, parent)
        answered = parent or above
        reply_to = answered.message_id if answered is not None else None
        try:
            return await post_once(self._chat, delivery, thread_id, post, reply_to=reply_to)
        except ThreadLocked:
            noticed = entry_link.locked_notice_at is not None
            if entry_link.channel_id == thread_id or noticed or not subscription.locked_thread_fallback:
                _log.info(
                    "A comment for a locked thread is not posted.",
                    extra={"action": "thread_locked", "comment": comment.id},
                )
                return None
        parent = await parent_message(self._store, subscription, comment, entry_link.channel_id)
        post = await comment_card(self._store, subscription, blog, comment, parent)
        button = LinkButton(label="Open the thread", url=thread_link(subscription.guild_id, thread_id))
        post = replace(post, links=(*post.links, button))
        answered = parent or entry_link
        return await post_once(self._chat, delivery, entry_link.channel_id, post, reply_to=answered.message_id)


def _as_duplicate(
    duplicate: PostedMessage | Postponed, subscription: Subscription, entry_id: EntryId, comment_id: CommentId | None
) -> Announced | Postponed:
    """Use the message that another feed brought for this item too."""
    if isinstance(duplicate, Postponed):
        return duplicate
    link = replace(duplicate, subscription_id=subscription.id, entry_id=entry_id, comment_id=comment_id)
    return Announced(link=link, was_parked=subscription.parked_reason is not None, published_at=None)


def _refuse_if_paused(subscription: Subscription) -> None:
    """Give the delivery up if the blog is paused, so that it can be added again later."""
    if subscription.paused_at is not None:
        raise Refused("The blog was paused before this was posted.")


async def _store_message(store: Store, meter: Meter, result: Announced | None) -> bool:
    """Store the message of an item; False: there is none, or the subscription was removed meanwhile."""
    if result is None:
        return False
    if not await store.messages.add(result.link):
        _log.info(
            "A message was posted while its blog was removed.",
            extra={"action": "posted_during_removal", "message_id": result.link.message_id},
        )
        return False
    if result.was_parked:
        await store.subscriptions.park(result.link.subscription_id, None)
    if result.published_at is not None:
        meter.announced(result.published_at)
    return True
