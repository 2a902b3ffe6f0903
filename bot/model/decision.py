"""What each stage of the way from feed to chat decided of an entry, for ``/blog why``."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import EntryId, SubscriptionId


class Stage(StrEnum):
    """The stages, in their order. What happens between QUEUED and SENT is told by the delivery itself."""

    FETCHED = "fetched"
    PARSED = "parsed"
    IDENTITY = "identity"
    NEWS = "news"
    ROUTED = "routed"
    FILTERED = "filtered"
    QUEUED = "queued"
    RENDERED = "rendered"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a stage decided; the last word of a stage counts."""

    entry_id: EntryId
    #: None: for all subscriptions alike
    subscription_id: SubscriptionId | None = None
    stage: Stage
    #: False: here the entry's way ended
    passed: bool
    #: a sentence for an admin, as plain text
    text: str
    at: datetime
