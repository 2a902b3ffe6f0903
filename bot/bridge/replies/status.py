"""Records how far a reply has come, and shows it to its writer."""

import contextlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bridge.announce.cards import reply_card
from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.outbox.deliveries import confirm_reply, follow_reply
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat, Clock, Meter
from bot.model.delivery import ConfirmReply, Delivery
from bot.model.errors import NotFound, Refused
from bot.model.ids import ReplyId
from bot.model.message import ActionButton, MessageRef, ReactionMark
from bot.model.reply import Held, Published, PublishOutcome, Rejected, Reply, ReplyOrigin, ReplyState
from bot.rules.messages.cards import answer_post_button, reply_message, reply_status
from bot.rules.retry_policy import next_follow
from bot.storage.database import Store

_log = logging.getLogger(__name__)

_MARKS = {
    ReplyState.ACCEPTED: ReactionMark.UNDER_WAY,
    ReplyState.HELD: ReactionMark.WAITING,
    ReplyState.PUBLISHED: ReactionMark.PUBLISHED,
    ReplyState.REFUSED: ReactionMark.REFUSED,
    ReplyState.UNCERTAIN: ReactionMark.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The reply's state was shown to its writer."""

    #: the state will not change any more
    final: bool


class ReplyOutcomes:
    """Records how the blog answered a reply, each time in the caller's transaction."""

    def __init__(
        self, store: Store, comments: CommentIngest, clock: Clock, *, follow_every: timedelta, meter: Meter
    ) -> None:
        self._store = store
        self._comments = comments
        self._clock = clock
        self._follow_every = follow_every
        self._meter = meter

    async def record(self, reply: Reply, outcome: PublishOutcome) -> None:
        """Save an outcome, and have it shown to the writer."""
        now = self._clock.now()
        match outcome:
            case Published(native_id=native_id, url=url):
                state = ReplyState.PUBLISHED
                await self._store.replies.save_state(reply.id, state, native_id=native_id, url=url, published_at=now)
                await self._comments.record_published(replace(reply, state=state, native_id=native_id), native_id, url)
                self._meter.published(reply.created_at, moderated=reply.state is ReplyState.HELD)
            case Held(native_id=held_id):
                state = ReplyState.HELD
                await self._store.replies.save_state(reply.id, state, native_id=held_id)
            case Rejected(text=text):
                state = ReplyState.REFUSED
                await self._store.replies.save_state(reply.id, state, reason=text)
        await self._store.outbox.add([confirm_reply(reply, state, now)])
        _log_state(reply, state)
        due_at = now + self._follow_every
        if not isinstance(outcome, Rejected):
            # Somebody may answer a new comment soon.
            await self._store.polls.raise_activity(reply.blog_id, reply.entry_id, now=now, due_at=due_at)
        if isinstance(outcome, Held) and outcome.native_id is not None:
            await self._store.outbox.add([follow_reply(reply, due_at)])

    def next_follow(self, reply: Reply) -> datetime | None:
        """Return when to ask for a held comment again; None: not any more."""
        return next_follow(self._clock.now(), since=reply.created_at, shortest=self._follow_every)


async def record_failure(store: Store, clock: Clock, reply_id: ReplyId, state: ReplyState, reason: str) -> None:
    """Save, in the caller's transaction, why an accepted reply was not published, and have it shown."""
    reply = await store.replies.get(reply_id)
    if reply is not None and reply.state is ReplyState.ACCEPTED:
        await store.replies.save_state(reply.id, state, reason=reason)
        await store.outbox.add([confirm_reply(reply, state, clock.now())])
        _log_state(reply, state)


def _log_state(reply: Reply, state: ReplyState) -> None:
    _log.debug("A reply has a new state.", extra={"action": "reply_state", "reply": reply.id, "state": state})


class ReplyStatusHandler(Handler[ConfirmReply, Shown | None]):
    """Shows a reply's state: as a mark on its message, in its card, and in the writer's ephemeral answer."""

    handles = ConfirmReply

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: ConfirmReply) -> Shown | None:
        """Show the present state, which may be newer than the delivery."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is ReplyState.DRAFT:
            return None
        shown = Shown(final=reply.state not in (ReplyState.ACCEPTED, ReplyState.HELD))
        if reply.interaction_token is not None:
            mark = _MARKS[reply.state]
            refused = reply.state is ReplyState.REFUSED
            await self._chat.answer(
                reply.interaction_token,
                f"{mark} {reply_status(reply)}",
                reply.url,
                quoted=reply.content if refused else "",
                act=await self._answer_post_instead(reply) if refused else None,
            )
        message = reply_message(reply)
        if message is not None:
            # A member may have deleted the message. The ephemeral answer has shown the state too.
            with contextlib.suppress(NotFound):
                await self._show(reply, message)
        return shown

    async def _answer_post_instead(self, reply: Reply) -> ActionButton | None:
        """Return the button that offers to answer the post, where the comment that was answered is gone."""
        if reply.parent_comment_id is None:
            return None
        parent = await self._store.comments.get(reply.parent_comment_id)
        entry = await self._store.entries.get(reply.entry_id)
        if entry is None or not entry.takes_replies or (parent is not None and parent.gone_at is None):
            return None
        return answer_post_button(reply.id)

    async def record(self, delivery: Delivery, intent: ConfirmReply, result: Shown | None) -> None:
        """Delete the interaction's token, unless the state may still change."""
        if result is not None and result.final:
            await self._store.replies.delete_interaction_token(intent.reply_id)

    async def _show(self, reply: Reply, message: MessageRef) -> None:
        if reply.state is ReplyState.REFUSED and reply.origin is ReplyOrigin.BUTTON:
            # The writer finds the text in the ephemeral answer and in ``/relay mine``.
            await self._chat.delete(message)
            return
        # Without the permission to react, or in an archived thread, the card and the answer still show the state.
        with contextlib.suppress(Refused):
            await self._chat.mark(message, _MARKS[reply.state])
        if reply.origin is ReplyOrigin.BUTTON:
            await self._chat.revise(message, await reply_card(self._store, reply))
