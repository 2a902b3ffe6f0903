"""Delivery handlers that import a list of feeds: one feed each, progress, and a report at the end."""

import contextlib
from dataclasses import dataclass

from bot.bridge.admin.subscribing import SubscriptionStarter
from bot.bridge.outbox.deliveries import show_import_progress
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import send_once
from bot.bridge.ports import Chat, Clock, Discoverer, Side
from bot.model.delivery import Delivery, ImportFeed, ReportImport, ShowImportProgress
from bot.model.errors import (
    BridgeError,
    ChannelLost,
    DirectMessagesClosed,
    LimitReached,
    NotFound,
    NotPublic,
    PermanentError,
    Refused,
    TemporaryError,
)
from bot.model.ids import ProposalId
from bot.model.message import MessageRef
from bot.model.opml import FailureCause, Import, ImportedFeed, ImportState
from bot.model.subscription import Proposal
from bot.rules.messages.opml_import import present_import, present_progress, progress_pause
from bot.storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """The result of importing one feed."""

    state: ImportState
    reason: str | None = None
    cause: FailureCause | None = None


class FeedImporter(Handler[ImportFeed, ImportOutcome | None]):
    """Discovers one listed feed and subscribes to it. It is tried once; the report names what failed."""

    handles = ImportFeed
    side = Side.BLOG

    def __init__(self, store: Store, chat: Chat, discoverer: Discoverer, starter: SubscriptionStarter) -> None:
        self._store = store
        self._chat = chat
        self._discoverer = discoverer
        self._starter = starter

    async def perform(self, delivery: Delivery, intent: ImportFeed) -> ImportOutcome | None:
        """Subscribe to the feed; None if the import was stopped."""
        feed = await self._store.imports.get_feed(intent.feed_id)
        wanted = await self._store.imports.get(feed.import_id) if feed else None
        if feed is None or wanted is None or feed.state is not ImportState.WAITING:
            return None
        try:
            return await self._start(wanted, feed, again=delivery.attempts > 1)
        except BridgeError as error:
            return ImportOutcome(state=ImportState.FAILED, reason=error.text, cause=_cause_of(error))

    async def record(self, delivery: Delivery, intent: ImportFeed, result: ImportOutcome | None) -> None:
        """Keep what came of it."""
        if result is not None:
            await self._store.imports.finish_feed(
                intent.feed_id, result.state, reason=result.reason, cause=result.cause
            )

    async def record_dead(self, delivery: Delivery, intent: ImportFeed, reason: str, *, certain: bool) -> None:
        """Keep that it failed."""
        await self._store.imports.finish_feed(
            intent.feed_id, ImportState.FAILED, reason=reason, cause=FailureCause.TEMPORARY
        )

    async def _start(self, wanted: Import, feed: ImportedFeed, *, again: bool) -> ImportOutcome | None:
        discovered = await self._discoverer.discover(feed.listed.url, guild_id=wanted.guild_id)
        now = await self._store.imports.get_feed(feed.id)
        if now is None or now.state is not ImportState.WAITING:
            return None
        proposal = Proposal(
            id=ProposalId(0),
            guild_id=wanted.guild_id,
            channel_id=wanted.channel_id,
            user_id=wanted.user_id,
            placement=wanted.placement,
            comments=wanted.comments,
            found=discovered.found,
        )
        there = await self._starter.same(proposal)
        if there is None:
            await self._check_channel(wanted)
            await self._starter.start(proposal, folder=feed.listed.folder)
            return ImportOutcome(state=ImportState.STARTED)
        # A process that was killed may have started it and not come to say so.
        ours = again and wanted.begun_at is not None and there.started_at >= wanted.begun_at
        return ImportOutcome(state=ImportState.STARTED if ours else ImportState.THERE)

    async def _check_channel(self, wanted: Import) -> None:
        """Look whether the bot may still write where the list goes: hours may have passed.

        :raises Lost: it may not.
        """
        try:
            missing = await self._chat.missing_permissions(wanted.guild_id, wanted.channel_id, wanted.placement)
        except NotFound as error:
            raise ChannelLost(error.text) from error
        if missing:
            raise ChannelLost(f"I lack permissions in the channel: {', '.join(missing)}.")


class ImportReporter(Handler[ReportImport, None]):
    """Sends the report as a direct message."""

    handles = ReportImport
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: ReportImport) -> None:
        """Send the report; where direct messages are closed, the button Progress shows the same."""
        wanted = await self._store.imports.get(intent.import_id)
        if wanted is None:
            return
        post = present_import(wanted)
        if wanted.progress is not None:
            with contextlib.suppress(PermanentError):
                await self._chat.revise(wanted.progress, present_progress(wanted))
        with contextlib.suppress(DirectMessagesClosed, NotFound):
            await send_once(self._chat, delivery, wanted.user_id, post)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProgress:
    """The progress message as it was sent or edited."""

    #: where it stands, if that is new
    message: MessageRef | None
    #: a list that goes on is shown again
    again: bool


class ImportProgress(Handler[ShowImportProgress, ShownProgress | None]):
    """Shows how far a list is in one direct message, edited less and less often the longer it takes."""

    handles = ShowImportProgress

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: ShowImportProgress) -> ShownProgress | None:
        """Send or edit the progress message; None once the import is done, because then the report is sent."""
        wanted = await self._store.imports.get(intent.import_id)
        if wanted is None or not wanted.running:
            return None
        post = present_progress(wanted)
        try:
            if wanted.progress is not None:
                await self._chat.revise(wanted.progress, post)
                return ShownProgress(message=None, again=True)
            # What it said before it was killed may be another number by now, so only the nonce can tell.
            message = await self._chat.direct(wanted.user_id, post, nonce=delivery.nonce)
            return ShownProgress(message=message, again=True)
        except (DirectMessagesClosed, NotFound):
            return ShownProgress(message=None, again=False)

    async def record(self, delivery: Delivery, intent: ShowImportProgress, result: ShownProgress | None) -> None:
        """Keep where it stands, and show it again in a while."""
        if result is None or not result.again:
            return
        wanted = await self._store.imports.get(intent.import_id)
        if wanted is None or wanted.begun_at is None:
            return
        if result.message is not None:
            await self._store.imports.show_progress_in(wanted.id, result.message)
        now = self._clock.now()
        due_at = now + progress_pause(now - wanted.begun_at)
        await self._store.outbox.add([show_import_progress(wanted, intent.number + 1, due_at)])


def _cause_of(error: BridgeError) -> FailureCause:
    match error:
        case TemporaryError():
            return FailureCause.TEMPORARY
        case NotPublic():
            return FailureCause.PRIVATE
        case NotFound():
            return FailureCause.GONE
        case ChannelLost():
            return FailureCause.CHANNEL
        case LimitReached():
            return FailureCause.LIMIT
        case Refused():
            return FailureCause.OTHER
        case _:
            return FailureCause.NO_FEED
