"""Adding and removing reactions, for the bot and for people; callers check permissions before."""

from sandbox.discord.errors import Json
from sandbox.discord.nouns import Message, User
from sandbox.discord.render import member_json
from sandbox.discord.render_message import emoji_json
from sandbox.discord.world import World

GUILD_REACTIONS, DIRECT_REACTIONS = 1 << 10, 1 << 13


def add_reaction(world: World, user: User, message: Message, emoji: str) -> None:
    """Add a reaction; a second one of the same user has no effect."""
    users = message.reactions.setdefault(emoji, [])
    if user not in users:
        users.append(user)
        _emit(world, "MESSAGE_REACTION_ADD", user, message, emoji)


def remove_reaction(world: World, user: User, message: Message, emoji: str) -> None:
    """Remove a reaction, if there is one."""
    users = message.reactions.get(emoji, [])
    if user in users:
        users.remove(user)
        if not users:
            del message.reactions[emoji]
        _emit(world, "MESSAGE_REACTION_REMOVE", user, message, emoji)


def _emit(world: World, name: str, user: User, message: Message, emoji: str) -> None:
    guild = message.channel.guild
    body: Json = {
        "user_id": str(user.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": emoji_json(emoji),
        "burst": False,
        "type": 0,
    }
    if guild is not None:
        body["guild_id"] = str(guild.id)
        if name == "MESSAGE_REACTION_ADD":
            body["member"] = member_json(guild.members[user.id])
            body["message_author_id"] = str(message.author.id)
    world.emit(
        name,
        lambda _: body,
        intents=GUILD_REACTIONS if guild else DIRECT_REACTIONS,
        channel=message.channel,
    )
