"""The objects of a Discord in memory: users, guilds, roles, channels, threads, messages.

`posting`, `threads` and `reactions` change them and notify the gateway; `render` writes their JSON.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sandbox.discord.errors import Json
from sandbox.discord.permission_bits import Permission

#: `kind` of a channel to Discord's channel type.
KINDS = {"text": 0, "voice": 2, "category": 4, "announcement": 5, "forum": 15, "media": 16}

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15


def now() -> datetime:
    """Return the present time with its zone."""
    return datetime.now(UTC)


@dataclass(eq=False)
class User:
    """An account; two users are the same only when they are the same object."""

    id: int
    name: str
    bot: bool = False

    @property
    def mention(self) -> str:
        """Return the text that mentions this user."""
        return f"<@{self.id}>"

    def __repr__(self) -> str:
        return f"<{'bot' if self.bot else 'user'} {self.name}>"


@dataclass(eq=False)
class Role:
    """A named set of permission bits in a guild."""

    id: int
    name: str
    permissions: int
    position: int = 1
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        """Return the text that mentions this role."""
        return f"<@&{self.id}>"


@dataclass(eq=False)
class Member:
    """A user inside one guild."""

    user: User
    roles: list[Role]
    joined_at: datetime


@dataclass(eq=False)
class Overwrite:
    """A channel's permission overwrite for one role or member."""

    kind: int  # 0 role, 1 member
    allow: Permission = field(default_factory=lambda: Permission(0))
    deny: Permission = field(default_factory=lambda: Permission(0))


@dataclass(eq=False)
class Tag:
    """A tag of a forum."""

    id: int
    name: str
    moderated: bool = False


@dataclass(eq=False, repr=False)
class Channel:
    """A place for messages: of a guild, or a DM with one `recipient`."""

    id: int
    type: int
    name: str
    guild: "Guild | None" = None
    topic: str | None = None
    nsfw: bool = False
    position: int = 0
    flags: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    recipient: User | None = None
    last_message_id: int | None = None
    all_messages: dict[int, "Message"] = field(default_factory=dict)

    @property
    def messages(self) -> list["Message"]:
        """Return the messages of this channel, oldest first, without ephemeral answers."""
        return [self.all_messages[key] for key in sorted(self.all_messages)]

    @property
    def threads(self) -> list["Thread"]:
        """Return the threads (forum posts) under this channel, oldest first, including archived ones."""
        if self.guild is None:
            return []
        return [thread for _, thread in sorted(self.guild.threads.items()) if thread.parent is self]

    @property
    def place(self) -> "Channel":
        """Return the channel whose overwrites count here."""
        return self

    @property
    def is_forum(self) -> bool:
        """Return True if only posts (threads) can be made here."""
        return self.type in (15, 16)

    @property
    def require_tag(self) -> bool:
        """Return True if a post here needs a tag."""
        return bool(self.flags & 1 << 4)

    @property
    def mention(self) -> str:
        """Return the text that mentions this channel."""
        return f"<#{self.id}>"

    def __repr__(self) -> str:
        return f"<channel #{self.name} with {len(self.all_messages)} messages>"


@dataclass(eq=False, repr=False)
class Thread(Channel):
    """A thread, or a post of a forum."""

    parent: Channel = field(kw_only=True)
    owner: User = field(kw_only=True)
    archived: bool = False
    locked: bool = False
    auto_archive_duration: int = 4320
    archive_timestamp: datetime = field(default_factory=now)
    created_at: datetime = field(default_factory=now)
    applied_tags: list[int] = field(default_factory=list)
    member_ids: set[int] = field(default_factory=set)
    total_message_sent: int = 0

    @property
    def place(self) -> Channel:
        """Return the parent, as threads have no overwrites of their own."""
        return self.parent

    @property
    def tag_names(self) -> list[str]:
        """Return the names of the applied tags, in the order they were applied."""
        names = {tag.id: tag.name for tag in self.parent.tags}
        return [names[tag] for tag in self.applied_tags if tag in names]


@dataclass(eq=False, repr=False)
class Guild:
    """A server: its members, roles, channels and threads."""

    id: int
    name: str
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    #: The channel in which Discord announces new members, and bots post their welcome.
    system_channel: "Channel | None" = None
    #: Words that AutoMod blocks in what the bot posts.
    blocked_words: set[str] = field(default_factory=set)
    #: False in an outage.
    available: bool = True

    def __repr__(self) -> str:
        return f"<guild {self.name}>"


class InteractionMetadata(Protocol):
    """A message's data about the interaction that it answers."""

    id: int
    type: int
    user: User
    source: "Message | None"


@dataclass(eq=False, repr=False)
class Message:
    """A message as it stands now. `pings` holds the users and roles it notified, and the words "everyone" or "here"."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | int | None = None
    reference_id: int | None = None
    reference: "Message | None" = None
    pings: list["User | Role | str"] = field(default_factory=list)
    reactions: dict[str, list[User]] = field(default_factory=dict)
    thread: Thread | None = None
    interaction: "InteractionMetadata | None" = None
    visible_to: User | None = None
    created_at: datetime = field(default_factory=now)
    edited_at: datetime | None = None
    deleted: bool = False
    version: int = 0
    late_edits: int = 0

    @property
    def ephemeral(self) -> bool:
        """Return True if only one person can see the message."""
        return bool(self.flags & EPHEMERAL)

    @property
    def jump_url(self) -> str:
        """Return the address that opens this message."""
        guild = self.channel.guild.id if self.channel.guild else "@me"
        return f"https://discord.com/channels/{guild}/{self.channel.id}/{self.id}"

    @property
    def parts(self) -> list[Json]:
        """Return every component, including those inside rows, sections and containers, in reading order."""
        return flatten(self.components)

    @property
    def buttons(self) -> list[str]:
        """Return the labels of the buttons."""
        return [part.get("label") or "" for part in self.parts if part["type"] == 2]

    @property
    def text(self) -> str:
        """Return all text that a person reads, by lines: content, embeds, text components, button labels."""
        lines = [self.content, *(line for embed in self.embeds for line in embed_lines(embed))]
        lines += [str(part.get("content") or part.get("label") or "") for part in self.parts]
        return "\n".join(line for line in lines if line)

    def mentions_in_text(self) -> set[int]:
        """Return the ids of the users whose mention is in the content, pinged or not."""
        return {int(found) for found in re.findall(r"<@!?(\d+)>", self.content)}

    def __repr__(self) -> str:
        return f"<message by {self.author.name}: {self.text[:60]!r}>"


def flatten(components: list[Json]) -> list[Json]:
    """Return components and all nested ones, in reading order."""
    found: list[Json] = []
    for part in components:
        found.append(part)
        found += flatten(part.get("components") or [])
        found += flatten([part[key] for key in ("component", "accessory") if part.get(key)])
    return found


def embed_lines(embed: Json) -> list[str]:
    """Return the texts of an embed, in reading order."""
    lines = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    for entry in embed.get("fields") or []:
        lines += [entry.get("name"), entry.get("value")]
    lines.append((embed.get("footer") or {}).get("text"))
    return [line for line in lines if line]
