"""The sending of an interaction: its JSON, with the fields about person and channel."""

import secrets
from collections.abc import Iterable
from typing import Any

from sandbox.discord.errors import Json
from sandbox.discord.files import File
from sandbox.discord.interactions import Interaction
from sandbox.discord.nouns import Channel, Guild, Message, Role, User
from sandbox.discord.permissions import compute
from sandbox.discord.render import channel_json, member_json, role_json, user_json
from sandbox.discord.render_message import message_json
from sandbox.discord.world import World


def begin(
    world: World, kind: int, user: User, channel: Channel, data: Json, source: Message | None = None
) -> Interaction:
    """Send an interaction to the application and return it; answers arrive in it later."""
    interaction = Interaction(
        id=world.snowflake(),
        token=secrets.token_urlsafe(64),
        type=kind,
        user=user,
        channel=channel,
        data=data,
        source=source,
        answer_within=world.answer_within,
        source_version=source.version if source else 0,
    )
    if not data.get("resolved"):
        data.pop("resolved", None)
    world.interactions[interaction.token] = interaction
    body = _interaction_json(world, interaction)
    world.emit("INTERACTION_CREATE", lambda _: body)
    return interaction


def _interaction_json(world: World, interaction: Interaction) -> Json:
    channel, guild = interaction.channel, interaction.channel.guild
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": channel_json(world, channel) | {"permissions": str(int(compute(interaction.user, channel)))},
        "app_permissions": str(int(compute(world.bot, channel))),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
        "context": 0 if guild else 1,
        "attachment_size_limit": 10485760,
    }
    if guild is None:
        body["user"] = user_json(interaction.user)
    else:
        body |= {"guild_id": str(guild.id), "guild_locale": "en-US"}
        body["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        body["member"] = _member(guild, interaction.user, channel)
    if interaction.source is not None:
        body["message"] = message_json(world, interaction.source, sees_content=True)
    return body


def _member(guild: Guild, user: User, channel: Channel) -> Json:
    return member_json(guild.members[user.id]) | {"permissions": str(int(compute(user, channel)))}


def resolved(world: World, guild: Guild | None, objects: Iterable[Any]) -> Json:
    """Return the resolved data of the objects that options or a context menu name.

    The content of a context menu's target is included whatever the intents.
    """
    found: Json = {}
    for thing in objects:
        if isinstance(thing, User):
            found.setdefault("users", {})[str(thing.id)] = user_json(thing)
            if guild is not None and thing.id in guild.members:
                member = member_json(guild.members[thing.id], with_user=False)
                found.setdefault("members", {})[str(thing.id)] = member | {"permissions": "0"}
        elif isinstance(thing, Role):
            found.setdefault("roles", {})[str(thing.id)] = role_json(thing)
        elif isinstance(thing, Channel):
            permissions = {
                "permissions": str(int(compute(world.bot, thing))),
                "app_permissions": str(int(compute(world.bot, thing))),
            }
            found.setdefault("channels", {})[str(thing.id)] = channel_json(world, thing) | permissions
        elif isinstance(thing, File):
            found.setdefault("attachments", {})[str(thing.id)] = thing.json() | {"ephemeral": True}
        elif isinstance(thing, Message):
            body = message_json(world, thing, sees_content=True)
            found.setdefault("messages", {})[str(thing.id)] = body
    return found
