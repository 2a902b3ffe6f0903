"""REST: messages of a channel: send, list, get, edit, delete; and their reactions."""

import time
from datetime import timedelta
from urllib.parse import unquote

from sandbox.discord.errors import ApiError, FormErrors, Json
from sandbox.discord.nouns import Channel, Message, Thread, now
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can, require
from sandbox.discord.posting import Draft, create_message, delete_message, edit_message
from sandbox.discord.reactions import add_reaction, remove_reaction
from sandbox.discord.render import user_json
from sandbox.discord.render_message import message_json
from sandbox.discord.rest_guilds import visible
from sandbox.discord.routes import Call, routes
from sandbox.discord.world import World

#: Seconds for which a nonce finds the first message again.
NONCE_LIVES = 300.0

#: Edits of an older message have a lower limit. Discord does not document the number.
OLD, LATE_EDITS = timedelta(hours=1), 5

CREATE, ONE = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}"
REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}"


def as_json(world: World, message: Message) -> Json:
    """Return a message as REST sends it to the bot."""
    return message_json(world, message, sees_content=world.sees_content)


def _message(call: Call) -> Message:
    return call.world.message(visible(call), call.params["message_id"])


def require_speech(call: Call, channel: Channel) -> None:
    """Raise Discord's error if the bot may not write here."""
    if channel.recipient is not None:
        if getattr(channel.recipient, "dms_closed", False):
            raise ApiError(50007)
        return
    if channel.is_forum or channel.type == 4:
        raise ApiError(50008)
    thread = isinstance(channel, Thread)
    require(call.world.bot, channel, Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES)
    locked = isinstance(channel, Thread) and channel.locked
    if locked and not can(call.world.bot, channel, Permission.MANAGE_THREADS):
        raise ApiError(160005)


def draft_from(call: Call, body: Json, channel: Channel) -> Draft:
    """Return the message of the body, without embeds if the bot may not embed; 50006 if it is empty."""
    flags = body.get("flags") or 0
    embeds = body.get("embeds") or []
    if not can(call.world.bot, channel, Permission.EMBED_LINKS):
        embeds = []
    draft = Draft(
        content=body.get("content") or "",
        embeds=embeds,
        components=body.get("components") or [],
        attachments=call.files,
        flags=flags,
        nonce=body.get("nonce"),
        allowed_mentions=body.get("allowed_mentions"),
    )
    if not (draft.content.strip() or draft.embeds or draft.components or draft.attachments):
        raise ApiError(50006)
    require_unblocked(channel, Message(0, channel, call.world.bot, draft.content, draft.embeds).text, 200000)
    return draft


#: Messages that Discord itself writes, such as "Ann pinned a message" (6) and "Ann started a thread" (18).
SYSTEM_TYPES = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18, 21})


def require_unblocked(channel: Channel, text: str, code: int) -> None:
    """Raise `code` (200000 message, 200001 title) if AutoMod blocks a word of `text`."""
    blocked = channel.guild.blocked_words if channel.guild else set()
    if any(word.lower() in text.lower() for word in blocked):
        raise ApiError(code)


