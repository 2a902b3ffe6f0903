"""A blog in two servers, and journeys that meet on it: one stops in its middle, another one runs, the first goes on.

A journey stops where it asks the world outside, after that has answered: so it acts on what is outdated by then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.bridge.polling.blog_locks import BlogLock
from bot.model.connection import Credential, Secret
from bot.model.entry import ParsedComment, ParsedEntry
from bot.model.errors import BridgeError, ChannelLost
from bot.model.ids import ChannelId, GuildId, ReplyId
from bot.model.opml import ListedFeed
from bot.model.subscription import RelayMode, SubscribedBlog
from bot.rules.opml import write_opml
from bot.storage.statements import fetch
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness
from tests.bridge.replies.replying import Talk
from tests.bridge.websub.hubs import TOPIC
from tests.fakes.blog import PASSWORD, FakeBlog, FakeCommentClient
from tests.fakes.chat import FakeChat

OTHER, ELSEWHERE, THIRD = GuildId(11), ChannelId(21), ChannelId(22)
_CREDENTIAL = Credential(username="bridge", password=Secret(PASSWORD))
_WITHIN = 10


class Gate:
    """Stops the first call of a method, after it was done, until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    def put(
        self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, where: Callable[..., bool] = lambda *_: True
    ) -> None:
        """Put it behind a method, for calls with arguments that fit."""
        original = getattr(owner, name)

        async def stopped(*args: Any, **options: Any) -> Any:
            fits = not self.reached.is_set() and where(*args)
            try:
                return await original(*args, **options)
            finally:
                if fits and not self.reached.is_set():
                    self.reached.set()
                    await self.opened.wait()

        monkeypatch.setattr(owner, name, stopped)


@dataclass
class Pair:
    """The stage: the blog goes to a channel here and to one of another server, whose members must notice nothing."""

    harness: BridgeHarness
    monkeypatch: pytest.MonkeyPatch
    here: SubscribedBlog
    there: SubscribedBlog
    old: ParsedEntry
    talk: Talk
    #: set when somebody waits for the blog's turn
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    #: what the chat refuses of a channel from here on
    lost: bool = False
    reply: ReplyId | None = None
    news: ParsedEntry | None = None
    remark: ParsedComment | None = None

    def appear(self) -> None:
        """Let an entry and a comment appear on the blog."""
        self.news = self.harness.blog.write("News")
        self.remark = self.harness.blog.remark(self.old, "Bob", "<p>Nice.</p>")

    async def now_here(self) -> SubscribedBlog | None:
        blogs = await self.harness.bridge.admin.blogs(GUILD)
        return next((each for each in blogs if each.subscription.id == self.here.subscription.id), None)

    async def state(self) -> str:
        """How the subscription here stands."""
        now = await self.now_here()
        if now is None:
            return "removed"
        subscription = now.subscription
        if subscription.left_at is not None:
            return "left"
        if subscription.paused_at is not None:
            return "paused"
        return "parked" if subscription.parked_reason is not None else "active"

    def said(self, words: str, channel_id: ChannelId) -> int:
        """How often something was said in a channel and the threads of it."""
        starters = {each.ref.message_id for each in self.harness.chat.said if each.ref.channel_id == channel_id}
        places = {channel_id, *(thread for thread in self.harness.chat.threads if thread in starters)}
        return sum(
            1
            for each in self.harness.chat.said
            if each.ref.channel_id in places and words in (each.post.title, each.post.body)
        )

    async def deliver(self) -> None:
        """Deliver what is due; unlike the house, wait for no delivery that was under way before."""
        dispatcher = self.harness.bridge.dispatcher
        before = set(dispatcher._tasks._tasks)
        while await dispatcher._claim():
            if started := dispatcher._tasks._tasks - before:
                await asyncio.wait(started)

    async def poll(self) -> None:
        """Poll what is due; wait for no poll that was under way before."""
        poller = self.harness.bridge.poller
        before = poller.tasks.running
        await poller.tick()
        if started := poller.tasks.running - before:
            await asyncio.wait(started)
        await poller.results.flush(force=True)

    async def settle(self) -> None:
        """Let days pass until nothing is left to do."""
        for hours in (0, 1, 24, 24):
            self.harness.clock.move(timedelta(hours=hours))
            await self.poll()
            await self.deliver()


Act = Callable[[Pair], Coroutine[Any, Any, object]]


async def _nothing(_: Pair) -> None:
    pass


@dataclass(frozen=True)
class Journey:
    """One journey."""

    act: Act
    #: how the subscription must stand before it
    begins: tuple[str, ...] = ("active",)
    #: brings everything to the point from which it runs
    prepare: Act = _nothing
    #: where it stops; None: it asks nothing outside, so nothing comes into its midst
    stops: tuple[type, str] | None = None
    #: it asks something only if it begins like this
    stops_only: str | None = None
    #: only calls with such arguments stop
    where: Callable[..., bool] = lambda *_: True


