"""Rate limits: buckets by route and major parameter, the global one, their headers and the 429.

"real" has numbers close to Discord's, "relaxed" sends the same headers with room for a busy test.
"""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.discord.errors import Json

#: (method, end of the template) to (requests, seconds). Numbers are those commonly seen, not promised.
REAL: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (1, 0.25),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (1, 0.25),
    ("PATCH", "/channels/{channel_id}"): (5, 15.0),
    ("POST", "/channels/{channel_id}/threads"): (10, 60.0),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"): (10, 60.0),
    ("POST", "/users/@me/channels"): (10, 10.0),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"): (5, 2.0),
}
#: Routes that share one bucket, under one hash: adding a reaction and removing it.
SHARED: dict[tuple[str, str], str] = {
    (method, f"/channels/{{channel_id}}/messages/{{message_id}}/reactions/{{emoji_name}}/{whose}"): "reactions"
    for method, whose in (("PUT", "@me"), ("DELETE", "@me"), ("DELETE", "{user_id}"))
}
OTHERS_REAL, RELAXED = (50, 1.0), (10_000, 1.0)

#: Requests a second over all routes; interactions do not count.
GLOBAL_REAL = 50


@dataclass
class Window:
    """A fixed window of a bucket; it begins with the first request."""

    limit: int
    seconds: float
    ends: float = 0.0
    used: int = 0


@dataclass(frozen=True)
class Verdict:
    """The rate-limit part of a response: headers always, and a body if the request came too early."""

    headers: dict[str, str]
    refusal: Json | None = None


@dataclass
class Limits:
    """All buckets. `clock` returns Unix seconds."""

    mode: str = "relaxed"
    clock: Callable[[], float] = time.time
    #: Numbers of routes that a test set, in the form of REAL.
    custom: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _global: Window = field(default_factory=lambda: Window(GLOBAL_REAL, 1.0))

    def __post_init__(self) -> None:
        if self.mode not in ("real", "relaxed"):
            raise ValueError(f"rate_limits is 'real' or 'relaxed', not {self.mode!r}")

    def set(self, method: str, template: str, requests: int, seconds: float) -> None:
        """Set the numbers of one route, in either mode."""
        self.custom[method, template] = (requests, seconds)
        self._windows = {key: window for key, window in self._windows.items() if key[0] != _bucket(method, template)}

    def take(self, method: str, template: str, major: str) -> Verdict:
        """Count a request against its buckets; `major` joins the major parameters of its path."""
        moment = self.clock()
        exempt = template.startswith(("/interactions", "/webhooks"))
        if self.mode == "real" and not exempt and not _count(self._global, moment):
            return _refusal(self._global.ends - moment, everywhere=True)
        bucket = _bucket(method, template)
        key = (bucket, major)
        if key not in self._windows:
            self._windows[key] = Window(*self._numbers(method, template))
        window = self._windows[key]
        allowed = _count(window, moment)
        headers = {
            "X-RateLimit-Limit": str(window.limit),
            "X-RateLimit-Remaining": str(window.limit - window.used),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, window.ends - moment):.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        if allowed:
            return Verdict(headers)
        verdict = _refusal(window.ends - moment, everywhere=False)
        return Verdict(headers | verdict.headers, verdict.refusal)

    def _numbers(self, method: str, template: str) -> tuple[int, float]:
        if (method, template) in self.custom:
            return self.custom[method, template]
        return REAL.get((method, template), OTHERS_REAL) if self.mode == "real" else RELAXED


def _bucket(method: str, template: str) -> str:
    name = SHARED.get((method, template), f"{method} {template}")
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def _count(window: Window, moment: float) -> bool:
    if moment >= window.ends:
        window.ends, window.used = moment + window.seconds, 0
    if window.used >= window.limit:
        return False
    window.used += 1
    return True


def _refusal(wait: float, *, everywhere: bool) -> Verdict:
    wait = max(0.001, wait)
    headers = {
        # Clients take a 429 without Via for one of Cloudflare's and give up.
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    body: Json = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
    return Verdict(headers, body)
