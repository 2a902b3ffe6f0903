"""``/metrics``: what the bridge counted, in Prometheus's text format. The Meter of ``bridge/ports``, met by shape.

Labels hold words of ours only: no name, no address, nobody's text. Decides nothing about what is counted.
"""

from datetime import datetime
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.bridge.admin.views import StatusViews
from bot.bridge.ports import Clock, Side

#: Seconds; from "at once" to a moderator's weekend.
_BUCKETS: Final = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 72 * 3600)


class Metrics:
    """Counts.

    :param registry: where the counters are kept; one of its own each, so that nothing is shared in a process.
    """

    def __init__(self, clock: Clock, registry: CollectorRegistry) -> None:
        self._clock = clock
        self._registry = registry
        self._polls = Counter(
            "backchannel_polls", "Polls of feeds, by what came of them.", ["outcome"], registry=registry
        )
        self._pushes = Counter(
            "backchannel_pushes", "What hubs sent, by what came of it.", ["outcome"], registry=registry
        )
        self._deliveries = Counter(
            "backchannel_deliveries",
            "Attempts at deliveries, by kind and by what came of them.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._errors = Counter(
            "backchannel_errors",
            "Refusals and failures, by side (discord or blog) and class.",
            ["side", "error"],
            registry=registry,
        )
        self._announced = Histogram(
            "backchannel_announce_delay_seconds",
            "From an item's publication on the blog, by the blog's own word, to its message in chat.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self._published = Histogram(
            "backchannel_publish_delay_seconds",
            "From a member's words to the comment on the blog, at once or after a moderator's approval.",
            ["moderated"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._waiting = Gauge(
            "backchannel_outbox_waiting",
            "Deliveries that are not settled, those for later included.",
            registry=registry,
        )
        self._oldest = Gauge(
            "backchannel_outbox_oldest_due_seconds",
            "How long the longest waiting due delivery has been due; 0 where none is.",
            registry=registry,
        )

    def polled(self, outcome: str) -> None:
        """Count a poll."""
        self._polls.labels(outcome).inc()

    def pushed(self, outcome: str) -> None:
        """Count what a hub sent."""
        self._pushes.labels(outcome).inc()

    def delivered(self, kind: str, outcome: str) -> None:
        """Count an attempt at a delivery."""
        self._deliveries.labels(kind, outcome).inc()

    def failed(self, side: Side, error: str) -> None:
        """Count a refusal or failure."""
        self._errors.labels(str(side), error).inc()

    def announced(self, since: datetime) -> None:
        """Measure how long the blog's item took to chat."""
        self._announced.observe(self._seconds(since))

    def published(self, since: datetime, *, moderated: bool) -> None:
        """Measure how long a reply took to the blog."""
        self._published.labels("yes" if moderated else "no").observe(self._seconds(since))

    async def render(self, views: StatusViews) -> bytes:
        """Write everything out, with the outbox as it is now."""
        outbox = await views.outbox()
        self._waiting.set(outbox.waiting)
        self._oldest.set(outbox.oldest_due.total_seconds() if outbox.oldest_due else 0)
        return generate_latest(self._registry)

    def _seconds(self, since: datetime) -> float:
        # A blog's clock may be ahead of ours.
        return max(0.0, (self._clock.now() - since).total_seconds())


class MetricsPage:
    """Shows what was counted."""

    def __init__(self, metrics: Metrics, views: StatusViews) -> None:
        self._metrics = metrics
        self._views = views

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/metrics", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        body = await self._metrics.render(self._views)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
