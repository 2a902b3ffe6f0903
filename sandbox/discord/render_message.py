"""The JSON of a message, as far as the bot may read it.

Without the message-content intent, the content of others is blank, at the gateway and over REST.
"""

from sandbox.discord.errors import Json
from sandbox.discord.nouns import Message, Role, User
from sandbox.discord.render import member_json, stamp, thread_json, user_json
from sandbox.discord.world import World


def reads(world: World, message: Message, *, sees_content: bool) -> bool:
    """Return True if the bot gets the content: its own, DMs, mentions, replies to its regular messages."""
    if sees_content or message.author is world.bot or message.channel.recipient is not None:
        return True
    if message.interaction is not None or world.bot.id in message.mentions_in_text():
        return True
    parent = message.reference
    replied = parent is not None and parent.author is world.bot and parent.interaction is None
    return replied and world.bot in message.pings


def message_json(
    world: World, message: Message, *, sees_content: bool, gateway: bool = False, nested: bool = False
) -> Json:
    """Return a message object; `gateway` adds guild and member, `nested` omits the referenced message."""
    shown = reads(world, message, sees_content=sees_content)
    users = [ping for ping in message.pings if isinstance(ping, User)]
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": message.type,
        "author": user_json(message.author),
        "content": message.content if shown else "",
        "embeds": message.embeds if shown else [],
        "components": message.components if shown else [],
        "attachments": message.attachments if shown else [],
        "timestamp": stamp(message.created_at),
        "edited_timestamp": stamp(message.edited_at),
        "flags": message.flags | (1 << 5 if message.thread else 0),
        "tts": False,
        "pinned": False,
        "mention_everyone": "everyone" in message.pings or "here" in message.pings,
        "mentions": [user_json(user) for user in users],
        "mention_roles": [str(ping.id) for ping in message.pings if isinstance(ping, Role)],
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.reactions:
        body["reactions"] = _reactions_json(world, message)
    if message.thread is not None:
        body["thread"] = thread_json(world, message.thread)
    if message.interaction is not None:
        body |= {"application_id": str(world.application_id), "webhook_id": str(world.application_id)}
        body["interaction_metadata"] = {
            "id": str(message.interaction.id),
            "type": message.interaction.type,
            "user": user_json(message.interaction.user),
            "authorizing_integration_owners": {},
        }
    if message.reference_id is not None:
        body |= _reference_json(world, message, sees_content=sees_content, nested=nested)
    guild = message.channel.guild
    if gateway and guild is not None:
        body["guild_id"] = str(guild.id)
        if message.author.id in guild.members:
            body["member"] = member_json(guild.members[message.author.id], with_user=False)
    return body


def _reactions_json(world: World, message: Message) -> list[Json]:
    return [
        {
            "emoji": emoji_json(emoji),
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "me": world.bot in users,
            "me_burst": False,
            "burst_colors": [],
        }
        for emoji, users in message.reactions.items()
    ]


def _reference_json(world: World, message: Message, *, sees_content: bool, nested: bool) -> Json:
    reference: Json = {
        "type": 0,
        "message_id": str(message.reference_id),
        "channel_id": str(message.channel.id),
    }
    if message.channel.guild:
        reference["guild_id"] = str(message.channel.guild.id)
    body: Json = {"message_reference": reference}
    if nested:
        return body
    parent = message.reference
    gone = parent is None or parent.deleted
    body["referenced_message"] = (
        None if parent is None or gone else message_json(world, parent, sees_content=sees_content, nested=True)
    )
    return body


def emoji_json(emoji: str) -> Json:
    """Return a partial emoji: a Unicode one, or a custom one written `name:id`."""
    name, _, emoji_id = emoji.partition(":")
    return {"id": emoji_id or None, "name": name}
