"""Hubs over real sockets: questions whether we mean it, content in bounds, and what nobody asked for."""

import asyncio
import gzip
import io
import logging
from collections.abc import AsyncIterator

import pytest

from bot.model.entry import ParsedEntry
from bot.model.feed import FeedKind, Push, PushProtocol
from bot.model.ids import ChannelId
from bot.model.message import ChannelKind, ChannelView
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.web.server import WebServer
from bot.web.websub import WebSubPages
from sandbox.blog.hub_rules import sign
from tests.fakes.blog import HOME
from tests.web.site import GUILD, PUBLIC, USER, Site

TOPIC = f"{HOME}feed/"
CHALLENGE = "<script>alert(1)</script>"


async def ask_hub(site: Site, push: Push) -> HubSubscription:
    """Start a blog whose feed names a hub, and ask that."""
    site.fake.hubs[FeedKind.ENTRIES] = push
    view = ChannelView(id=ChannelId(GUILD + 2), guild_id=GUILD, name="blog", kind=ChannelKind.TEXT)
    proposed = await site.bridge.proposals.propose("blog.example", view, USER, placement=None, comments=False)
    await site.bridge.proposals.start(proposed.proposal_id, GUILD)
    await site.bridge.hub_subscriber.tick()
    await site.bridge.hub_subscriber.drain(5)
    return await registered(site)


async def registered(site: Site) -> HubSubscription:
    (hub_subscription,) = await site.store.hub_subscriptions.of_blog(site.blog.id)
    return hub_subscription


@pytest.fixture
async def asked(site: Site) -> HubSubscription:
    return await ask_hub(site, Push(hub_url="https://hub.example/", topic_url=TOPIC))


@pytest.fixture
async def confirmed(site: Site, asked: HubSubscription) -> HubSubscription:
    assert await site.hub.verify() == [True]
    return await registered(site)


async def get(site: Site, token: str, **query: str) -> tuple[int, str]:
    params = {name.replace("_", ".", 1): value for name, value in query.items()}
    async with site.session.get(site.url(f"/push/{token}"), params=params) as response:
        if response.status == 200:
            assert response.content_type == "text/plain"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        return response.status, await response.text()


async def post(site: Site, token: str, body: bytes | AsyncIterator[bytes], **headers: str) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    data = io.BytesIO(body) if isinstance(body, bytes) else body
    async with site.session.post(site.url(f"/push/{token}"), data=data, headers=given) as response:
        return response.status


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 100_000


async def taken_in(site: Site) -> list[str]:
    """Let everything be taken in; returns the titles kept."""
    await site.bridge.websub_receiver.tasks.drain(5)
    return [entry.title for entry in await site.store.entries.newest(site.blog.id, 10)]


def an_entry(site: Site) -> ParsedEntry:
    return site.fake.write("Pushed")


async def test_the_callback_is_below_the_public_address(site: Site, asked: HubSubscription) -> None:
    assert site.hub.asked == [("subscribe", f"{PUBLIC}/push/{asked.token}")]


async def test_a_hub_that_asks_what_we_mean_gets_its_challenge_back(site: Site, asked: HubSubscription) -> None:
    question = {"hub_mode": "subscribe", "hub_topic": TOPIC, "hub_challenge": CHALLENGE}
    assert await get(site, asked.token, **question, hub_lease_seconds="3600") == (200, CHALLENGE)
    after = await registered(site)
    assert after.state is HubSubscriptionState.VERIFIED
    assert after.lease_until is not None
    # as often as it likes
    assert (await get(site, asked.token, **question))[0] == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"hub_topic": f"{TOPIC}other"},
        {"hub_mode": "unsubscribe"},
        {"hub_mode": "publish"},
        {"hub_mode": ""},
        {"hub_challenge": ""},
    ],
)
async def test_what_nobody_asked_for_is_not_found(site: Site, asked: HubSubscription, changed: dict[str, str]) -> None:
    question = {"hub_mode": "subscribe", "hub_topic": TOPIC, "hub_challenge": CHALLENGE, **changed}
    status, text = await get(site, asked.token, **question)
    assert (status, CHALLENGE in text) == (404, False)
    assert (await registered(site)).state is HubSubscriptionState.REQUESTED


