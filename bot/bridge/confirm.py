"""Handler that shows a writer how a reply fares: a mark on its message, its card, the ephemeral answer."""

import contextlib
from dataclasses import dataclass

from bot.bridge.ports import Chat
from bot.bridge.store import Store
from bot.model.chat import Mark, MessageRef
from bot.model.delivery import ConfirmReply, Delivery
from bot.model.errors import NotFound, Refused
from bot.model.relay import (
    Reply,
    ReplyOrigin,
    ReplyState,
)
from bot.rules.present import present_reply, reply_message, reply_status

_MARKS = {
    ReplyState.ACCEPTED: Mark.UNDER_WAY,
    ReplyState.HELD: Mark.WAITING,
    ReplyState.PUBLISHED: Mark.PUBLISHED,
    ReplyState.REFUSED: Mark.REFUSED,
    ReplyState.UNCERTAIN: Mark.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was shown to the writer."""

    final: bool


class ReplyConfirmer:
    """Shows a reply's state: as a mark on its message, in its card, and in the writer's ephemeral answer."""

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
            await self._chat.answer(reply.answer_token, f"{mark} {reply_status(reply)}", reply.url)
        message = reply_message(reply)
        if message is not None:
            try:
                await self._show(reply, message)
            except NotFound:
                # The member deleted the message; the ephemeral answer has told the rest.
                return Shown(final=final)
        return Shown(final=final)

    async def record(self, delivery: Delivery, intent: ConfirmReply, result: Shown | None) -> None:
        """An answer that was given needs its token no longer, unless a moderator is still to decide."""
        if result is not None and result.final:
            await self._store.replies.forget_answer(intent.reply_id)

    async def bury(self, delivery: Delivery, intent: ConfirmReply, reason: str, *, certain: bool) -> None:
        """``/relay mine`` shows the state all the same."""

    async def _show(self, reply: Reply, message: MessageRef) -> None:
        # Without the permission to react, or in an archived thread, the card and the answer still tell.
        with contextlib.suppress(Refused):
            await self._chat.mark(message, _MARKS[reply.state])
        if reply.origin is ReplyOrigin.BUTTON:
            await self._chat.revise(message, present_reply(reply))
