"""The sandbox's hub, held to the rules of W3C WebSub by a subscriber of this test's own. Sections are the spec's."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from sandbox.blog.hub import SandboxHub
from tests.webserver import WebServer, serving

SECRET = "between us"


class Subscriber:
    """A callback that means it, or not, and a topic."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.callback, self.topic = f"{server.url}/callback?mine=1", f"{server.url}/feed"
        self.echo: str | None = None
        self.status = 200
        self.questions: list[dict[str, str]] = []
        self.content: list[tuple[bytes, dict[str, str]]] = []
        server.on("/callback", self._called)  # type: ignore[arg-type]
        server.serve("/feed", "<rss/>", headers={"Content-Type": "application/rss+xml"})

    async def _called(self, request: web.Request) -> web.Response:
        assert request.query["mine"] == "1"
        if request.method == "POST":
            self.content.append((await request.read(), dict(request.headers)))
            return web.Response(status=self.status)
        self.questions.append(dict(request.query))
        echo = request.query.get("hub.challenge", "") if self.echo is None else self.echo
        return web.Response(status=self.status, text=echo)

    def form(self, **changed: str) -> dict[str, str]:
        form = {"hub.callback": self.callback, "hub.mode": "subscribe", "hub.topic": self.topic, "hub.secret": SECRET}
        return {**form, **{name.replace("_", ".", 1): value for name, value in changed.items()}}


@pytest.fixture
async def clock() -> list[datetime]:
    return [datetime(2026, 3, 1, tzinfo=UTC)]


@pytest.fixture
async def hub(clock: list[datetime]) -> AsyncIterator[SandboxHub]:
    async with SandboxHub.running(lambda: clock[0]) as hub:
        yield hub


@pytest.fixture
async def subscriber() -> AsyncIterator[Subscriber]:
    async with serving() as server:
        yield Subscriber(server)


async def ask(hub: SandboxHub, form: dict[str, str]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(hub.url, data=form) as response:
        answer = response.status, await response.text()
    await hub.settled()
    return answer


async def test_a_request_is_accepted_and_verified_at_the_callback(hub: SandboxHub, subscriber: Subscriber) -> None:
    assert (await ask(hub, subscriber.form(hub_lease_seconds="600")))[0] == 202
    (question,) = subscriber.questions
    assert question["hub.mode"] == "subscribe"
    assert question["hub.topic"] == subscriber.topic
    assert question["hub.lease_seconds"] == "600"
    assert len(question["hub.challenge"]) > 16
    assert hub.verified == [("subscribe", True)]


@pytest.mark.parametrize(
    "changed",
    [
        {"hub_mode": "publish"},
        {"hub_topic": ""},
        {"hub_callback": "not an address"},
        {"hub_secret": "x" * 200},
        {"hub_lease_seconds": "soon"},
        {"hub_lease_seconds": "0"},
    ],
)
async def test_what_is_no_request_is_refused_in_words(
    hub: SandboxHub, subscriber: Subscriber, changed: dict[str, str]
) -> None:
    status, text = await ask(hub, subscriber.form(**changed))
    assert status == 400
    assert text.startswith("hub.")
    assert subscriber.questions == []


async def test_parameters_it_does_not_know_are_ignored(hub: SandboxHub, subscriber: Subscriber) -> None:
    assert (await ask(hub, {**subscriber.form(), "hub.other": "x", "foo": "bar"}))[0] == 202
    assert hub.verified == [("subscribe", True)]


@pytest.mark.parametrize(("echo", "status"), [("wrong", 200), (None, 404), (None, 302), ("", 200)])
async def test_a_callback_that_does_not_echo_is_not_subscribed(
    hub: SandboxHub, subscriber: Subscriber, echo: str | None, status: int
) -> None:
    subscriber.echo, subscriber.status = echo, status
    assert (await ask(hub, subscriber.form()))[0] == 202
    assert hub.verified == [("subscribe", False)]
    assert await hub.publish(subscriber.topic) == []


async def test_content_comes_whole_signed_and_with_its_links(hub: SandboxHub, subscriber: Subscriber) -> None:
    await ask(hub, subscriber.form())
    assert await hub.publish(subscriber.topic) == [200]
    ((body, headers),) = subscriber.content
    assert body == b"<rss/>"
    assert headers["Content-Type"] == "application/rss+xml"
    assert headers["X-Hub-Signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["Link"] == f'<{hub.url}>; rel="hub", <{subscriber.topic}>; rel="self"'


async def test_without_a_secret_nothing_is_signed(hub: SandboxHub, subscriber: Subscriber) -> None:
    form = subscriber.form()
    del form["hub.secret"]
    await ask(hub, form)
    await hub.publish(subscriber.topic)
    assert "X-Hub-Signature" not in subscriber.content[0][1]


async def test_a_lease_ends_unless_it_is_renewed(
    hub: SandboxHub, subscriber: Subscriber, clock: list[datetime]
) -> None:
    await ask(hub, subscriber.form(hub_lease_seconds="600"))
    clock[0] += timedelta(seconds=500)
    await ask(hub, subscriber.form(hub_lease_seconds="600"))
    clock[0] += timedelta(seconds=500)
    assert await hub.publish(subscriber.topic) == [200]
    clock[0] += timedelta(seconds=101)
    assert await hub.publish(subscriber.topic) == []


async def test_a_new_request_changes_nothing_until_it_is_verified(hub: SandboxHub, subscriber: Subscriber) -> None:
    await ask(hub, subscriber.form())
    subscriber.echo = "wrong"
    await ask(hub, subscriber.form(hub_secret="another"))
    await ask(hub, subscriber.form(hub_mode="unsubscribe"))
    assert hub.verified[1:] == [("subscribe", False), ("unsubscribe", False)]
    assert [each.secret for each in hub.rules.subscribers(subscriber.topic)] == [SECRET]
    subscriber.echo = None
    await ask(hub, subscriber.form(hub_secret="another"))
    assert [each.secret for each in hub.rules.subscribers(subscriber.topic)] == ["another"]


async def test_unsubscribing_is_verified_too(hub: SandboxHub, subscriber: Subscriber) -> None:
    await ask(hub, subscriber.form())
    await ask(hub, subscriber.form(hub_mode="unsubscribe"))
    assert "hub.lease_seconds" not in subscriber.questions[1]
    assert await hub.publish(subscriber.topic) == []


async def test_a_callback_that_is_gone_gets_no_more(hub: SandboxHub, subscriber: Subscriber) -> None:
    await ask(hub, subscriber.form())
    subscriber.status = 500
    assert await hub.publish(subscriber.topic) == [500]
    subscriber.status = 410
    assert await hub.publish(subscriber.topic) == [410]
    assert await hub.publish(subscriber.topic) == []


async def test_it_may_take_a_subscription_back(hub: SandboxHub, subscriber: Subscriber) -> None:
    await ask(hub, subscriber.form())
    await hub.deny(subscriber.topic, "no more")
    denial = subscriber.questions[1]
    assert (denial["hub.mode"], denial["hub.topic"], denial["hub.reason"]) == ("denied", subscriber.topic, "no more")
    assert await hub.publish(subscriber.topic) == []
