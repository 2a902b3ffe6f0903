"""Creation, change and deletion of messages, for the bot and for people.

Callers check permissions and lengths before. This module finds the pinged users and notifies the gateway.
"""

import re
from dataclasses import dataclass, field

from sandbox.discord.errors import Json
from sandbox.discord.interactions import Interaction
from sandbox.discord.nouns import Channel, Message, Role, Thread, User, flatten, now
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can
from sandbox.discord.render_message import message_json
from sandbox.discord.threads import update_thread
from sandbox.discord.world import World

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12


@dataclass
class Draft:
    """A message to post; the fields have the names of the API."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | int | None = None
    reference: Message | None = None
    reference_id: int | None = None
    #: As in the API; None means Discord's defaults, which differ for interactions.
    allowed_mentions: Json | None = None
    interaction: Interaction | None = None


def intents_for(channel: Channel) -> int:
    """Return the intent that message events of this channel need."""
    return DIRECT_MESSAGES if channel.guild is None else GUILD_MESSAGES


def create_message(
    world: World, author: User, channel: Channel, draft: Draft, *, message_id: int | None = None
) -> Message:
    """Store a message and notify the gateway; only its person sees an ephemeral one.

    `message_id` is given for the first message of a forum post, whose id is the post's.
    """
    if isinstance(channel, Thread) and channel.archived and channel.id in world.channels:
        update_thread(world, channel, archived=False)
    message = Message(
        id=message_id or world.snowflake(),
        channel=channel,
        author=author,
        content=draft.content,
        embeds=[{"type": "rich", **embed} for embed in draft.embeds],
        components=with_ids(draft.components),
        attachments=draft.attachments,
        flags=draft.flags,
        type=19 if draft.reference_id else draft.type,
        nonce=draft.nonce,
        reference=draft.reference,
        reference_id=draft.reference_id,
        interaction=draft.interaction,
    )
    message.pings = pings(message, draft.allowed_mentions)
    return _store(world, message)


def _store(world: World, message: Message) -> Message:
    """Add a finished message to its channel and notify the gateway."""
    channel = message.channel
    world.messages[message.id] = message
    if message.ephemeral and message.interaction is not None:
        message.visible_to = message.interaction.user
        world.changed()
        return message
    channel.all_messages[message.id] = message
    channel.last_message_id = message.id
    if isinstance(channel, Thread):
        channel.total_message_sent += 1
        channel.member_ids.add(message.author.id)
    world.emit(
        "MESSAGE_CREATE",
        lambda sees: message_json(world, message, sees_content=sees, gateway=True),
        intents=intents_for(channel),
        channel=channel,
    )
    return message


def edit_message(world: World, message: Message, changes: Json, *, files: list[Json] | None = None) -> Message:
    """Apply `changes`: content, embeds, components, flags, and the attachments that stay."""
    if "content" in changes:
        message.content = changes["content"] or ""
    if "embeds" in changes:
        message.embeds = [{"type": "rich", **embed} for embed in changes["embeds"] or []]
    if "components" in changes:
        message.components = with_ids(changes["components"] or [])
    if "attachments" in changes:
        kept = {str(part["id"]) for part in changes["attachments"] or []}
        message.attachments = [part for part in message.attachments if part["id"] in kept]
    message.attachments += files or []
    if "flags" in changes:
        message.flags |= changes["flags"] or 0
    message.edited_at = now()
    touch(world, message)
    return message


def touch(world: World, message: Message) -> None:
    """Notify the gateway that a message has changed."""
    message.version += 1
    if message.ephemeral:
        world.changed()
        return
    world.emit(
        "MESSAGE_UPDATE",
        lambda sees: message_json(world, message, sees_content=sees, gateway=True),
        intents=intents_for(message.channel),
        channel=message.channel,
    )


def delete_message(world: World, message: Message) -> None:
    """Remove a message; a thread that was started from it stays."""
    message.deleted = True
    message.version += 1
    world.messages.pop(message.id, None)
    message.channel.all_messages.pop(message.id, None)
    if message.ephemeral:
        world.changed()
        return
    body: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild:
        body["guild_id"] = str(message.channel.guild.id)
    world.emit("MESSAGE_DELETE", lambda _: body, intents=intents_for(message.channel), channel=message.channel)


def with_ids(components: list[Json]) -> list[Json]:
    """Number the components that were sent without an id from 1, as Discord does."""
    for number, part in enumerate(flatten(components), 1):
        if not part.get("id"):
            part["id"] = number
    return components


def pings(message: Message, allowed: Json | None) -> list[User | Role | str]:
    """Return the users and roles that `message` notifies, by its text, reference and allowed_mentions.

    Without allowed_mentions a message pings users, roles and everyone, an interaction's answer users only.
    """
    channel, text = message.channel, _text_for_pings(message)
    if allowed is None:
        parse = {"users"} if message.interaction else {"users", "roles", "everyone"}
        allowed = {"parse": list(parse), "replied_user": True}
    all_users = "users" in allowed.get("parse", [])
    named = {str(user_id) for user_id in allowed.get("users") or []}
    found: list[User | Role | str] = [user for user in _users(channel, text) if all_users or str(user.id) in named]
    parent = message.reference
    if parent is not None and allowed.get("replied_user") and parent.author not in found:
        found.append(parent.author)
    if channel.guild is None:
        return found
    may_ping_all = can(message.author, channel, Permission.MENTION_EVERYONE)
    for role in channel.guild.roles.values():
        listed = "roles" in allowed.get("parse", []) or str(role.id) in map(str, allowed.get("roles") or [])
        if role.mention in text and listed and (role.mentionable or may_ping_all):
            found.append(role)
    if may_ping_all and "everyone" in allowed.get("parse", []):
        found += [word for word in ("everyone", "here") if f"@{word}" in text]
    return found


def _text_for_pings(message: Message) -> str:
    # Embeds never ping; text components do, as content does.
    shown = [str(part.get("content", "")) for part in message.parts if part["type"] == 10]
    return "\n".join([message.content, *shown])


def _users(channel: Channel, text: str) -> list[User]:
    ids = dict.fromkeys(int(found) for found in re.findall(r"<@!?(\d+)>", text))
    if channel.guild is not None:
        return [channel.guild.members[key].user for key in ids if key in channel.guild.members]
    return [channel.recipient] if channel.recipient and channel.recipient.id in ids else []
