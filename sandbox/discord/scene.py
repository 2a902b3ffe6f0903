"""The visible world as JSON for a page or a script: names and texts instead of the API's objects."""

from sandbox.discord.answers import Answer, Modal
from sandbox.discord.errors import Json
from sandbox.discord.nouns import Channel, Guild, Message, Role, Thread, User
from sandbox.discord.person import Person
from sandbox.discord.world import World


def world_view(world: World) -> Json:
    """Return guilds with channels, threads and messages, and the people with their direct messages."""
    people = [user for user in world.users.values() if isinstance(user, Person)]
    return {
        "bot": {"id": str(world.bot.id), "name": world.bot.name},
        "guilds": [_guild_view(guild) for guild in world.guilds.values()],
        "people": [
            {
                "id": str(person.id),
                "name": person.name,
                "dms_closed": person.dms_closed,
                "dms": [message_view(message) for message in world.direct_channel(person).messages],
            }
            for person in people
        ],
        "commands": [
            {"name": command["name"], "type": command["type"]}
            for guild_id in (None, *world.guilds)
            for command in world.commands.all(guild_id)
        ],
    }


def _guild_view(guild: Guild) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "channels": [_channel_view(channel) for channel in guild.channels.values()],
    }


def _channel_view(channel: Channel) -> Json:
    body: Json = {
        "id": str(channel.id),
        "name": channel.name,
        "type": channel.type,
        "messages": [message_view(message) for message in channel.messages],
    }
    if isinstance(channel, Thread):
        body |= {"archived": channel.archived, "locked": channel.locked, "tags": channel.tag_names}
    else:
        body["threads"] = [_channel_view(thread) for thread in channel.threads]
    return body


def message_view(message: Message) -> Json:
    """Return a message as a person sees it."""
    return {
        "id": str(message.id),
        "author": message.author.name,
        "bot": message.author.bot,
        "content": message.content,
        "text": message.text,
        "embeds": message.embeds,
        "components": message.components,
        "buttons": message.buttons,
        "reactions": {emoji: [user.name for user in users] for emoji, users in message.reactions.items()},
        "reference": str(message.reference_id) if message.reference_id else None,
        "pings": [_name(ping) for ping in message.pings],
        "thread": str(message.thread.id) if message.thread else None,
        "visible_to": message.visible_to.name if message.visible_to else None,
        "edited": message.edited_at is not None,
        "time": message.created_at.isoformat(),
        "url": message.jump_url,
    }


def _name(ping: User | Role | str) -> str:
    return ping if isinstance(ping, str) else ping.name


def answer_view(answer: Answer) -> Json:
    """Return an answer: its message, or its modal."""
    if answer.modal is not None:
        return modal_view(answer.modal)
    return {
        "answer": str(answer.interaction.id),
        "ephemeral": answer.ephemeral,
        "message": message_view(answer.message),
    }


def modal_view(modal: Modal) -> Json:
    """Return a modal with its inputs."""
    return {
        "answer": str(modal.interaction.id),
        "modal": {
            "title": modal.title,
            "custom_id": modal.custom_id,
            "components": modal.components,
            "inputs": [
                {"custom_id": part["custom_id"], "type": part["type"], "label": modal.label_of(part["custom_id"])}
                for part in modal.inputs
            ],
        },
    }
