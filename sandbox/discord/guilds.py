"""The acts of a guild's owner: make channels and roles, allow and deny, remove."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.discord.nouns import KINDS, Channel, Guild, Member, Overwrite, Role, Tag, User, now
from sandbox.discord.permission_bits import Permission, named
from sandbox.discord.render import channel_json, guild_json, member_json, role_json
from sandbox.discord.threads import GUILDS
from sandbox.discord.world import World

GUILD_MEMBERS = 1 << 1


@dataclass(eq=False, repr=False)
class SandboxGuild(Guild):
    """A guild with the acts of its owner."""

    world: World = field(kw_only=True)
    _bot: Member | None = None

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
        """Remove the bot from this guild; it loses all access there."""
        self.world.guilds.pop(self.id)
        self._bot = self.members.pop(self.world.bot.id)
        self.world.emit("GUILD_DELETE", lambda _: {"id": str(self.id)}, intents=GUILDS)

    def invite_bot(self) -> None:
        """Add the bot again."""
        if self._bot is not None:
            self.members[self.world.bot.id] = self._bot
        self.world.guilds[self.id] = self
        self.announce()

    def go_away(self) -> None:
        """Begin an outage of the guild: requests fail, and the gateway reports it as unavailable."""
        self.available = False
        body = {"id": str(self.id), "unavailable": True}
        self.world.emit("GUILD_DELETE", lambda _: body, intents=GUILDS)

    def come_back(self) -> None:
        """End the outage."""
        self.available = True
        body = guild_json(self.world, self, gateway=True)
        self.world.emit("GUILD_CREATE", lambda _: body, intents=GUILDS)

    def give_bot_role(self, role: Role) -> None:
        """Give the bot one more role; a bot is notified of its own roles whatever its intents."""
        member = self.members[self.world.bot.id]
        member.roles.append(role)
        body = {"guild_id": str(self.id), **member_json(member)}
        self.world.emit("GUILD_MEMBER_UPDATE", lambda _: body, intents=GUILDS)

    def announce(self) -> None:
        """Notify the gateway that the bot is in this guild now."""
        body = guild_json(self.world, self, gateway=True)
        # A new guild has no field about its availability; so clients distinguish it from the first ones.
        del body["unavailable"]
        self.world.emit("GUILD_CREATE", lambda _: body, intents=GUILDS)

    def _emit_channel(self, name: str, channel: Channel) -> None:
        self.world.emit(name, lambda _: channel_json(self.world, channel, gateway=True), intents=GUILDS)

    def _emit_role(self, name: str, role: Role) -> None:
        body = {"guild_id": str(self.id), "role": role_json(role)}
        self.world.emit(name, lambda _: body, intents=GUILDS)