async def test_an_unknown_token_is_not_found_or_gone(site: Site, asked: HubSubscription) -> None:
    question = {"hub_mode": "subscribe", "hub_topic": TOPIC, "hub_challenge": CHALLENGE}
    for token in ("unknown", asked.token[:-1], f"{asked.token}x"):
        assert (await get(site, token, **question))[0] == 404
        assert await post(site, token, b"x") == 410
    assert (await get(site, "x" * 4000, **question))[0] == 404
    assert await post(site, "x" * 4000, b"x") == 404
    assert (await get(site, asked.token))[0] == 404


async def test_only_a_get_answers_for_us(site: Site, asked: HubSubscription) -> None:
    async with site.session.head(site.url(f"/push/{asked.token}"), params={"hub.mode": "denied"}) as response:
        assert response.status == 405
    assert (await registered(site)).state is HubSubscriptionState.REQUESTED


async def test_a_denial_is_noted_with_its_reason(site: Site, confirmed: HubSubscription) -> None:
    denial = {"hub_mode": "denied", "hub_topic": TOPIC, "hub_reason": "no such topic"}
    assert (await get(site, "unknown", **denial))[0] == 404
    assert (await get(site, confirmed.token, **{**denial, "hub_topic": "https://other.example/"}))[0] == 404
    assert (await registered(site)).state is HubSubscriptionState.VERIFIED
    assert (await get(site, confirmed.token, **denial))[0] == 200
    after = await registered(site)
    assert (after.state, after.error) == (HubSubscriptionState.REFUSED, "The hub says no: no such topic")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_signed_content_is_taken_in(site: Site, confirmed: HubSubscription, method: str) -> None:
    body = an_entry(site).uid.encode()
    assert confirmed.secret is not None
    for _ in range(2):
        assert await post(site, confirmed.token, body, X_Hub_Signature=sign(confirmed.secret, body, method)) == 202
    assert await taken_in(site) == ["Pushed"]
    assert (await registered(site)).state is HubSubscriptionState.TRUSTED


async def test_content_with_a_wrong_signature_or_none_is_answered_and_ignored(
    site: Site, confirmed: HubSubscription, caplog: pytest.LogCaptureFixture
) -> None:
    # As the bot is heard at its loudest; libraries are heard from warnings on.
    caplog.set_level(logging.DEBUG, "bot")
    body = an_entry(site).uid.encode()
    assert confirmed.secret is not None
    assert await post(site, confirmed.token, body) == 202
    assert await post(site, confirmed.token, body, X_Hub_Signature=sign("guessed", body)) == 202
    assert await post(site, confirmed.token, body, X_Hub_Signature=sign(confirmed.secret, body, "md5")) == 202
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    head = f"POST /push/{confirmed.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n".encode()
    writer.write(head + b"X-Hub-Signature: sha1=\xff\r\n\r\nx")
    assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 202")
    writer.close()
    await writer.wait_closed()
    assert await taken_in(site) == []
    assert (await registered(site)).delivered_at is None
    assert confirmed.secret not in caplog.text
    assert confirmed.token not in caplog.text


async def test_a_body_may_be_as_long_as_what_a_poll_reads(site: Site, confirmed: HubSubscription) -> None:
    uid = an_entry(site).uid.encode()
    assert confirmed.secret is not None
    longest = uid + b" " * (5_000_000 - len(uid))
    assert await post(site, confirmed.token, longest, X_Hub_Signature=sign(confirmed.secret, longest)) == 202
    assert await taken_in(site) == ["Pushed"]
    assert await post(site, confirmed.token, longest + b" ") == 413

    assert await post(site, confirmed.token, endless()) == 413
    # nothing is read for whom nobody knows
    assert await post(site, "unknown", endless()) == 410


