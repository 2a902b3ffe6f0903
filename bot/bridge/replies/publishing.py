"""Handlers of an accepted reply: say it in the thread, publish it, follow it, show the writer how it goes."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.bridge.announce.edits import Edits
from bot.bridge.connections.health import ConnectionHealth
from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.outbox.deliveries import confirm_reply, follow_reply, publish_reply
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import post_once
from bot.bridge.ports import Chat, Clock, CommentClient, CommentSystems, Finding, Following, Meter, Side
from bot.bridge.replies.checks import ReplyChecks
from bot.bridge.replies.post_lookup import ANOTHER_POST, CLOSED, PostLookup
from bot.model.connection import Connection
from bot.model.delivery import Delivery, FollowReply, Postponed, PostReply, PublishReply
from bot.model.errors import ConnectionRefused, NotFound
from bot.model.ids import MessageId, NativeId, ReplyId
from bot.model.message import MessageRef
from bot.model.post import Located
from bot.model.reply import Held, OutgoingComment, Published, Receipt, Rejected, RejectedFor, Reply, ReplyState
from bot.rules.messages.cards import present_reply, reply_message
from bot.rules.retry_policy import FOLLOW_FOR, REPLY_RETRY_FOR, next_follow
from bot.rules.threading import message_link
from bot.storage.database import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It is not sent again, and whether it was ever received cannot be found out."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConnection:
    """The blog takes nothing over the guild's connection."""

    text: str
    #: False: an earlier attempt may have reached the blog unheard
    certain: bool


