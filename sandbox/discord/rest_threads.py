"""REST: threads and forum posts: open, change, delete, list, and their members."""

from datetime import datetime
from typing import Any

from sandbox.discord.errors import ApiError, FormErrors, Json
from sandbox.discord.nouns import Channel, Thread
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can, require
from sandbox.discord.posting import create_message
from sandbox.discord.render import channel_json, thread_json, thread_member_json
from sandbox.discord.rest_guilds import visible
from sandbox.discord.rest_messages import as_json, draft_from, require_unblocked
from sandbox.discord.routes import Call, routes
from sandbox.discord.threads import create_thread, delete_thread, update_thread

THREADS = "/channels/{channel_id}/threads"
MEMBERS = "/channels/{channel_id}/thread-members"


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
async def start_from_message(call: Call) -> Json:
    """Open a thread from a message; 160004 if it has one."""
    channel = visible(call)
    message = call.world.message(channel, call.params["message_id"])
    require(call.world.bot, channel, Permission.CREATE_PUBLIC_THREADS)
    if isinstance(channel, Thread) or channel.guild is None:
        raise ApiError(50024)
    if message.id in channel.guild.threads:
        raise ApiError(160004)
    thread = create_thread(
        call.world,
        call.world.bot,
        channel,
        call.body["name"],
        message=message,
        auto_archive_duration=call.body.get("auto_archive_duration"),
    )
    return thread_json(call.world, thread)


@routes.on("POST", THREADS)
async def start(call: Call) -> Json:
    """Open a thread without a message, or a post in a forum."""
    channel = visible(call)
    if channel.is_forum:
        return _post(call, channel)
    if isinstance(channel, Thread) or channel.guild is None:
        raise ApiError(50024)
    require(call.world.bot, channel, Permission.CREATE_PUBLIC_THREADS)
    thread = create_thread(
        call.world,
        call.world.bot,
        channel,
        call.body["name"],
        auto_archive_duration=call.body.get("auto_archive_duration"),
    )
    return thread_json(call.world, thread)


def _post(call: Call, forum: Channel) -> Json:
    require(call.world.bot, forum, Permission.SEND_MESSAGES)
    faults = FormErrors()
    if not isinstance(call.body.get("message"), dict):
        faults.add(("message",), "BASE_TYPE_REQUIRED", "This field is required")
    call.refuse(faults)
    tags = _tags(call, forum, call.body.get("applied_tags") or [])
    require_unblocked(forum, call.body["name"], 200001)
    draft = draft_from(call, call.body["message"], forum)
    world = call.world
    thread = create_thread(
        world,
        world.bot,
        forum,
        call.body["name"],
        applied_tags=tags,
        auto_archive_duration=call.body.get("auto_archive_duration"),
    )
    message = create_message(world, world.bot, thread, draft, message_id=thread.id)
    return thread_json(world, thread) | {"message": as_json(world, message)}


def _tags(call: Call, forum: Channel, given: list[Any]) -> list[int]:
    known = {tag.id: tag for tag in forum.tags}
    tags = [int(tag) for tag in given]
    for tag in tags:
        if tag not in known:
            raise ApiError(10087)
        if known[tag].moderated:
            require(call.world.bot, forum, Permission.MANAGE_THREADS)
    if forum.require_tag and not tags:
        raise ApiError(40067)
    return tags


