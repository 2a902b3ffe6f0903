"""Feeds as a list names them (OPML 2.0), and a list on its way into a guild."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ChannelId, GuildId, ImportedFeedId, ImportId, UserId
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
    """How a listed feed fares."""

    WAITING = "waiting"
    STARTED = "started"
    #: it went to this channel before
    THERE = "there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeed:
    """A feed of a list that is being imported."""

    id: ImportedFeedId
    import_id: ImportId
    listed: ListedFeed
    state: ImportState
    #: for FAILED: a sentence
    reason: str | None = None


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
    #: in the list's order
    feeds: tuple[ImportedFeed, ...] = ()

    def count(self, state: ImportState) -> int:
        """How many of its feeds fare so."""
        return sum(each.state is state for each in self.feeds)
