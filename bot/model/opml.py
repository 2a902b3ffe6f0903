"""Feeds as a list names them (OPML 2.0), and a list on its way into a guild."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId, UserId
from bot.model.message import MessageRef
from bot.model.subscription import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed in a list."""

    url: str
    #: what the list calls it; nothing where it has no name there
    title: str = ""
    home_url: str | None = None
    #: names of the folders it stands in, from the outside in
    folder: tuple[str, ...] = ()


class ImportState(StrEnum):
    """The state of a listed feed."""

    WAITING = "waiting"
    STARTED = "started"
    #: it went to this channel before
    THERE = "there"
    FAILED = "failed"
    #: an admin stopped the list before its turn came
    STOPPED = "stopped"


class FailureCause(StrEnum):
    """Why a listed feed failed, as far as it says what an admin can do."""

    #: it may work later
    TEMPORARY = "temporary"
    #: its host is outside the public internet
    PRIVATE = "private"
    #: its address leads nowhere any more
    GONE = "gone"
    #: its address leads to something without a feed that can be read
    NO_FEED = "no_feed"
    #: the bot may not write in the channel
    CHANNEL = "channel"
    #: the server has as many subscriptions as the settings allow
    LIMIT = "limit"
    #: anything else; the reason says all
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeed:
    """A feed of a list that is being imported."""

    id: ImportedFeedId
    import_id: ImportId
    listed: ListedFeed
    state: ImportState
    #: for FAILED: a sentence
    reason: str | None = None
    cause: FailureCause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A list that an admin handed in."""

    id: ImportId
    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    placement: Placement
    comments: bool
    created_at: datetime
    #: when the button was pressed; None: not yet
    begun_at: datetime | None = None
    #: the direct message that shows how far it is; None: there is none
    progress: MessageRef | None = None
    #: in the list's order
    feeds: tuple[ImportedFeed, ...] = ()

    @property
    def running(self) -> bool:
        """Return whether it was started and feeds of it still wait."""
        return self.begun_at is not None and self.count(ImportState.WAITING) > 0

    @property
    def retryable(self) -> bool:
        """Return whether feeds of it failed that may work now."""
        return any(each.cause is FailureCause.TEMPORARY for each in self.feeds if each.state is ImportState.FAILED)

    def count(self, state: ImportState) -> int:
        """Return how many of its feeds are in a state."""
        return sum(each.state is state for each in self.feeds)
