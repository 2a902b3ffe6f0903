"""The rules of a WebSub hub (https://www.w3.org/TR/websub/), without sockets: the caller sends the requests."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

_SHORTEST_SECRET_REFUSED = 200
_USUAL_LEASE = 10 * 86_400


class HubError(Exception):
    """A request that a hub answers with an error; its text is the body (5.1.2)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that was accepted with 202 but is not verified yet."""

    mode: str
    topic: str
    callback: str
    lease: int
    secret: str | None = field(repr=False)
    challenge: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def question(self) -> dict[str, str]:
        """Return the parameters that a verification adds to the callback's query (5.3)."""
        asked = {"hub.mode": self.mode, "hub.topic": self.topic, "hub.challenge": self.challenge}
        return {**asked, "hub.lease_seconds": str(self.lease)} if self.mode == "subscribe" else asked


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A verified subscription."""

    topic: str
    callback: str
    secret: str | None = field(repr=False)
    until: datetime


class HubRules:
    """Requests and subscriptions.

    :param clock: returns the time, by which leases end.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._subscribers: dict[tuple[str, str], Subscriber] = {}
        #: seconds; None: as requested
        self.lease: int | None = None
        #: accepted and not yet verified, oldest first
        self.wishes: list[Wish] = []

    def ask(self, form: Mapping[str, str]) -> Wish:
        """Accept a request.

        :raises HubError: the request is invalid.
        """
        callback, mode, topic = (form.get(f"hub.{name}", "") for name in ("callback", "mode", "topic"))
        if mode not in ("subscribe", "unsubscribe"):
            raise HubError("hub.mode must be subscribe or unsubscribe")
        if not _is_address(callback) or not _is_address(topic):
            raise HubError("hub.callback and hub.topic must be addresses")
        secret = form.get("hub.secret")
        if secret is not None and len(secret.encode()) >= _SHORTEST_SECRET_REFUSED:
            raise HubError("hub.secret must be less than 200 bytes")
        asked = form.get("hub.lease_seconds", str(_USUAL_LEASE))
        if not asked.isdecimal() or not int(asked):
            raise HubError("hub.lease_seconds must be a positive number")
        wish = Wish(mode, topic, callback, self.lease or int(asked), secret)
        self.wishes.append(wish)
        return wish

    def verify(self, wish: Wish, *, status: int, body: str) -> bool:
        """Apply a request if its callback echoed the challenge; else change nothing (5.1, 5.3)."""
        self.wishes.remove(wish)
        if not 200 <= status < 300 or body != wish.challenge:
            return False
        key = wish.topic, wish.callback
        if wish.mode == "unsubscribe":
            self._subscribers.pop(key, None)
        else:
            until = self._clock() + timedelta(seconds=wish.lease)
            self._subscribers[key] = Subscriber(wish.topic, wish.callback, wish.secret, until)
        return True

    def subscribers(self, topic: str) -> list[Subscriber]:
        """Return subscriptions whose lease has not ended (5.3: hubs MUST enforce lease expirations)."""
        now = self._clock()
        return [each for each in self._subscribers.values() if each.topic == topic and each.until > now]

    def drop(self, subscriber: Subscriber) -> None:
        """Delete a subscription: denied (5.2), or its callback answered 410 (7)."""
        self._subscribers.pop((subscriber.topic, subscriber.callback), None)


def sign(secret: str, body: bytes, method: str = "sha256") -> str:
    """Return ``X-Hub-Signature`` (7.1)."""
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