class ReplyPoster(Handler[PostReply, MessageRef | None]):
    """Posts a reply that was written in the form; its message's link then goes with the comment."""

    handles = PostReply
    retry_for = REPLY_RETRY_FOR

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: PostReply) -> MessageRef | None:
        """Post the text under the member's name; None if it stands there."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.message_id is not None:
            return None
        entry_link = await self._store.messages.of_entry(reply.subscription_id, reply.entry_id)
        if entry_link is None or entry_link.thread_id is None:
            raise NotFound("The place of this entry's comments on Discord is not there any more.")
        post = present_reply(reply)
        answered = await self._answers(reply)
        return await post_once(self._chat, delivery, entry_link.thread_id, post, reply_to=answered)

    async def record(self, delivery: Delivery, intent: PostReply, result: MessageRef | None) -> None:
        """Keep where it stands, and let it go on to the blog."""
        if result is not None:
            await self._store.replies.spoken(intent.reply_id, result)
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and reply.state is ReplyState.ACCEPTED:
            now = self._clock.now()
            await self._store.outbox.add([confirm_reply(reply, ReplyState.ACCEPTED, now), publish_reply(reply, now)])

    async def record_dead(self, delivery: Delivery, intent: PostReply, reason: str, *, certain: bool) -> None:
        """Without its message it is not published either."""
        await _refuse(self._store, self._clock, intent.reply_id, ReplyState.REFUSED, reason)

    async def _answers(self, reply: Reply) -> MessageId | None:
        if reply.parent_comment_id is None:
            return None
        link = await self._store.messages.of_comment(reply.subscription_id, reply.parent_comment_id)
        return link.message_id if link else None


class ReplyPublisher(Handler[PublishReply, Receipt | Unclear | NoConnection | None]):
    """Carries a reply to the blog, and writes down what the blog answered."""

    handles = PublishReply
    side = Side.BLOG
    retry_for = REPLY_RETRY_FOR

    def __init__(
        self,
        store: Store,
        chat: Chat,
        comment_systems: CommentSystems,
        locator: PostLookup,
        comments: CommentIngest,
        edits: Edits,
        clock: Clock,
        *,
        connections: ConnectionHealth,
        follow_every: timedelta,
        meter: Meter,
    ) -> None:
        self._store = store
        self._connections = connections
        self._checks = ReplyChecks(store, chat)
        self._comment_systems = comment_systems
        self._locator = locator
        self._comments = comments
        self._edits = edits
        self._clock = clock
        self._follow_every = follow_every
        self._meter = meter

    async def perform(self, delivery: Delivery, intent: PublishReply) -> Receipt | Unclear | NoConnection | None:
        """Publish the reply; what an earlier attempt may have stored is looked for before it is sent again."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is not ReplyState.ACCEPTED:
            return None
        try:
            return await self._publish(delivery, reply)
        except ConnectionRefused as error:
            return NoConnection(text=error.text, certain=delivery.attempts == 1)

    async def _publish(self, delivery: Delivery, reply: Reply) -> Receipt | Unclear:
        again = delivery.attempts > 1
        connection = await self._store.endpoints.of_blog(reply.guild_id, reply.blog_id)
        comment = await self._compose(reply, connection)
        client = None if connection is None else self._comment_systems.open(connection)
        if again and isinstance(comment, OutgoingComment) and isinstance(client, Finding):
            found = await client.find(comment)
            if found is not None:
                return found
        refusal = await self._refuse(reply, comment, client)
        if refusal is not None:
            # An earlier attempt may have reached the blog unheard.
            return Unclear(text=refusal.text) if again else refusal
        assert isinstance(comment, OutgoingComment)
        assert client is not None
        return await client.publish(comment)

    async def record(
        self, delivery: Delivery, intent: PublishReply, result: Receipt | Unclear | NoConnection | None
    ) -> None:
        """Keep the receipt and show it."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or result is None:
            return
        if isinstance(result, NoConnection):
            state = ReplyState.REFUSED if result.certain else ReplyState.UNCERTAIN
            await _refuse(self._store, self._clock, reply.id, state, result.text)
            await self._connections.note_trouble(reply.guild_id, reply.blog_id, result.text)
            return
        if isinstance(result, Published | Held):
            await self._connections.note_success(reply.guild_id, reply.blog_id)
        if isinstance(result, Unclear):
            await _refuse(self._store, self._clock, reply.id, ReplyState.UNCERTAIN, result.text)
            return
        await record_receipt(self._store, self._comments, self._clock, reply, result)
        await _warm(self._store, self._clock, reply, result, within=self._follow_every)
        if isinstance(result, Rejected) and result.why is not None:
            await self._learn(reply, result.why)
        if isinstance(result, Published):
            self._meter.published(reply.created_at, moderated=False)
        if isinstance(result, Held) and result.native_id is not None:
            due_at = self._clock.now() + self._follow_every
            await self._store.outbox.add([follow_reply(reply, due_at)])

    async def record_dead(self, delivery: Delivery, intent: PublishReply, reason: str, *, certain: bool) -> None:
        """Tell "was not published" from "may not have been published"; the admins hear of it too."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and reply.state is ReplyState.ACCEPTED:
            await self._connections.tell_given_up(reply.guild_id, reply.blog_id, reason)
        state = ReplyState.REFUSED if certain and delivery.attempts == 1 else ReplyState.UNCERTAIN
        await _refuse(self._store, self._clock, intent.reply_id, state, reason)

    async def _refuse(
        self, reply: Reply, comment: OutgoingComment | Rejected, client: CommentClient | None
    ) -> Rejected | None:
        """Say why the reply must not be sent now, or None."""
        if client is None:
            return Rejected(text="This blog is not connected for replies any more.")
        if isinstance(comment, Rejected):
            return comment
        # Last, because it may ask Discord, and nothing is to change between its answer and the write.
        refusal = await self._checks.refuse_reply(reply)
        return None if refusal is None else Rejected(text=refusal)

    async def _learn(self, reply: Reply, why: RejectedFor) -> None:
        """Keep what a refusal tells of the post or the parent, so that no card offers what the blog refuses."""
        subscriptions = await self._store.subscriptions.of_blog(reply.blog_id)
        if why is RejectedFor.PARENT_GONE:
            await self._edits.mark_gone(reply.entry_id, reply.parent_comment_id, subscriptions)
            return
        await self._edits.mark_closed(reply.entry_id, self._clock.now(), subscriptions)
        if why is RejectedFor.POST_GONE:
            await self._edits.schedule_removal_check(reply.entry_id, None)

    async def _find_post(self, reply: Reply, connection: Connection | None) -> NativeId | Rejected:
        """Ask the blog which post the reply's entry is, right before it is written to."""
        entry = await self._store.items.get_entry(reply.entry_id)
        if entry is None or connection is None:
            return Rejected(text="I do not know this post any more, so I cannot comment on it.")
        found = await self._locator.ask(connection, entry)
        match found:
            case Located(post_id=post_id) if reply.post_id not in (None, post_id):
                return Rejected(text=ANOTHER_POST)
            case Located(comments_open=False):
                return Rejected(text=CLOSED)
            case Located(post_id=post_id):
                return post_id
            case _:
                return Rejected(text=found.text)

    async def _compose(self, reply: Reply, connection: Connection | None) -> OutgoingComment | Rejected:
        post_id = await self._find_post(reply, connection)
        if isinstance(post_id, Rejected):
            return post_id
        profile = await self._store.members.profile(reply.user_id)
        message = reply_message(reply)
        if profile is None or profile.consented_at is None or message is None:
            return Rejected(text="Your agreement to be published is missing. Please start again.")
        parent = None
        if reply.parent_comment_id is not None:
            parent = await self._store.items.get_comment(reply.parent_comment_id)
            if parent is None or parent.native_id is None or parent.gone_at is not None:
                return Rejected(text="The comment you answer is not on the blog any more.")
        return OutgoingComment(
            entry_native_id=post_id,
            parent_native_id=parent.native_id if parent else None,
            author_name=reply.public_name,
            # .invalid can never be anybody's (RFC 2606, 2)
            author_email=f"{profile.token}@members.backchannel.invalid",
            author_url=message_link(reply.guild_id, message),
            html=reply.html,
        )


