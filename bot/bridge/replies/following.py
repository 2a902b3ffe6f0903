"""Handler that follows a comment that waits for the blog's moderator."""

from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import CommentSystems, Following, Side
from bot.bridge.replies.status import ReplyOutcomes
from bot.model.delivery import Delivery, FollowReply, Postponed
from bot.model.reply import Held, PublishOutcome, ReplyState
from bot.rules.retry_policy import FOLLOW_FOR
from bot.storage.database import Store


class ReplyFollower(Handler[FollowReply, PublishOutcome | None]):
    """Asks for the state of a held comment until it is published or refused, or until it is too old.

    A reply that is given up stays held; the comment feed may still show that it was approved.
    """

    handles = FollowReply
    side = Side.BLOG
    retry_for = FOLLOW_FOR

    def __init__(self, store: Store, comment_systems: CommentSystems, outcomes: ReplyOutcomes) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._outcomes = outcomes

    async def perform(self, delivery: Delivery, intent: FollowReply) -> PublishOutcome | Postponed | None:
        """Ask once. None ends the following."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is not ReplyState.HELD or reply.native_id is None:
            return None
        connection = await self._store.connections.of_blog(reply.guild_id, reply.blog_id)
        client = None if connection is None else self._comment_systems.open(connection)
        if not isinstance(client, Following):
            return None
        outcome = await client.follow(reply.native_id)
        if not isinstance(outcome, Held):
            return outcome
        next_at = self._outcomes.next_follow(reply)
        return Postponed(until=next_at) if next_at else None

    async def record(self, delivery: Delivery, intent: FollowReply, result: PublishOutcome | None) -> None:
        """Save the outcome, and have it shown."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is not None and result is not None and reply.state is ReplyState.HELD:
            await self._outcomes.record(reply, result)
