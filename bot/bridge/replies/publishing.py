"""Handler that publishes an accepted reply as a comment on its blog."""

from dataclasses import dataclass

from bot.bridge.announce.edits import Edits
from bot.bridge.connections.health import ConnectionHealth
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat, Clock, CommentClient, CommentSystems, Finding, Side
from bot.bridge.replies.checks import NO_CONSENT, ReplyChecks
from bot.bridge.replies.post_lookup import ANOTHER_POST, CLOSED, PostLookup
from bot.bridge.replies.status import ReplyOutcomes, record_failure
from bot.model.connection import Connection
from bot.model.delivery import Delivery, PublishReply
from bot.model.errors import ConnectionRefused
from bot.model.ids import NativeId
from bot.model.post import PostFound
from bot.model.reply import (
    Held,
    OutgoingComment,
    Published,
    PublishOutcome,
    Rejected,
    RejectionReason,
    Reply,
    ReplyState,
)
from bot.rules.messages.cards import reply_message
from bot.rules.retry_policy import REPLY_RETRY_FOR
from bot.rules.threading import message_link
from bot.storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MaybePublished:
    """The reply is not sent again, and an earlier attempt may have published it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotConnected:
    """The blog refuses the guild's connection."""

    text: str
    #: False: an earlier attempt may have published the reply
    certain: bool


Result = PublishOutcome | MaybePublished | NotConnected | None


class ReplyPublisher(Handler[PublishReply, Result]):
    """Publishes a reply, and records the blog's answer."""

    handles = PublishReply
    side = Side.BLOG
    retry_for = REPLY_RETRY_FOR

    def __init__(
        self,
        store: Store,
        chat: Chat,
        comment_systems: CommentSystems,
        post_lookup: PostLookup,
        outcomes: ReplyOutcomes,
        edits: Edits,
        clock: Clock,
        *,
        connections: ConnectionHealth,
    ) -> None:
        self._store = store
        self._checks = ReplyChecks(store, chat)
        self._comment_systems = comment_systems
        self._post_lookup = post_lookup
        self._outcomes = outcomes
        self._edits = edits
        self._clock = clock
        self._connections = connections

    async def perform(self, delivery: Delivery, intent: PublishReply) -> Result:
        """Publish the reply. Before a second attempt, look for the comment that an earlier one may have stored."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is not ReplyState.ACCEPTED:
            return None
        try:
            return await self._publish(delivery, reply)
        except ConnectionRefused as error:
            return NotConnected(text=error.text, certain=delivery.attempts == 1)

    async def _publish(self, delivery: Delivery, reply: Reply) -> PublishOutcome | MaybePublished:
        again = delivery.attempts > 1
        connection = await self._store.connections.of_blog(reply.guild_id, reply.blog_id)
        comment = await self._compose(reply, connection)
        client = None if connection is None else self._comment_systems.open(connection)
        if again and isinstance(comment, OutgoingComment) and isinstance(client, Finding):
            found = await client.find(comment)
            if found is not None:
                return found
        refusal = await self._refuse(reply, comment, client)
        if refusal is not None:
            return MaybePublished(text=refusal.text) if again else refusal
        assert isinstance(comment, OutgoingComment)
        assert client is not None
        return await client.publish(comment)

    async def record(self, delivery: Delivery, intent: PublishReply, result: Result) -> None:
        """Save the outcome, and have it shown."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or result is None:
            return
        if isinstance(result, Published | Held):
            await self._connections.note_success(reply.guild_id, reply.blog_id)
        match result:
            case NotConnected(text=text, certain=certain):
                await self._record_failure(reply, text, certain=certain)
                await self._connections.note_trouble(reply.guild_id, reply.blog_id, text)
            case MaybePublished(text=text):
                await self._record_failure(reply, text, certain=False)
            case _:
                await self._outcomes.record(reply, result)
                if isinstance(result, Rejected) and result.reason is not None:
                    await self._record_rejection(reply, result.reason)

    async def record_dead(self, delivery: Delivery, intent: PublishReply, reason: str, *, certain: bool) -> None:
        """Show the writer that the reply was given up, and notify the admins."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and reply.state is ReplyState.ACCEPTED:
            await self._connections.notify_given_up(reply.guild_id, reply.blog_id, reason)
            await self._record_failure(reply, reason, certain=certain and delivery.attempts == 1)

    async def _record_failure(self, reply: Reply, reason: str, *, certain: bool) -> None:
        state = ReplyState.REFUSED if certain else ReplyState.UNCERTAIN
        await record_failure(self._store, self._clock, reply.id, state, reason)

    async def _refuse(
        self, reply: Reply, comment: OutgoingComment | Rejected, client: CommentClient | None
    ) -> Rejected | None:
        """Return why the reply must not be sent now, or None."""
        if client is None:
            return Rejected(text="This blog is not connected for replies any more.")
        if isinstance(comment, Rejected):
            return comment
        # Last, because it asks Discord: as little as possible can change between its answer and the write.
        refusal = await self._checks.refuse_reply(reply)
        return None if refusal is None else Rejected(text=refusal)

    async def _record_rejection(self, reply: Reply, reason: RejectionReason) -> None:
        """Record what a rejection says about the post or the parent, so that no card offers what the blog refuses."""
        subscriptions = await self._store.subscriptions.of_blog(reply.blog_id)
        if reason is RejectionReason.PARENT_GONE:
            await self._edits.mark_gone(reply.entry_id, reply.parent_comment_id, subscriptions)
            return
        await self._edits.mark_closed(reply.entry_id, self._clock.now(), subscriptions)
        if reason is RejectionReason.POST_GONE:
            await self._edits.schedule_removal_check(reply.entry_id, None)

    async def _find_post(self, reply: Reply, connection: Connection | None) -> NativeId | Rejected:
        """Ask the blog, right before the comment is sent, which post the entry is."""
        entry = await self._store.entries.get(reply.entry_id)
        if entry is None or connection is None:
            return Rejected(text="This post is not stored any more, so I cannot comment on it.")
        found = await self._post_lookup.find(connection, entry)
        match found:
            case PostFound(post_id=post_id) if reply.post_id not in (None, post_id):
                return Rejected(text=ANOTHER_POST)
            case PostFound(comments_open=False):
                return Rejected(text=CLOSED)
            case PostFound(post_id=post_id):
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
            return Rejected(text=NO_CONSENT)
        parent = None
        if reply.parent_comment_id is not None:
            parent = await self._store.comments.get(reply.parent_comment_id)
            if parent is None or parent.native_id is None or parent.gone_at is not None:
                return Rejected(text="The comment that you answer was removed from the blog.")
        return OutgoingComment(
            entry_native_id=post_id,
            parent_native_id=parent.native_id if parent else None,
            author_name=reply.public_name,
            # nobody can own an address under .invalid (RFC 2606, 2)
            author_email=f"{profile.token}@members.backchannel.invalid",
            author_url=message_link(reply.guild_id, message),
            html=reply.html,
        )
