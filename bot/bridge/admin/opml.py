"""The use cases behind ``/blog import`` and ``export``: upload, start, progress, export of OPML files."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.bridge.admin.subscribing import choose_placement
from bot.bridge.outbox.deliveries import import_feed, report_import, show_import_progress
from bot.bridge.ports import Clock
from bot.model.errors import NotFound, Refused
from bot.model.feed import FeedKind
from bot.model.ids import GuildId, ImportId, UserId
from bot.model.message import ChannelView, ChatPost
from bot.model.opml import FailureCause, Import, ListedFeed
from bot.model.redact import without_secrets
from bot.model.subscription import Placement, SubscribedBlog
from bot.rules.messages.opml_import import present_import, present_list, progress_pause
from bot.rules.opml import parse_opml, write_opml
from bot.storage.database import Store

_GONE = "This list was started or cancelled already. Hand it in again with `/blog import`."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlUpload:
    """An uploaded list that waits for Start."""

    id: ImportId
    post: ChatPost


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """The progress of an import, and what can be done with it."""

    id: ImportId
    post: ChatPost
    #: it can be stopped
    running: bool
    #: some of what failed can be tried again
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedOpml:
    """A guild's feeds as a file."""

    data: bytes
    feeds: int
    #: how many of their addresses held a secret, which was left out
    stripped: int


class OpmlFiles:
    """Takes lists of feeds in and gives them out. Every refusal is a sentence for the admin."""

    def __init__(self, store: Store, clock: Clock, *, wake_outbox: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def hand_in(
        self, data: bytes, channel: ChannelView, user_id: UserId, *, placement: Placement | None
    ) -> OpmlUpload:
        """Read a list and keep it; nothing starts yet.

        :raises Refused: it is none, or the channel cannot be used.
        """
        wanted = Import(
            id=ImportId(0),
            guild_id=channel.guild_id,
            channel_id=channel.id,
            user_id=user_id,
            placement=choose_placement(channel, placement),
            comments=True,
            created_at=self._clock.now(),
        )
        kept = await self._store.imports.add(wanted, parse_opml(data))
        return OpmlUpload(id=kept.id, post=present_list(kept))

    async def running(self, guild_id: GuildId) -> ImportView | None:
        """Return the progress of the import that a guild is running; None: there is none."""
        newest = await self._store.imports.newest(guild_id)
        return _shown(newest) if newest is not None and newest.running else None

    async def begin(self, import_id: ImportId, guild_id: GuildId) -> ImportView:
        """Queue the feeds of a list for import, one after the other; the admin gets a report at the end.

        :raises NotFound: it was begun or cancelled before.
        """
        wanted = await self._get(import_id, guild_id)
        now = self._clock.now()
        async with self._store.transaction():
            if not await self._store.imports.begin(import_id, now):
                raise NotFound(_GONE)
            deliveries = [import_feed(wanted, each, now) for each in wanted.feeds]
            progress = show_import_progress(wanted, 1, now + progress_pause(timedelta(0)))
            await self._store.outbox.add([*deliveries, report_import(wanted, now), progress])
        self._wake_outbox()
        return _shown(replace(wanted, begun_at=now))

    async def stop(self, import_id: ImportId, guild_id: GuildId) -> ImportView:
        """Start none of a list's feeds that still wait; those that were started stay.

        :raises NotFound: nothing of it waits.
        """
        await self._get(import_id, guild_id)
        async with self._store.transaction():
            if not await self._store.imports.stop(import_id):
                raise NotFound("Nothing of this list waits any more, so there is nothing to stop.")
        self._wake_outbox()
        return _shown(await self._get(import_id, guild_id))

    async def retry(self, import_id: ImportId, guild_id: GuildId) -> ImportView:
        """Try the feeds again that failed and may work now.

        :raises NotFound: there are none.
        """
        wanted = await self._get(import_id, guild_id)
        now = self._clock.now()
        again = f":again:{now.timestamp():.0f}"
        failed = [each for each in wanted.feeds if each.cause is FailureCause.TEMPORARY]
        async with self._store.transaction():
            waiting = [each for each in failed if await self._store.imports.retry_feed(each.id)]
            if not waiting:
                raise NotFound("Nothing of this list is to be tried again.")
            deliveries = [import_feed(wanted, each, now, again=again) for each in waiting]
            await self._store.outbox.add([*deliveries, report_import(wanted, now, again=again)])
        self._wake_outbox()
        return _shown(await self._get(import_id, guild_id))

    async def cancel(self, import_id: ImportId, guild_id: GuildId) -> None:
        """Forget a list that was not begun.

        :raises NotFound: it was begun or cancelled before.
        """
        wanted = await self._get(import_id, guild_id)
        if wanted.begun_at is not None:
            raise NotFound(_GONE)
        await self._store.imports.delete(import_id)

    async def progress(self, import_id: ImportId, guild_id: GuildId) -> ImportView:
        """Return the progress of an import.

        :raises NotFound: it was deleted.
        """
        return _shown(await self._get(import_id, guild_id))

    async def export(self, guild_id: GuildId, name: str) -> ExportedOpml:
        """Write a guild's feeds into a list, without what only this guild may know.

        :param name: the guild's.
        :raises Refused: there are none.
        """
        subscribed = await self._store.subscriptions.of_guild(guild_id)
        listed = {(feed.url, feed.folder): feed for each in subscribed for feed in await self._listed(each)}
        if not listed:
            raise Refused("No blog goes to a channel of this server, so there is nothing to export.")
        feeds = [_public(feed) for feed in listed.values()]
        stripped = sum(feed.url != before.url for feed, before in zip(feeds, listed.values(), strict=True))
        title = f"Blogs on {name}" if name else "Blogs"
        data = write_opml(feeds, title=title, at=self._clock.now())
        return ExportedOpml(data=data, feeds=len(feeds), stripped=stripped)

    async def _get(self, import_id: ImportId, guild_id: GuildId) -> Import:
        wanted = await self._store.imports.get(import_id)
        if wanted is None or wanted.guild_id != guild_id:
            raise NotFound(_GONE)
        return wanted

    async def _listed(self, each: SubscribedBlog) -> list[ListedFeed]:
        return [
            ListedFeed(
                url=feed.url, title=each.blog.title, home_url=each.blog.home_url, folder=each.subscription.folder
            )
            for feed in await self._store.feeds.of_blog(each.blog.id)
            if feed.kind is FeedKind.ENTRIES
        ]


def _shown(wanted: Import) -> ImportView:
    return ImportView(id=wanted.id, post=present_import(wanted), running=wanted.running, retryable=wanted.retryable)


def _public(feed: ListedFeed) -> ListedFeed:
    home_url = without_secrets(feed.home_url) if feed.home_url else None
    return ListedFeed(url=without_secrets(feed.url), title=feed.title, home_url=home_url, folder=feed.folder)
