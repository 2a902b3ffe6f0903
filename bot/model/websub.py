"""Registrations: that a hub (W3C WebSub) or a cloud (rssCloud) sends a feed's changes to us. No behaviour."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.connection import Secret
from bot.model.feed import Push
from bot.model.ids import FeedId, HubSubscriptionId


class HubSubscriptionState(StrEnum):
    """How far a registration has come."""

    #: the feed names a hub, which has not been asked
    WANTED = "wanted"
    #: asked; the hub has not asked back whether we mean it
    REQUESTED = "requested"
    #: the hub sends; whether it sends in time, nobody knows yet
    VERIFIED = "verified"
    #: it brought what no poll had found: polls may slow down
    TRUSTED = "trusted"
    #: the hub, or our guard, says no; asked again after days
    REFUSED = "refused"
    #: nobody wants the feed; the hub was told so
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """A feed at its hub. In this house a subscription is another thing: a blog that goes to a channel."""

    id: HubSubscriptionId
    feed_id: FeedId
    push: Push
    #: the end of our callback's address; not to be guessed, so whoever knows it is the hub
    token: str
    #: ``hub.secret``, what the hub signs with; None: none made yet, or the key that encrypted it is gone
    secret: Secret | None
    state: HubSubscriptionState
    #: how often the hub was asked since it last confirmed
    attempts: int = 0
    requested_at: datetime | None = None
    #: when to ask (again)
    due_at: datetime
    #: until when the hub sends, by its own word
    lease_until: datetime | None = None
    #: the last content that the hub had signed
    delivered_at: datetime | None = None
    #: why it does not work, a sentence
    error: str | None = None

    @property
    def trusted_until(self) -> datetime | None:
        """Until when polls may rely on it."""
        return self.lease_until if self.state is HubSubscriptionState.TRUSTED else None