class ReplyFollower(Handler[FollowReply, Receipt | None]):
    """Asks after a held comment until it is published, gone, or too old to matter."""

    handles = FollowReply
    side = Side.BLOG
    retry_for = FOLLOW_FOR

    def __init__(
        self,
        store: Store,
        comment_systems: CommentSystems,
        comments: CommentIngest,
        clock: Clock,
        *,
        follow_every: timedelta,
        meter: Meter,
    ) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._comments = comments
        self._clock = clock
        self._follow_every = follow_every
        self._meter = meter

    async def perform(self, delivery: Delivery, intent: FollowReply) -> Receipt | Postponed | None:
        """Ask once; None ends the following."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is not ReplyState.HELD or reply.native_id is None:
            return None
        client = await open_client(self._store, self._comment_systems, reply)
        if not isinstance(client, Following):
            return None
        receipt = await client.follow(reply.native_id)
        if not isinstance(receipt, Held):
            return receipt
        again = next_follow(self._clock.now(), since=reply.created_at, shortest=self._follow_every)
        return Postponed(until=again) if again else None

    async def record(self, delivery: Delivery, intent: FollowReply, result: Receipt | None) -> None:
        """Keep what became of it and show it."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and result is not None and reply.state is ReplyState.HELD:
            await record_receipt(self._store, self._comments, self._clock, reply, result)
            await _warm(self._store, self._clock, reply, result, within=self._follow_every)
            if isinstance(result, Published):
                self._meter.published(reply.created_at, moderated=True)


async def open_client(store: Store, comment_systems: CommentSystems, reply: Reply) -> CommentClient | None:
    """The guild's way of writing to the blog of a reply."""
    connection = await store.endpoints.of_blog(reply.guild_id, reply.blog_id)
    return comment_systems.open(connection) if connection is not None else None


async def record_receipt(store: Store, comments: CommentIngest, clock: Clock, reply: Reply, receipt: Receipt) -> None:
    """Write a receipt down inside the caller's transaction, and have it shown."""
    match receipt:
        case Published(native_id=native_id, url=url):
            state = ReplyState.PUBLISHED
            now = clock.now()
            await store.replies.settle(reply.id, state, native_id=native_id, url=url, published_at=now)
            await comments.record_published(replace(reply, state=state, native_id=native_id), native_id, url)
        case Held(native_id=held_id):
            state = ReplyState.HELD
            await store.replies.settle(reply.id, state, native_id=held_id)
        case Rejected(text=text):
            state = ReplyState.REFUSED
            await store.replies.settle(reply.id, state, reason=text)
    _log_state(reply, state)
    await store.outbox.add([confirm_reply(reply, state, clock.now())])


async def _warm(store: Store, clock: Clock, reply: Reply, receipt: Receipt, *, within: timedelta) -> None:
    """Where we have just said something, an answer may come."""
    if not isinstance(receipt, Rejected):
        now = clock.now()
        await store.polls.raise_activity(reply.blog_id, reply.entry_id, now=now, due_at=now + within)


async def _refuse(store: Store, clock: Clock, reply_id: ReplyId, state: ReplyState, reason: str) -> None:
    reply = await store.replies.get(reply_id)
    if reply is None or reply.state is not ReplyState.ACCEPTED:
        return
    await store.replies.settle(reply.id, state, reason=reason)
    _log_state(reply, state)
    await store.outbox.add([confirm_reply(reply, state, clock.now())])


def _log_state(reply: Reply, state: ReplyState) -> None:
    _log.debug("A reply has a new state.", extra={"action": "reply_state", "reply": reply.id, "state": state})
