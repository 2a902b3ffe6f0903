"""Answer hubs: verification of intent, denials, and content, which is saved as a poll would save it.

Content is acknowledged at once and saved later, under the blog's lock. Before that the feed's next poll is moved
up, so that nothing is lost if the process is killed in between.
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

#: The path of callbacks under PUBLIC_URL; a token follows.
PUSH_PATH = "/push/"
#: Each may hold a body of some megabytes.
_AT_ONCE = 8
#: Until the poll that finds content if saving it failed; saving takes less.
_POLL_AFTER = timedelta(minutes=2)


class WebSubReceiver:
    """Answers hubs, each of which is known by the token in its callback."""

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

    async def accepts(self, token: str) -> bool:
        """Return whether requests with this token are accepted."""
        found = await self._store.hub_subscriptions.find_by_token(token)
        return found is not None and found.state is not HubSubscriptionState.ENDED

    async def verify_intent(self, token: str, *, mode: str, topic_url: str, lease: str = "") -> bool:
        """Verify our intent (WebSub, 5.3); True: we did request this subscription, which lasts for the lease given."""
        async with self._store.transaction():
            held = await self._lock(token)
            if held is None or not is_requested(held, mode, topic_url):
                return False
            if mode == "subscribe":
                after = confirmed(held, self._clock.now(), lease=lease, draw=self._randomness.fraction())
                await self._store.hub_subscriptions.save(after)
                _log.info("A hub confirmed a subscription.", extra={"action": "websub_confirmed", "feed": held.feed_id})
        return True

    async def deny(self, token: str, *, topic_url: str, reason: str) -> bool:
        """Save that a hub denies a subscription or ends it (WebSub, 5.2); False: we requested none."""
        now = self._clock.now()
        async with self._store.transaction():
            held = await self._lock(token)
            if held is None or not is_requested(held, "subscribe", topic_url):
                return False
            await self._store.hub_subscriptions.save(denied(held, now, reason))
            await self._store.polls.poll_no_later_than(held.feed_id, now)
        _log.warning("A hub denied a subscription.", extra={"action": "websub_denied", "feed": held.feed_id})
        return True

    async def receive(self, token: str, body: bytes, *, content_type: str, signature: str) -> bool:
        """Accept content and save it soon (WebSub, 7); False: the subscription has ended.

        Content without a valid signature is acknowledged and ignored (7.1.2).
        """
        subscription = await self._find(token, PushProtocol.WEBSUB)
        if subscription is None:
            return False
        if not is_signature_valid(subscription.secret, body, signature):
            _log.warning(
                "Content had no valid signature.",
                extra={"action": "websub_bad_signature", "feed": subscription.feed_id},
            )
            self._meter.pushed("bad_signature")
            return True
        await self._store.polls.poll_no_later_than(subscription.feed_id, self._clock.now() + _POLL_AFTER)
        if self._closed or self.tasks.free <= 0:
            self._meter.pushed("deferred")
            return True
        self.tasks.start(self._save_later(subscription, body, content_type))
        return True

    async def ping(self, token: str, topic_url: str) -> bool:
        """Poll a feed soon, as its rssCloud says that it has changed; such pings are not signed."""
        subscription = await self._find(token, PushProtocol.RSSCLOUD)
        if subscription is None or subscription.push.topic_url != topic_url:
            return False
        feed = await self._store.feeds.get(subscription.feed_id)
        if feed is not None:
            await self._poll_soon(feed)
        return True

    async def drain(self, seconds: float) -> None:
        """Save the content received, and accept no more."""
        self._closed = True
        await self.tasks.drain(seconds)

    async def _find(self, token: str, protocol: PushProtocol) -> HubSubscription | None:
        found = await self._store.hub_subscriptions.find_by_token(token)
        wanted = found is not None and found.state is not HubSubscriptionState.ENDED and found.push.protocol is protocol
        return found if wanted else None

    async def _lock(self, token: str) -> HubSubscription | None:
        found = await self._store.hub_subscriptions.find_by_token(token)
        held = await self._store.hub_subscriptions.lock(found.feed_id) if found is not None else None
        return held if held is not None and held.token == token else None

    async def _save_later(self, subscription: HubSubscription, body: bytes, content_type: str) -> None:
        try:
            feed = await self._store.feeds.get(subscription.feed_id)
            blog = await self._store.feeds.get_blog(feed.blog_id) if feed is not None else None
            if blog is not None:
                async with self._blog_locks.of(blog.id):
                    await self._read(blog, subscription, body, content_type)
        except DatabaseUnavailable:
            # The next poll finds the content.
            self._meter.pushed("crashed")
        except Exception:
            # A bug: the next poll finds the content.
            _log.exception(
                "Saving pushed content failed.", extra={"action": "websub_crashed", "feed": subscription.feed_id}
            )
            self._meter.pushed("crashed")

    async def _read(self, blog: Blog, subscription: HubSubscription, body: bytes, content_type: str) -> None:
        # The feed may have been polled or pushed while this task waited for the lock.
        await self._results.flush_blog(blog.id)
        feed = await self._store.feeds.get(subscription.feed_id)
        if feed is None or feed.last_ok_at is None:
            # Everything would count as new before the first poll, which is the one that was moved up.
            return
        guilds = await self._store.subscriptions.guilds_of_blog(blog.id)
        feed = replace(feed, guilds=guilds, api_root=blog.api_root)
        match await self._source.read(feed, body, content_type=content_type):
            case Fetched(feed=parsed):
                new = await self._save_items(blog, feed, parsed, subscription)
                self._meter.pushed("new_items" if new else "unchanged")
                if new:
                    _log.info(
                        "A hub delivered new items.",
                        extra={"action": "websub_new_items", "feed": feed.id, "kind": feed.kind, "new": new},
                    )
                # Edits are posted too.
                self._wake_outbox()
            case _:
                await self._poll_soon(feed)

    async def _save_items(self, blog: Blog, feed: Feed, parsed: ParsedFeed, subscription: HubSubscription) -> int:
        if feed.kind is FeedKind.ENTRIES:
            entry_diff = await self._entries.prepare(blog, feed, parsed)
            async with self._store.transaction():
                new = await self._entries.save(entry_diff)
                if new:
                    # Comments come soon after a new entry.
                    now = self._clock.now()
                    await self._store.polls.raise_activity(blog.id, None, now=now, due_at=now + self._schedule.shortest)
                await self._trust_hub(feed, subscription, new)
        else:
            comment_diff = await self._comments.prepare(blog, feed, parsed)
            async with self._store.transaction():
                new = await self._comments.save(comment_diff)
                await self._trust_hub(feed, subscription, new)
        return new

    async def _trust_hub(self, feed: Feed, subscription: HubSubscription, new: int) -> None:
        """Trust a hub that was faster than the polls, and delay the next poll, up to the longest interval."""
        now = self._clock.now()
        held = await self._lock(subscription.token)
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
        # The first poll under trust goes without validators, as a wrong 304 would confirm the hub.
        first = held.trusted_until is None
        await self._store.polls.poll_no_earlier_than(
            feed.id,
            max(at, feed.not_before or at),
            newest_at=now if new else feed.newest_at,
            conditional_polls=UNCONDITIONAL_EVERY - 1 if first else feed.conditional_polls,
            last_full_poll_at=None if first else feed.last_full_poll_at,
        )

    async def _poll_soon(self, feed: Feed) -> None:
        """Move a feed's next poll up, but keep the shortest interval."""
        self._meter.pushed("ping")
        await self._store.polls.poll_no_later_than(feed.id, self._soonest(feed))

    def _soonest(self, feed: Feed) -> datetime:
        now = self._clock.now()
        return max(now, (feed.last_polled_at or now) + self._schedule.shortest)