async def _poll(pair: Pair) -> None:
    pair.harness.clock.move(timedelta(days=1))
    await pair.poll()


async def _push(pair: Pair) -> None:
    assert pair.news is not None
    assert await pair.harness.hub.publish(TOPIC, pair.news.uid) == [202]
    await asyncio.wait(pair.harness.bridge.websub_receiver.tasks.running)


async def _start(pair: Pair) -> None:
    await pair.harness.start(THIRD)


async def _polled(pair: Pair) -> None:
    await _poll(pair)


async def _resume(pair: Pair) -> None:
    now = await pair.now_here()
    assert now is not None
    await pair.harness.bridge.admin.resume(now)


async def _leave(pair: Pair) -> None:
    await pair.harness.bridge.guilds.leave(GUILD)


async def _join(pair: Pair) -> None:
    await pair.harness.bridge.guilds.join(GUILD)
    await pair.deliver()


async def _pause(pair: Pair) -> None:
    now = await pair.now_here()
    if now is not None:
        await pair.harness.bridge.admin.pause(now.subscription)


async def _remove(pair: Pair) -> None:
    await pair.harness.bridge.admin.remove(pair.here.subscription)


async def _rights(pair: Pair) -> None:
    pair.lost = False
    await pair.harness.bridge.parking.recheck(GUILD)


async def _connect(pair: Pair) -> None:
    await pair.harness.bridge.connector.connect(pair.here.blog, GUILD, USER, _CREDENTIAL)


async def _disconnect(pair: Pair) -> None:
    await pair.harness.bridge.disconnector.disconnect(pair.here.blog, GUILD)


async def _accepted(pair: Pair) -> None:
    pair.reply = (await pair.talk.publish(await pair.talk.preview("Mine"))).id


async def _publish(pair: Pair) -> None:
    if pair.reply is None:
        await _accepted(pair)
    await pair.deliver()


async def _listed(pair: Pair) -> None:
    view = pair.harness.channel_view(THIRD)
    document = write_opml([ListedFeed(url="blog.example")], title="", at=pair.harness.clock.now())
    handed_in = await pair.harness.bridge.opml.hand_in(document, view, USER, placement=None)
    await pair.harness.bridge.opml.begin(handed_in.id, GUILD)


async def _import(pair: Pair) -> None:
    if not await fetch("SELECT 1 FROM deliveries WHERE kind = 'import_feed'"):
        await _listed(pair)
    await pair.deliver()


async def _missing(pair: Pair) -> None:
    """An old entry leaves the feed, and is looked for a second time."""
    pair.harness.blog.entries.remove(pair.old)
    pair.harness.blog.comments.clear()
    await _poll(pair)
    await pair.deliver()
    pair.harness.clock.move(timedelta(hours=1))


async def _maintenance(pair: Pair) -> None:
    await pair.harness.bridge.maintenance.tick()


async def _losing(pair: Pair) -> None:
    await _polled(pair)
    pair.lost = True


_HERE = {CHANNEL}


def _in_channel_here(_: FakeChat, channel_id: ChannelId, *__: object) -> bool:
    return channel_id in _HERE


JOURNEYS = {
    "poll": Journey(_poll, stops=(FakeBlog, "fetch"), begins=("active", "paused", "left", "parked")),
    "push": Journey(_push, stops=(FakeBlog, "read"), begins=("active", "paused")),
    "start": Journey(_start, stops=(FakeBlog, "fetch"), begins=("active", "paused")),
    "announce": Journey(
        Pair.deliver,
        prepare=_polled,
        stops=(FakeChat, "post"),
        where=_in_channel_here,
        begins=("active", "parked"),
    ),
    "park": Journey(
        Pair.deliver, prepare=_losing, stops=(FakeChat, "post"), where=_in_channel_here, begins=("active", "parked")
    ),
    "resume": Journey(_resume, stops=(FakeBlog, "fetch"), begins=("paused", "parked"), stops_only="paused"),
    "join": Journey(_join, stops=(FakeBlog, "fetch"), begins=("left",)),
    "publish": Journey(_publish, prepare=_accepted, stops=(FakeCommentClient, "publish")),
    "connect": Journey(_connect, stops=(FakeCommentClient, "check"), begins=("active", "paused")),
    "disconnect": Journey(_disconnect, stops=(FakeCommentClient, "revoke"), begins=("active", "paused")),
    "import": Journey(_import, prepare=_listed, stops=(FakeBlog, "discover"), begins=("active", "paused")),
    "pause": Journey(_pause, begins=("active", "parked")),
    "remove": Journey(_remove, begins=("active", "paused", "parked")),
    "leave": Journey(_leave, begins=("active", "paused", "parked")),
    "rights": Journey(_rights, begins=("active", "paused", "parked")),
    "retention": Journey(_maintenance, begins=("active", "paused", "left", "parked")),
}


