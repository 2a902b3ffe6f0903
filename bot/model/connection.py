"""A guild's connection to a blog, through which members' replies are written as comments."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ConnectionId, GuildId, UserId


class Secret(str):
    """A password or token; its repr hides it from logs and tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A guild's account at a blog, through which its members' replies are published."""

    id: ConnectionId
    guild_id: GuildId
    blog_id: BlogId
    system: CommentSystem
    api_root: str
    username: str
    password: Secret
    connected_by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTrouble:
    """Why a blog refuses a guild's connection."""

    guild_id: GuildId
    blog_id: BlogId
    connected_by: UserId
    #: a sentence
    text: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A user name and an application password that were not tried yet."""

    username: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRequest:
    """An admin who was sent to the blog's own "Authorize Application" page."""

    guild_id: GuildId
    blog_id: BlogId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account of a credential, as the blog describes it."""

    name: str
    roles: tuple[str, ...]
    may_publish_raw_html: bool
    may_moderate: bool
