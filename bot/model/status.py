"""The bot's health as ``/status`` shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.delivery import DeliveryState
from bot.model.feed import Feed
from bot.model.ids import BlogId, DeliveryId, GuildId, ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadDelivery:
    """A delivery that ended without success, and why."""

    id: DeliveryId
    kind: str
    settled_at: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """The state of one delivery."""

    state: DeliveryState
    attempts: int
    due_at: datetime
    #: of the last attempt
    error: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReply:
    """A reply that waits to be published, or was given up."""

    reply_id: ReplyId
    guild_id: GuildId
    blog_id: BlogId
    #: waiting or dead
    state: DeliveryState
    attempts: int
    #: None: nothing was tried yet
    first_attempt_at: datetime | None
    due_at: datetime
    #: of the last attempt
    error: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """Waiting deliveries, the oldest of them, and those that died recently."""

    waiting: int
    #: age of the oldest delivery that is due
    oldest_due: timedelta | None
    dead: tuple[DeadDelivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a guild's blogs and of the outbox."""

    blogs: int
    paused: int
    parked: tuple[str, ...]
    failing: tuple[Feed, ...]
    outbox: OutboxView
    #: connections that do not work, each a line
    connections: tuple[str, ...] = ()
    #: replies on their way to blogs, and those given up lately
    replies: tuple[PendingReply, ...] = ()