async def set_stage(harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Have the blog in both servers, connected here, with an old entry announced in both."""
    here = await harness.start()
    there = await harness.start(ELSEWHERE, guild_id=OTHER)
    await harness.ask_hubs()
    await harness.hub.verify()
    await harness.bridge.connector.connect(here.blog, GUILD, USER, _CREDENTIAL)
    await harness.store.subscriptions.set_mode(here.subscription.id, RelayMode.MENU)
    await harness.bridge.reply_members.agree(USER, "Mia", consent=True)
    old = harness.blog.write("Old")
    await harness.poll()
    await harness.deliver()
    thread = next(each.ref.message_id for each in harness.chat.said if each.ref.channel_id == CHANNEL)
    pair = Pair(harness, monkeypatch, here, there, old, Talk(harness, here, ChannelId(thread)))
    pair.appear()
    post, enter = FakeChat.post, BlogLock.__aenter__

    async def refuse(chat: FakeChat, channel_id: ChannelId, *args: Any, **options: Any) -> Any:
        if pair.lost and channel_id in {CHANNEL, pair.talk.thread}:
            raise ChannelLost("The bot lacks a permission in this channel.")
        return await post(chat, channel_id, *args, **options)

    async def seen(turn: BlogLock) -> None:
        if turn.users:
            pair.waiting.set()
        await enter(turn)

    monkeypatch.setattr(FakeChat, "post", refuse)
    monkeypatch.setattr(BlogLock, "__aenter__", seen)
    return pair


async def begin_as(pair: Pair, state: str) -> None:
    """Bring the subscription here to a state."""
    if state == "paused":
        await _pause(pair)
    elif state == "left":
        await _leave(pair)
    elif state == "parked":
        await pair.harness.store.subscriptions.park(pair.here.subscription.id, "The channel is lost.")


async def meet(pair: Pair, first: str, second: str, state: str) -> str | None:
    """Let a journey stop in its middle, another one run, and the first go on; returns why the second was refused."""
    one, other = JOURNEYS[first], JOURNEYS[second]
    for journey in dict.fromkeys((one, other)):
        await journey.prepare(pair)
    await begin_as(pair, state)
    assert one.stops is not None
    gate = Gate()
    gate.put(pair.monkeypatch, *one.stops, where=one.where)
    running = asyncio.create_task(_done(one.act(pair)))
    async with asyncio.timeout(_WITHIN):
        await gate.reached.wait()
        pair.waiting.clear()
        meeting = asyncio.create_task(_done(other.act(pair)))
        waits = asyncio.create_task(pair.waiting.wait())
        await asyncio.wait({meeting, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        gate.opened.set()
        await running
        refusal = await meeting
    pair.lost = False
    return refusal


async def _done(act: Awaitable[object]) -> str | None:
    """Run to the end; a refusal is an outcome."""
    try:
        await act
    except BridgeError as error:
        return error.text
    return None


async def left_behind(pair: Pair) -> list[str]:
    """Rows that nobody will come back to."""
    here = pair.here.subscription
    found = [f"lease of feed {row['id']}" for row in await fetch("SELECT id FROM feeds WHERE leased_until IS NOT NULL")]
    for row in await fetch("SELECT kind, lane, state, error FROM deliveries WHERE state <> 'done'"):
        found.append(f"{row['state']} {row['kind']}: {row['error']}")
    if not await fetch("SELECT 1 FROM subscriptions WHERE guild_id = $1", GUILD):
        found += [
            f"endpoint {row['id']}" for row in await fetch("SELECT id FROM connections WHERE guild_id = $1", GUILD)
        ]
    if await pair.now_here() is None:
        links = await fetch("SELECT id FROM posted_messages WHERE subscription_id = $1", here.id)
        found += [f"link {row['id']}" for row in links]
    parked = "SELECT parked_reason FROM subscriptions WHERE parked_reason IS NOT NULL AND paused_at IS NULL"
    found += [f"parked: {row['parked_reason']}" for row in await fetch(parked)]
    if await pair.state() == "left":
        others = await fetch("SELECT id FROM subscriptions WHERE guild_id = $1 AND left_at IS NULL", GUILD)
        found += [f"subscription {row['id']} goes on" for row in others]
    found += [f"proposal {row['id']}" for row in await fetch("SELECT id FROM proposals")]
    return found
