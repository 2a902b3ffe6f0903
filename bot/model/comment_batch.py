"""Comments that are told of together instead of one by one."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.ids import CommentId, EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryComments:
    """Comments on one entry, and mentions of it."""

    entry_id: EntryId
    #: of people's comments
    count: int
    #: of pingbacks and trackbacks
    mentions: int = 0
    newest: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarisedComment:
    """A comment that was not posted by itself, as too many came at once."""

    added_at: datetime
    #: when the summary was posted that counts it; None: it waits for one
    summarised_at: datetime | None
