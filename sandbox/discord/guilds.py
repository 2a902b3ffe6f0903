"""What the owner of a server does: make channels and roles, allow and deny, remove.

Does not act as a person (`person`) nor answer the bot (`rest_guilds`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.discord.nouns import KINDS, Channel, Guild, Member, Overwrite, Role, Tag, User, now
from sandbox.discord.permissions import Permission, named
from sandbox.discord.render import channel_json, guild_json, member_json, role_json
from sandbox.discord.threads import GUILDS
from sandbox.discord.world import World

GUILD_MEMBERS = 1 << 1


@dataclass(eq=False, repr=False)
class SandboxGuild(Guild):
    """A guild with the acts of its owner."""

    world: World = field(kw_only=True)

    def add_channel(
        self,
        name: str,
        kind: str = "text",
        *,
        tags: Iterable[str] = (),
        require_tag: bool = False,
        hidden_from_everyone: bool = False,
        nsfw: bool = False,
        topic: str | None = None,
    ) -> Channel:
        """Make a channel of a kind: text, forum, announcement, voice, category, media."""
        channel = Channel(
            id=self.world.snowflake(),
            type=KINDS[kind],
            name=name,
            guild=self,
            topic=topic,
            nsfw=nsfw,
            position=len(self.channels),
            flags=1 << 4 if require_tag else 0,
            tags=[Tag(self.world.snowflake(), tag) for tag in tags],
        )
        if hidden_from_everyone:
            channel.overwrites[self.id] = Overwrite(0, deny=Permission.VIEW_CHANNEL)
        self.channels[channel.id] = self.world.channels[channel.id] = channel
        self._emit_channel("CHANNEL_CREATE", channel)
        return channel

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads and messages."""
        body = channel_json(self.world, channel)
        self.world.forget_channel(channel)
        self.world.emit("CHANNEL_DELETE", lambda _: body, intents=GUILDS)

    def deny_bot(self, channel: Channel, *permissions: str) -> None:
        """Deny the bot permissions by their API names, by an overwrite of the channel."""
        overwrite = channel.overwrites.setdefault(self.world.bot.id, Overwrite(1))
        overwrite.deny |= named(*permissions)
        overwrite.allow &= ~named(*permissions)
        self._emit_channel("CHANNEL_UPDATE", channel)

    def allow_bot(self, channel: Channel, *permissions: str) -> None:
        """Allow the bot permissions by their API names, by an overwrite of the channel."""
        overwrite = channel.overwrites.setdefault(self.world.bot.id, Overwrite(1))
        overwrite.allow |= named(*permissions)
        overwrite.deny &= ~named(*permissions)
        self._emit_channel("CHANNEL_UPDATE", channel)

    def set_bot_permissions(self, permissions: int) -> None:
        """Give the bot's own role other permission bits."""
        role = next(role for role in self.roles.values() if role.bot_id == self.world.bot.id)
        role.permissions = permissions
        self._emit_role("GUILD_ROLE_UPDATE", role)

    def add_role(self, name: str, permissions: int = 0, *, mentionable: bool = False) -> Role:
        """Make a role."""
        role = Role(self.world.snowflake(), name, permissions, len(self.roles), mentionable)
        self.roles[role.id] = role
        self._emit_role("GUILD_ROLE_CREATE", role)
        return role

    def add_member(self, user: User, *roles: Role, joined_days_ago: float = 0) -> Member:
        """Let a user join, `joined_days_ago` days in the past."""
        member = Member(user, list(roles), now() - timedelta(days=joined_days_ago))
        self.members[user.id] = member
        body = {"guild_id": str(self.id), **member_json(member)}
        self.world.emit("GUILD_MEMBER_ADD", lambda _: body, intents=GUILD_MEMBERS)
        return member

    def kick_bot(self) -> None:
        """Remove the bot from this guild; its channels are out of its reach from now on."""
        self.world.guilds.pop(self.id)
        for channel in list(self.channels.values()):
            self.world.forget_channel(channel)
        self.world.emit("GUILD_DELETE", lambda _: {"id": str(self.id)}, intents=GUILDS)

    def announce(self) -> None:
        """Tell the gateway that the bot is in this guild now."""
        body = guild_json(self.world, self, gateway=True)
        # A guild that is new has no word about its availability; by this clients know it from the first ones.
        del body["unavailable"]
        self.world.emit("GUILD_CREATE", lambda _: body, intents=GUILDS)

    def _emit_channel(self, name: str, channel: Channel) -> None:
        self.world.emit(name, lambda _: channel_json(self.world, channel, gateway=True), intents=GUILDS)

    def _emit_role(self, name: str, role: Role) -> None:
        body = {"guild_id": str(self.id), "role": role_json(role)}
        self.world.emit(name, lambda _: body, intents=GUILDS)