def _refer(call: Call, body: Json, channel: Channel, draft: Draft) -> None:
    reference = body.get("message_reference")
    if not reference:
        return
    if not can(call.world.bot, channel, Permission.READ_MESSAGE_HISTORY):
        raise ApiError(160002)
    parent = channel.all_messages.get(int(reference["message_id"]))
    if parent is None:
        if reference.get("fail_if_not_exists") is False:
            return
        faults = FormErrors()
        faults.add(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        raise faults.error()
    if parent.type in SYSTEM_TYPES:
        faults = FormErrors()
        faults.add(("message_reference",), "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
        raise faults.error()
    draft.reference, draft.reference_id = parent, parent.id


@routes.on("POST", CREATE)
async def send(call: Call) -> Json:
    """Post a message; with enforce_nonce a known nonce returns the first message."""
    channel = visible(call)
    require_speech(call, channel)
    nonce = call.body.get("nonce")
    known = call.world.nonces.get(str(nonce))
    if nonce is not None and call.body.get("enforce_nonce") and known:
        moment, first = known
        if time.monotonic() - moment < NONCE_LIVES:
            return as_json(call.world, first)
    draft = draft_from(call, call.body, channel)
    _refer(call, call.body, channel, draft)
    message = create_message(call.world, call.world.bot, channel, draft)
    if nonce is not None:
        call.world.nonces[str(nonce)] = (time.monotonic(), message)
    return as_json(call.world, message)


@routes.on("GET", CREATE)
async def history(call: Call) -> list[Json]:
    """List messages, newest first; empty without READ_MESSAGE_HISTORY."""
    channel = visible(call)
    if not can(call.world.bot, channel, Permission.READ_MESSAGE_HISTORY):
        return []
    limit = int(call.query.get("limit", 50))
    messages = channel.messages
    if "after" in call.query:
        chosen = [message for message in messages if message.id > int(call.query["after"])][:limit]
    elif "before" in call.query:
        chosen = [message for message in messages if message.id < int(call.query["before"])][-limit:]
    elif "around" in call.query:
        middle = int(call.query["around"])
        nearest = sorted(messages, key=lambda message: abs(message.id - middle))[:limit]
        chosen = sorted(nearest, key=lambda message: message.id)
    else:
        chosen = messages[-limit:]
    return [as_json(call.world, message) for message in reversed(chosen)]


@routes.on("GET", ONE)
async def get_message(call: Call) -> Json:
    """Return one message; 10008."""
    message = _message(call)
    if not can(call.world.bot, message.channel, Permission.READ_MESSAGE_HISTORY):
        raise ApiError(50013)
    return as_json(call.world, message)


@routes.on("PATCH", ONE)
async def edit(call: Call) -> Json:
    """Edit the bot's own message; 50005 for another's, 50083 in an archived thread."""
    message = _message(call)
    if message.author is not call.world.bot:
        raise ApiError(50005)
    _require_unarchived(message.channel)
    _require_edits_left(message)
    return as_json(call.world, edit_message(call.world, message, call.body, files=call.files))


@routes.on("DELETE", ONE)
async def delete(call: Call) -> None:
    """Delete a message; another's needs MANAGE_MESSAGES."""
    message = _message(call)
    if message.author is not call.world.bot:
        require(call.world.bot, message.channel, Permission.MANAGE_MESSAGES)
    _require_unarchived(message.channel)
    delete_message(call.world, message)


def _require_edits_left(message: Message) -> None:
    if now() - message.created_at > OLD:
        message.late_edits += 1
        if message.late_edits > LATE_EDITS:
            raise ApiError(30046)


def _require_unarchived(channel: Channel) -> None:
    if isinstance(channel, Thread) and channel.archived:
        raise ApiError(50083)


def _emoji(call: Call) -> str:
    emoji = unquote(call.params["emoji_name"])
    if emoji.isascii() and ":" not in emoji:
        raise ApiError(10014)
    return emoji


@routes.on("PUT", REACTION + "/@me")
async def react(call: Call) -> None:
    """React as the bot; the first of an emoji needs ADD_REACTIONS."""
    message, emoji = _message(call), _emoji(call)
    require(call.world.bot, message.channel, Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        require(call.world.bot, message.channel, Permission.ADD_REACTIONS)
    _require_unarchived(message.channel)
    add_reaction(call.world, call.world.bot, message, emoji)


@routes.on("DELETE", REACTION + "/@me")
async def unreact(call: Call) -> None:
    """Remove the bot's reaction."""
    message = _message(call)
    _require_unarchived(message.channel)
    remove_reaction(call.world, call.world.bot, message, _emoji(call))


@routes.on("DELETE", REACTION + "/{user_id}")
async def unreact_other(call: Call) -> None:
    """Remove another user's reaction; needs MANAGE_MESSAGES."""
    message = _message(call)
    require(call.world.bot, message.channel, Permission.MANAGE_MESSAGES)
    remove_reaction(call.world, call.world.user(call.params["user_id"]), message, _emoji(call))


@routes.on("GET", REACTION)
async def reactors(call: Call) -> list[Json]:
    """List the users who reacted with an emoji."""
    return [user_json(user) for user in _message(call).reactions.get(_emoji(call), [])]