async def test_nothing_is_unpacked(site: Site, confirmed: HubSubscription) -> None:
    body = gzip.compress(an_entry(site).uid.encode())
    assert confirmed.secret is not None
    headers = {"X_Hub_Signature": sign(confirmed.secret, body), "Content_Encoding": "gzip"}
    assert await post(site, confirmed.token, body, **headers) == 415
    assert await taken_in(site) == []


async def test_a_body_that_drips_is_not_waited_for(site: Site, confirmed: HubSubscription) -> None:
    server = WebServer(site.bridge, site.metrics, ready={}, host="127.0.0.1", port=0)
    server._pages = (WebSubPages(site.bridge.websub_receiver, seconds=0.05),)
    await server.start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"POST /push/{confirmed.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx".encode())
        answer = await asyncio.wait_for(reader.readline(), 10)
        assert answer.startswith(b"HTTP/1.1 408")
        writer.close()
        await writer.wait_closed()
    finally:
        await server.stop()


async def test_a_body_that_breaks_off_is_no_bug_of_ours(
    site: Site, confirmed: HubSubscription, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(f"POST /push/{confirmed.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await get(site, confirmed.token))[0] == 404
    assert await taken_in(site) == []
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_hub_gets_its_answer_before_anything_is_done(site: Site, confirmed: HubSubscription) -> None:
    body = an_entry(site).uid.encode()
    assert confirmed.secret is not None
    async with site.bridge.websub_receiver._blog_locks.of(site.blog.id):
        assert await post(site, confirmed.token, body, X_Hub_Signature=sign(confirmed.secret, body)) == 202
        assert await site.store.entries.newest(site.blog.id, 1) == []
    assert await taken_in(site) == ["Pushed"]


async def test_a_hub_learns_that_nobody_wants_it_any_more(site: Site, confirmed: HubSubscription) -> None:
    (subscribed,) = await site.bridge.admin.blogs(GUILD)
    await site.bridge.admin.remove(subscribed.subscription)
    await site.bridge.hub_subscriber.end_unwanted()
    await site.bridge.hub_subscriber.drain(5)
    assert site.hub.asked[-1] == ("unsubscribe", f"{PUBLIC}/push/{confirmed.token}")
    question = {"hub_topic": TOPIC, "hub_challenge": CHALLENGE}
    assert await get(site, confirmed.token, hub_mode="unsubscribe", **question) == (200, CHALLENGE)
    assert (await get(site, confirmed.token, hub_mode="subscribe", **question))[0] == 404
    assert await post(site, confirmed.token, b"x", X_Hub_Signature=sign(confirmed.secret or "", b"x")) == 410


async def test_a_cloud_asks_and_tells_in_its_own_words(site: Site) -> None:
    cloud = Push(hub_url="http://cloud.example/notify", topic_url=TOPIC, protocol=PushProtocol.RSSCLOUD)
    asked = await ask_hub(site, cloud)
    assert (await get(site, asked.token, url="https://other.example/", challenge="abc"))[0] == 404
    assert await get(site, asked.token, url=TOPIC, challenge="abc") == (200, "abc")
    after = await registered(site)
    assert after.state is HubSubscriptionState.VERIFIED
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    (feed,) = [feed for feed in await site.store.feeds.of_blog(site.blog.id) if feed.kind is FeedKind.ENTRIES]
    await site.store.polls.release_until([(feed.id, after.due_at)])
    assert await post(site, asked.token, b"url=https%3A%2F%2Fother.example%2F", **form) == 410
    assert await post(site, asked.token, b"url=https%3A%2F%2Fblog.example%2Ffeed%2F", **form) == 202
    hurried = await site.store.feeds.get(feed.id)
    assert hurried is not None
    assert hurried.next_poll_at < after.due_at
    # nobody signs what a cloud says, so it brings no content and no trust
    assert await post(site, asked.token, an_entry(site).uid.encode()) == 410
    assert await taken_in(site) == []
    assert (await registered(site)).state is HubSubscriptionState.VERIFIED
