"""What hubs send: questions whether we mean it, and content, which is treated as what a poll finds.

Content is answered for at once and taken in later, when it is the blog's turn; a poll that is hurried before the answer
finds it if we are killed in between. Asking hubs is another file's duty.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.ingest.entries import EntryIngest
from bot.bridge.polling.blog_locks import BlogLocks
from bot.bridge.polling.results import PollResults
from bot.bridge.ports import Clock, FeedSource, Meter, Randomness
from bot.bridge.task_pool import TaskPool
from bot.model.entry import ParsedFeed
from bot.model.errors import DatabaseUnavailable
from bot.model.feed import Blog, Feed, FeedKind, Fetched, PushProtocol
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.rules.poll_schedule import UNCONDITIONAL_EVERY, PollSchedule
from bot.rules.websub import confirmed, delay_while_trusted, delivered, denied, is_requested, is_signature_valid
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: The path under PUBLIC_URL at which hubs reach us; a token follows.
PUSH_PATH = "/push/"
#: Each may hold a body of some megabytes.
_AT_ONCE = 8
#: Longer than taking content in takes.
_RESCUE = timedelta(minutes=2)


class WebSubReceiver:
    """Answers hubs. A token that nobody was given, or not any more, is told from all others and nothing else is."""

    def __init__(
        self,
        store: Store,
        source: FeedSource,
        entries: EntryIngest,
        comments: CommentIngest,
        results: PollResults,
        clock: Clock,
        randomness: Randomness,
        *,
        schedule: PollSchedule,
        blog_locks: BlogLocks,
        meter: Meter,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._source = source
        self._entries = entries
        self._comments = comments
        self._results = results
        self._clock = clock
        self._randomness = randomness
        self._schedule = schedule
        self._blog_locks = blog_locks
        self._meter = meter
        self._wake_outbox = wake_outbox
        #: content that is being read
        self.tasks = TaskPool(_AT_ONCE)
        self._closed = False

    async def wants(self, token: str) -> bool:
        """Whether anything that comes under a token may be of use."""
        found = await self._store.hub_subscriptions.find_by_token(token)
        return found is not None and found.state is not HubSubscriptionState.ENDED

    async def confirm(self, token: str, *, mode: str, topic_url: str, lease: str = "") -> bool:
        """Whether we mean what a hub asks us (WebSub, 5.3); then it sends, for as long as it says."""
        async with self._store.transaction():
            held = await self._held(token)
            if held is None or not is_requested(held, mode, topic_url):
                return False
            if mode == "subscribe":
                after = confirmed(held, self._clock.now(), lease=lease, draw=self._randomness.fraction())
                await self._store.hub_subscriptions.save(after)
                _log.info("A hub sends from now on.", extra={"action": "websub_confirmed", "feed": held.feed_id})
        return True

    async def deny(self, token: str, *, topic_url: str, reason: str) -> bool:
        """Take note that a hub does not send, or not any more (WebSub, 5.2); False: nothing was asked of it."""
        now = self._clock.now()
        async with self._store.transaction():
            held = await self._held(token)
            if held is None or not is_requested(held, "subscribe", topic_url):
                return False
            await self._store.hub_subscriptions.save(denied(held, now, reason))
            await self._store.polls.poll_no_later_than(held.feed_id, now)
        _log.warning("A hub does not send.", extra={"action": "websub_denied", "feed": held.feed_id})
        return True

    async def take(self, token: str, body: bytes, *, content_type: str, signature: str) -> bool:
        """Take content in soon (WebSub, 7); False: nobody wants it any more.

        Content that is not signed as it should be is ignored, and not told from other content (7.1.2).
        """
        registration = await self._known(token, PushProtocol.WEBSUB)
        if registration is None:
            return False
        if not is_signature_valid(registration.secret, body, signature):
            _log.warning(
                "Content was not signed by its hub.",
                extra={"action": "websub_bad_signature", "feed": registration.feed_id},
            )
            self._meter.pushed("forged")
            return True
        await self._store.polls.poll_no_later_than(registration.feed_id, self._clock.now() + _RESCUE)
        if self._closed or self.tasks.free <= 0:
            self._meter.pushed("deferred")
            return True
        self.tasks.start(self._take_in(registration, body, content_type))
        return True

    async def ping(self, token: str, topic_url: str) -> bool:
        """Look soon whether a feed has changed, as its cloud says; nobody signs that, so it changes nothing else."""
        registration = await self._known(token, PushProtocol.RSSCLOUD)
        if registration is None or registration.push.topic_url != topic_url:
            return False
        feed = await self._store.feeds.get(registration.feed_id)
        if feed is not None:
            await self._look_soon(feed)
        return True

    async def drain(self, seconds: float) -> None:
        """Take in what has come, and nothing more."""
        self._closed = True
        await self.tasks.drain(seconds)

    async def _known(self, token: str, protocol: PushProtocol) -> HubSubscription | None:
        found = await self._store.hub_subscriptions.find_by_token(token)
        wanted = found is not None and found.state is not HubSubscriptionState.ENDED and found.push.protocol is protocol
        return found if wanted else None

    async def _held(self, token: str) -> HubSubscription | None:
        found = await self._store.hub_subscriptions.find_by_token(token)
        held = await self._store.hub_subscriptions.lock(found.feed_id) if found is not None else None
        return held if held is not None and held.token == token else None

    async def _take_in(self, registration: HubSubscription, body: bytes, content_type: str) -> None:
        try:
            feed = await self._store.feeds.get(registration.feed_id)
            blog = await self._store.feeds.get_blog(feed.blog_id) if feed is not None else None
            if blog is not None:
                async with self._blog_locks.of(blog.id):
                    await self._read(blog, registration, body, content_type)
        except DatabaseUnavailable:
            # The poll finds what it was.
            self._meter.pushed("broke")
        except Exception:
            # A bug: the poll that was hurried finds what it was.
            _log.exception("A push broke off.", extra={"action": "websub_crashed", "feed": registration.feed_id})
            self._meter.pushed("broke")

    async def _read(self, blog: Blog, registration: HubSubscription, body: bytes, content_type: str) -> None:
        # Read again: while it waited for its turn it was polled, or pushed.
        await self._results.flush_blog(blog.id)
        feed = await self._store.feeds.get(registration.feed_id)
        if feed is None or feed.last_ok_at is None:
            # Before its first silent reading everything in it would be news; the poll that was hurried is the first.
            return
        guilds = await self._store.subscriptions.guilds_of_blog(blog.id)
        feed = replace(feed, guilds=guilds, api_root=blog.api_root)
        match await self._source.read(feed, body, content_type=content_type):
            case Fetched(feed=parsed):
                new = await self._keep(blog, feed, parsed, registration)
                self._meter.pushed("news" if new else "unchanged")
                if new:
                    _log.info(
                        "A hub brought news.",
                        extra={"action": "websub_new_items", "feed": feed.id, "kind": feed.kind, "new": new},
                    )
                # Edits are to be shown too.
                self._wake_outbox()
            case _:
                await self._look_soon(feed)

    async def _keep(self, blog: Blog, feed: Feed, parsed: ParsedFeed, registration: HubSubscription) -> int:
        if feed.kind is FeedKind.ENTRIES:
            entry_news = await self._entries.prepare(blog, feed, parsed)
            async with self._store.transaction():
                new = await self._entries.save(entry_news)
                if new:
                    # A new entry is when comments come.
                    now = self._clock.now()
                    await self._store.polls.raise_activity(blog.id, None, now=now, due_at=now + self._schedule.shortest)
                await self._credit(feed, registration, new)
        else:
            comment_news = await self._comments.prepare(blog, feed, parsed)
            async with self._store.transaction():
                new = await self._comments.save(comment_news)
                await self._credit(feed, registration, new)
        return new

    async def _credit(self, feed: Feed, registration: HubSubscription, new: int) -> None:
        """Trust a hub that was faster than the polls; then those may wait, but never longer than they would anyway."""
        now = self._clock.now()
        held = await self._held(registration.token)
        if held is None:
            return
        after = delivered(held, now, new=new)
        await self._store.hub_subscriptions.save(after)
        until = after.trusted_until
        if until is None or until <= now:
            return
        at = delay_while_trusted(
            now,
            feed.last_polled_at or now,
            hub_trusted_until=until,
            longest=self._schedule.longest,
            draw=self._randomness.fraction(),
        )
        # The first poll under trust is without validators: a 304 that lies would confirm whatever the hub does.
        begins = held.trusted_until is None
        await self._store.polls.poll_no_earlier_than(
            feed.id,
            max(at, feed.not_before or at),
            newest_at=now if new else feed.newest_at,
            conditional_polls=UNCONDITIONAL_EVERY - 1 if begins else feed.conditional_polls,
            last_full_poll_at=None if begins else feed.last_full_poll_at,
        )

    async def _look_soon(self, feed: Feed) -> None:
        """Hurry a feed's poll, as far as politeness goes."""
        self._meter.pushed("ping")
        await self._store.polls.poll_no_later_than(feed.id, self._soonest(feed))

    def _soonest(self, feed: Feed) -> datetime:
        now = self._clock.now()
        return max(now, (feed.last_polled_at or now) + self._schedule.shortest)
