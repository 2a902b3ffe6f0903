"""The composition root: reads the settings, wires the parts, starts and stops them in order."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

from dotenv import dotenv_values
from prometheus_client import CollectorRegistry

from bot import logs
from bot.adapters.comment_systems.registry import CommentSystemRegistry
from bot.adapters.discord.application import connect_to_discord
from bot.adapters.discord.sender import DiscordSender
from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.http.fetch import HttpFeeds
from bot.adapters.feeds.http.hub import HttpHubs
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from bot.adapters.net.discord_responses import discord_trace
from bot.adapters.net.headers import user_agent
from bot.bridge.admin.views import BlogPreviewer
from bot.bridge.assembly import Bridge, Dependencies, assemble
from bot.check import Checkup
from bot.gateway import Gateway
from bot.model.errors import BridgeError
from bot.preview import as_json_text, as_text, preview_blog
from bot.rules.poll_schedule import PollSchedule
from bot.runtime import SystemClock, SystemRandomness, tune_garbage_collector
from bot.schedule import Schedule
from bot.settings import Settings, SettingsError, merged, read_settings, unknown_names
from bot.setup import Setup
from bot.storage.database import Store
from bot.storage.key_file import data_folder, kept_key, key_file
from bot.storage.migrate import migrate as migrate_database
from bot.web.health import event_check, heartbeat_check
from bot.web.metrics import Metrics
from bot.web.server import WebServer

_log = logging.getLogger(__name__)

#: Of the ten seconds that a stop may take, so many are for work under way.
_DRAIN_SECONDS = 5.0
_LISTENER_SECONDS = 1.0
#: After so long everything is there that stays, what Discord tells of its servers included.
_SETTLED_SECONDS = 60.0
_ENV_FILE = ".env"
_TOKENLESS = (
    "DISCORD_TOKEN is not set: make a bot at https://discord.com/developers/applications and give its token to "
    "`make setup`; `make demo` needs none."
)


def run() -> int:
    """``python -m bot run``; returns the exit status."""
    settings = _settings()
    if settings is None:
        return 2
    if settings.discord_token is None:
        return _print_error(_TOKENLESS)
    _warn_of_unknown_names()
    return _report(_run(settings, settings.discord_token))


def migrate() -> int:
    """``python -m bot migrate``; returns the exit status."""
    settings = _settings()
    if settings is None:
        return 2
    _warn_of_unknown_names()
    return _report(_migrate(settings))


def setup() -> int:
    """``python -m bot setup``; returns the exit status."""
    settings = _settings()
    return 2 if settings is None else _exit_status_of(_setup(settings))


def check() -> int:
    """``python -m bot check``; returns the exit status."""
    settings = _settings()
    # Each problem has been named.
    return 1 if settings is None else _exit_status_of(_check(settings))


def preview(url: str, *, as_json: bool, trace: bool) -> int:
    """``python -m bot preview``; returns the exit status."""
    settings = _settings()
    if trace:
        logs.set_up_trace()
    return 2 if settings is None else _report(_preview(settings, url, as_json=as_json))


def _settings() -> Settings | None:
    """Read ``.env`` and the environment; complain about everything at once."""
    try:
        settings = read_settings(merged(dotenv_values(_ENV_FILE), os.environ))
    except SettingsError as error:
        for problem in error.problems:
            _print_error(problem)
        return None
    logs.set_up(settings.log_level, settings.log_format)
    return settings


def _unknown_names() -> list[str]:
    return unknown_names(dotenv_values(_ENV_FILE), os.environ)


def _warn_of_unknown_names() -> None:
    for text in _unknown_names():
        _log.warning("%s", text, extra={"action": "unknown_setting"})


def _print_error(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2


def _report(work: Coroutine[None, None, None]) -> int:
    async def well() -> int:
        await work
        return 0

    return _exit_status_of(well())


def _exit_status_of(work: Coroutine[None, None, int]) -> int:
    """Run something that knows its exit status."""
    try:
        return asyncio.run(work)
    except BridgeError as error:
        _print_error(error.text)
        return 1
    except KeyboardInterrupt:
        return 130


async def _migrate(settings: Settings) -> None:
    applied = await migrate_database(settings.database_url)
    text = "The database was brought up to date." if applied else "The database is up to date."
    _log.info("%s", text, extra={"action": "migrated", "migrations": len(applied)})
    for name in applied:
        _log.debug("A migration was applied.", extra={"action": "migration_applied", "migration": name})


async def _setup(settings: Settings) -> int:
    async with connect_to_discord(settings.discord_api_url) as look:
        return await Setup(look, Path(_ENV_FILE), kept=settings.discord_token).run()


async def _check(settings: Settings) -> int:
    async with connect_to_discord(settings.discord_api_url) as look, _http_client(settings) as client:
        checkup = Checkup(
            look,
            client,
            token=settings.discord_token,
            database_url=settings.database_url,
            keys=settings.secret_keys,
            key_file=key_file(settings.database_url),
            data_folder=data_folder(settings.database_url),
            public_url=settings.public_url,
            http_host=settings.http_host,
            http_port=settings.http_port,
            unknown=_unknown_names(),
        )
        return await checkup.run()


async def _preview(settings: Settings, url: str, *, as_json: bool) -> None:
    async with _http_and_parser(settings) as (client, parser):
        feeds = HttpFeeds(client, parser, contact=_contact(settings))
        look = await preview_blog(url, BlogPreviewer(HttpDiscoverer(client, parser), feeds, SystemClock()))
    sys.stdout.write(as_json_text(look, typed=url) if as_json else as_text(look, typed=url))


async def _run(settings: Settings, token: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    loop.call_later(_SETTLED_SECONDS, tune_garbage_collector)
    await serve(settings, token, stop)


async def serve(settings: Settings, token: str, stop: asyncio.Event) -> None:
    """Run the whole bot until told to stop, which may be while it starts.

    :raises BridgeError: it cannot start: the database, the web side's port or the token is refused.
    """
    try:
        async with asyncio.timeout(None) as starting:
            watching = asyncio.create_task(_cancel_on_stop(starting, stop), name="stop")
            try:
                await _serve(settings, token, stop, up=watching.cancel)
            finally:
                watching.cancel()
    except TimeoutError:
        if not starting.expired():
            raise
        _log.info("Stopped before everything was up.", extra={"action": "stop"})


async def _cancel_on_stop(starting: asyncio.Timeout, stop: asyncio.Event) -> None:
    await stop.wait()
    starting.reschedule(asyncio.get_running_loop().time())


async def _serve(settings: Settings, token: str, stop: asyncio.Event, *, up: Callable[[], object]) -> None:
    """Put the parts together and let them work.

    :param up: called when they work, and look for ``stop`` by themselves.
    """
    await _migrate(settings)
    # The database first and in the root coroutine: its context is what every later task inherits.
    async with _database(settings) as store, _http_and_parser(settings) as (client, parser):
        gateway = Gateway(http_trace=discord_trace(), api_url=settings.discord_api_url)
        clock = SystemClock()
        metrics = Metrics(clock, CollectorRegistry())
        world = Dependencies(
            store=store,
            chat=DiscordSender(gateway),
            source=HttpFeeds(client, parser, contact=_contact(settings)),
            discoverer=HttpDiscoverer(client, parser),
            comment_systems=CommentSystemRegistry(client),
            hubs=HttpHubs(client),
            clock=clock,
            randomness=SystemRandomness(),
            meter=metrics,
        )
        pace = PollSchedule(shortest=settings.poll_interval_min, longest=settings.poll_interval_max)
        bridge = assemble(
            world,
            pace=pace,
            public_url=settings.public_url,
            texts_for=settings.reply_text_kept,
            most_subscriptions=settings.subscriptions_per_server,
        )
        if settings.database_url.startswith("sqlite://"):
            # The file is ours alone, so whoever held a lease is no more.
            await bridge.maintenance.recover()
        await bridge.maintenance.pull_in_times()
        await bridge.maintenance.check_clock()
        gateway.install(bridge)
        ready = {
            "database": store.check_writable,
            "discord": event_check(gateway.ready),
            "polls": heartbeat_check(bridge.poller.heartbeat),
            "outbox": heartbeat_check(bridge.dispatcher.heartbeat),
        }
        web = WebServer(
            bridge,
            metrics,
            ready=ready,
            host=settings.http_host,
            port=settings.http_port,
            public_url=settings.public_url,
            operator=settings.operator,
        )
        async with gateway, _serving(web):
            up()
            await _work(bridge, gateway, token, stop)


async def _work(bridge: Bridge, gateway: Gateway, token: str, stop: asyncio.Event) -> None:
    """Work until told to stop or until Discord refuses us for good; then let what is under way come to its end.

    Discord need not be there: blogs are polled, and what is bound for it waits in the outbox.
    """
    schedule = Schedule(bridge)
    connected = asyncio.create_task(gateway.start(token), name="gateway")
    delivering = asyncio.create_task(bridge.dispatcher.run(), name="outbox")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    schedule.start()
    try:
        await asyncio.wait({connected, delivering, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        _log.info("Stopping.", extra={"action": "stop"})
        schedule.stop()
        stopping.cancel()
        delivering.cancel()
        workers = (bridge.poller, bridge.hub_subscriber, bridge.websub_receiver, bridge.dispatcher)
        await asyncio.gather(*(each.drain(_DRAIN_SECONDS) for each in workers))
    if connected.done():
        connected.result()
    # First the listener: told to close, it would sleep until its next attempt to reconnect. A cancellation can be
    # lost to a connection made in the same instant (asyncio.wait_for before Python 3.12): then closing ends it.
    for _ in range(2):
        connected.cancel()
        await asyncio.wait({connected}, timeout=_LISTENER_SECONDS)
        await gateway.close()


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Store]:
    keys = settings.secret_keys or (kept_key(settings.database_url),)
    database = Store(settings.database_url, keys=keys)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _contact(settings: Settings) -> str | None:
    return settings.public_url or settings.operator


@contextlib.asynccontextmanager
async def _http_and_parser(settings: Settings) -> AsyncIterator[tuple[HttpClient, FeedParser]]:
    async with _http_client(settings) as client, FeedParser() as parser:
        yield client, parser


@contextlib.asynccontextmanager
async def _http_client(settings: Settings) -> AsyncIterator[HttpClient]:
    client = HttpClient(allow=settings.outbound_allow, user_agent=user_agent(_contact(settings)))
    await client.open()
    try:
        yield client
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def _serving(web: WebServer) -> AsyncIterator[None]:
    await web.start()
    try:
        yield
    finally:
        await web.stop()
