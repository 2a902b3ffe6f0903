"""Comments that one summary counts together."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.ids import CommentId, EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryComments:
    """The numbers of new comments on an entry and of mentions of it."""

    entry_id: EntryId
    #: of comments
    count: int
    #: of pingbacks and trackbacks
    mentions: int = 0
    newest: CommentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarisedComment:
    """A comment that is only counted in a summary."""

    added_at: datetime
    #: when the summary was posted; None: it waits for one
    summarised_at: datetime | None
