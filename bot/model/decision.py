"""The decisions about an entry between its feed and Discord, for ``/blog why``."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import EntryId, SubscriptionId


class Stage(StrEnum):
    """The stages, in their order; between QUEUED and SENT the delivery has the state."""

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
    """The decision of a stage; a later one of the same stage replaces it."""

    entry_id: EntryId
    #: None: for all subscriptions
    subscription_id: SubscriptionId | None = None
    stage: Stage
    #: False: the entry went no further
    passed: bool
    #: a sentence for an admin, as plain text
    text: str
    at: datetime