@routes.on("PATCH", "/channels/{channel_id}")
async def modify(call: Call) -> Json:
    """Change a thread: name, archived, locked, applied_tags. Channels cannot be changed by the bot here."""
    thread = visible(call)
    if not isinstance(thread, Thread):
        raise ApiError(50013)
    world, body = call.world, call.body
    manages = can(world.bot, thread, Permission.MANAGE_THREADS)
    reopening = body.get("archived") is False
    if not manages and (thread.owner is not world.bot or "locked" in body):
        # A user who may write in a thread may reopen it, but only a manager locks or changes another's.
        if set(body) != {"archived"} or not reopening:
            raise ApiError(50013)
        require(world.bot, thread, Permission.SEND_MESSAGES_IN_THREADS)
    if thread.locked and reopening and not manages:
        raise ApiError(160005)
    if thread.archived and not reopening and body.get("archived") is None:
        raise ApiError(50083)
    tags = body.get("applied_tags")
    update_thread(
        world,
        thread,
        name=body.get("name"),
        archived=body.get("archived"),
        locked=body.get("locked"),
        applied_tags=None if tags is None else _tags(call, thread.parent, tags),
        auto_archive_duration=body.get("auto_archive_duration"),
    )
    return channel_json(world, thread)


@routes.on("DELETE", "/channels/{channel_id}")
async def delete(call: Call) -> Json:
    """Delete a thread; needs MANAGE_THREADS."""
    thread = visible(call)
    if not isinstance(thread, Thread):
        raise ApiError(50013)
    require(call.world.bot, thread, Permission.MANAGE_THREADS)
    body = channel_json(call.world, thread)
    delete_thread(call.world, thread)
    return body


@routes.on("GET", "/guilds/{guild_id}/threads/active")
async def active(call: Call) -> Json:
    """List a guild's active threads that the bot can see."""
    guild = call.world.guild(call.params["guild_id"])
    threads = [
        thread
        for thread in guild.threads.values()
        if not thread.archived and can(call.world.bot, thread, Permission.VIEW_CHANNEL)
    ]
    return _list(call, threads)


@routes.on("GET", THREADS + "/archived/public")
async def archived(call: Call) -> Json:
    """List a channel's archived threads, the last archived first."""
    channel = visible(call)
    require(call.world.bot, channel, Permission.READ_MESSAGE_HISTORY)
    threads = [thread for thread in channel.threads if thread.archived]
    threads.sort(key=lambda thread: thread.archive_timestamp, reverse=True)
    if "before" in call.query:
        before = datetime.fromisoformat(call.query["before"])
        threads = [thread for thread in threads if thread.archive_timestamp < before]
    limit = int(call.query.get("limit", 50))
    return _list(call, threads[:limit]) | {"has_more": len(threads) > limit}


def _list(call: Call, threads: list[Thread]) -> Json:
    mine = [thread for thread in threads if call.world.bot.id in thread.member_ids]
    return {
        "threads": [thread_json(call.world, thread) for thread in threads],
        "members": [thread_member_json(thread, call.world.bot.id) for thread in mine],
        "has_more": False,
    }


def _thread(call: Call) -> Thread:
    thread = visible(call)
    if not isinstance(thread, Thread):
        raise ApiError(50024)
    return thread


@routes.on("GET", MEMBERS)
async def members(call: Call) -> list[Json]:
    """List the members of a thread."""
    thread = _thread(call)
    return [thread_member_json(thread, user_id) for user_id in sorted(thread.member_ids)]


@routes.on("PUT", MEMBERS + "/@me")
async def join(call: Call) -> None:
    """Let the bot join a thread."""
    _change(call, _thread(call), call.world.bot.id, joins=True)


@routes.on("DELETE", MEMBERS + "/@me")
async def leave(call: Call) -> None:
    """Let the bot leave a thread."""
    _change(call, _thread(call), call.world.bot.id, joins=False)


@routes.on("PUT", MEMBERS + "/{user_id}")
async def add(call: Call) -> None:
    """Add someone to a thread."""
    thread = _thread(call)
    require(call.world.bot, thread, Permission.SEND_MESSAGES_IN_THREADS)
    _change(call, thread, call.world.user(call.params["user_id"]).id, joins=True)


def _change(call: Call, thread: Thread, user_id: int, *, joins: bool) -> None:
    if thread.archived:
        raise ApiError(50083)
    (thread.member_ids.add if joins else thread.member_ids.discard)(user_id)
    call.world.changed()
