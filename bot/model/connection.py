"""A guild's connection to a blog, through which members' replies are written as comments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import BlogId, EndpointId, GuildId, UserId


class EndpointKind(StrEnum):
    """Where a blog takes comments."""

    WORDPRESS = "wordpress"


class Secret(str):
    """A password in memory: shows itself in no repr, log or traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A guild's way of writing comments on a blog."""

    id: EndpointId
    guild_id: GuildId
    blog_id: BlogId
    kind: EndpointKind
    api_root: str
    username: str
    password: Secret
    connected_by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTrouble:
    """What a blog refuses a guild's connection for."""

    guild_id: GuildId
    blog_id: BlogId
    connected_by: UserId
    #: a sentence
    text: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A user name and an application password, not yet tried."""

    username: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRequest:
    """An admin on the way through the blog's own "authorise this application" page."""

    guild_id: GuildId
    blog_id: BlogId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the blog said of a credential's account."""

    name: str
    roles: tuple[str, ...]
    may_publish_raw_html: bool
    may_moderate: bool
