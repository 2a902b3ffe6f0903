"""Handler that shows a writer how a reply fares: a mark on its message, its card, the ephemeral answer."""

import contextlib
from dataclasses import dataclass

from bot.bridge.announce.cards import reply_card
from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Chat
from bot.model.delivery import ConfirmReply, Delivery
from bot.model.errors import NotFound, Refused
from bot.model.message import ActionButton, MessageRef, ReactionMark
from bot.model.reply import (
    Reply,
    ReplyOrigin,
    ReplyState,
)
from bot.rules.messages.cards import answer_post_button, reply_message, reply_status
from bot.storage.database import Store

_MARKS = {
    ReplyState.ACCEPTED: ReactionMark.UNDER_WAY,
    ReplyState.HELD: ReactionMark.WAITING,
    ReplyState.PUBLISHED: ReactionMark.PUBLISHED,
    ReplyState.REFUSED: ReactionMark.REFUSED,
    ReplyState.UNCERTAIN: ReactionMark.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was shown to the writer."""

    final: bool


class ReplyStatusHandler(Handler[ConfirmReply, Shown | None]):
    """Shows a reply's state: as a mark on its message, in its card, and in the writer's ephemeral answer."""

    handles = ConfirmReply

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: ConfirmReply) -> Shown | None:
        """Show the present state, whatever it was when this was asked for."""
        reply = await self._store.replies.get(intent.reply_id)
        if reply is None or reply.state is ReplyState.DRAFT:
            return None
        final = reply.state not in (ReplyState.ACCEPTED, ReplyState.HELD)
        if reply.answer_token is not None:
            mark = _MARKS[reply.state]
            refused = reply.state is ReplyState.REFUSED
            await self._chat.answer(
                reply.answer_token,
                f"{mark} {reply_status(reply)}",
                reply.url,
                quoted=reply.content if refused else "",
                act=await self._other_way(reply) if refused else None,
            )
        message = reply_message(reply)
        if message is not None:
            try:
                await self._show(reply, message)
            except NotFound:
                # The member deleted the message; the ephemeral answer has told the rest.
                return Shown(final=final)
        return Shown(final=final)

    async def _other_way(self, reply: Reply) -> ActionButton | None:
        """Offer to answer the post where the comment that was answered is gone."""
        if reply.parent_comment_id is None:
            return None
        parent = await self._store.items.get_comment(reply.parent_comment_id)
        entry = await self._store.items.get_entry(reply.entry_id)
        if entry is None or not entry.takes_replies or (parent is not None and parent.gone_at is None):
            return None
        return answer_post_button(reply.id)

    async def record(self, delivery: Delivery, intent: ConfirmReply, result: Shown | None) -> None:
        """An answer that was given needs its token no longer, unless a moderator is still to decide."""
        if result is not None and result.final:
            await self._store.replies.forget_answer(intent.reply_id)

    async def _show(self, reply: Reply, message: MessageRef) -> None:
        if reply.state is ReplyState.REFUSED and reply.origin is ReplyOrigin.BUTTON:
            # What the blog did not take stands nowhere: the writer has it back in the answer and in ``/relay mine``.
            await self._chat.delete(message)
            return
        # Without the permission to react, or in an archived thread, the card and the answer still tell.
        with contextlib.suppress(Refused):
            await self._chat.mark(message, _MARKS[reply.state])
        if reply.origin is ReplyOrigin.BUTTON:
            await self._chat.revise(message, await reply_card(self._store, reply))
