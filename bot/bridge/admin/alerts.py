"""Authors' alerts: switched on and off by commands, sent as direct messages by a handler."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bridge.announce.comment_planner import plan_alert
from bot.bridge.outbox.deliveries import explain_alert_off, notify_alert_limit
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.post_once import post_once, send_once
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.wanted_feeds import poll_feeds_by
from bot.bridge.ports import Chat, Clock
from bot.model.alert import AuthorAlert
from bot.model.delivery import AlertAuthor, Delivery, ExplainAlertOff, NotifyAlertLimit
from bot.model.entry import Comment
from bot.model.errors import DirectMessagesClosed, NotFound, Refused
from bot.model.feed import Blog
from bot.model.ids import BlogId, ChannelId, CommentId, EntryId, GuildId, UserId
from bot.model.message import ChatPost
from bot.model.subscription import Placement
from bot.rules.comment_flood import ALERT_DAY, MOST_ALERTS
from bot.rules.messages.alerts import SHOWN, present_alert_limit, present_alerts
from bot.rules.messages.cards import in_bold
from bot.rules.threading import thread_link
from bot.storage.database import Store

_CLOSED = "Your direct messages are closed to me."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert with its blog's title."""

    alert: AuthorAlert
    blog_title: str


class Alerts:
    """The use cases behind ``/alerts``."""

    def __init__(self, store: Store, baseline: Baseline, clock: Clock) -> None:
        self._store = store
        self._baseline = baseline
        self._clock = clock

    async def switch_on(self, guild_id: GuildId, user_id: UserId, blog: Blog, author: str | None) -> AuthorAlert:
        """Alert a person of comments from now on.

        :raises Refused: no entry of this blog has such an author; the text names those it has.
        """
        author = (author or "").strip() or None
        if author is not None:
            author = await self._known_author(blog.id, author)
        # Comments that nobody wanted until now must not all arrive as new.
        await self._baseline.take(blog)
        async with self._store.transaction():
            alert = await self._store.members.add_alert(
                guild_id=guild_id, blog_id=blog.id, user_id=user_id, author=author
            )
            await poll_feeds_by(self._store, blog.id, self._clock.now())
        return alert

    async def switch_off(self, guild_id: GuildId, user_id: UserId, blog_id: BlogId | None) -> int:
        """Delete a person's alerts on one blog or on all; returns how many."""
        return await self._store.members.remove_alerts(guild_id, user_id, blog_id)

    async def show(self, guild_id: GuildId, user_id: UserId) -> list[AlertView]:
        """Return a person's alerts in a guild."""
        views = []
        for alert in await self._store.members.alerts_of_user(guild_id, user_id):
            blog = await self._store.feeds.get_blog(alert.blog_id)
            views.append(AlertView(alert=alert, blog_title=blog.title if blog else "a blog that is gone"))
        return views

    async def suggest_authors(self, blog_id: BlogId, typed: str) -> list[str]:
        """Return the blog's authors whose name contains the typed text, 25 at most."""
        wanted = typed.strip().casefold()
        return [name for name in await self._store.entries.authors(blog_id) if wanted in name.casefold()][:25]

    async def _known_author(self, blog_id: BlogId, author: str) -> str:
        names = await self._store.entries.authors(blog_id)
        for name in names:
            if name.casefold() == author.casefold():
                return name
        if not names:
            return author
        known = ", ".join(in_bold(name) for name in names[:20])
        raise Refused(f"No entry of this blog that I have seen is by {in_bold(author)}. Its authors are: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """The result of one alert."""

    comment_ids: Sequence[CommentId]
    entry_id: EntryId
    closed: bool = False
    #: the person has had as many alerts today as are allowed, so nothing was sent
    beyond_limit: bool = False


class AlertSender(Handler[AlertAuthor, Alerted | None]):
    """Sends one alert, of all that was said on an entry meanwhile; closed direct messages switch the alert off."""

    handles = AlertAuthor
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: AlertAuthor) -> Alerted | None:
        """Send the alert; None if it was switched off meanwhile, or another alert covered the same comments."""
        alert = await self._store.members.get_alert(intent.alert_id)
        first = await self._store.comments.get(intent.comment_id)
        if alert is None or alert.off_reason is not None or first is None:
            return None
        entry = await self._store.entries.get(first.entry_id)
        blog = await self._store.feeds.get_blog(first.blog_id)
        comment_ids = await self._waiting(delivery, alert, first)
        if entry is None or blog is None or not comment_ids:
            return None
        sent = await self._store.comment_batches.count_alert_messages(alert.user_id, self._clock.now() - ALERT_DAY)
        if sent >= MOST_ALERTS:
            return Alerted(comment_ids=comment_ids, entry_id=entry.id, beyond_limit=True)
        found = [await self._store.comments.get(each) for each in comment_ids[-SHOWN:]]
        place = await place_in_guild(self._store, alert, entry.id)
        post = present_alerts(
            [comment for comment in found if comment is not None],
            len(comment_ids),
            entry,
            home_url=blog.home_url,
            thread_url=thread_link(alert.guild_id, place.thread_id) if place else None,
            placement=place.placement if place else Placement.THREAD,
        )
        try:
            await send_once(self._chat, delivery, alert.user_id, post)
        except DirectMessagesClosed:
            return Alerted(comment_ids=comment_ids, entry_id=entry.id, closed=True)
        return Alerted(comment_ids=comment_ids, entry_id=entry.id)

    async def record(self, delivery: Delivery, intent: AlertAuthor, result: Alerted | None) -> None:
        """Record which comments were sent; switch an alert off that cannot arrive, and explain it once."""
        alert = await self._store.members.get_alert(intent.alert_id)
        if result is None or alert is None:
            return
        now, batches = self._clock.now(), self._store.comment_batches
        left_out = result.closed or result.beyond_limit
        await batches.mark_alerted(alert.user_id, result.comment_ids, at=now, left_out=left_out)
        if result.closed:
            if await self._store.members.disable_alert(alert.id, _CLOSED):
                await self._store.outbox.add([explain_alert_off(alert, intent.comment_id, now)])
            return
        if result.beyond_limit:
            await self._store.outbox.add([notify_alert_limit(alert, result.comment_ids[-1], now)])
        await plan_alert(self._store, alert.user_id, result.entry_id, now)

    async def _waiting(self, delivery: Delivery, alert: AuthorAlert, first: Comment) -> list[CommentId]:
        """Return the comments for this alert; those after its first attempt wait for the next alert."""
        batches = self._store.comment_batches
        waiting = await batches.waiting_for_alert(alert.user_id, first.entry_id, delivery.first_attempt_at)
        if not waiting and not await batches.has_alert(alert.user_id, first.id):
            # Queued by a version that sent one alert for each comment.
            return [first.id]
        return waiting


class AlertLimitNotifier(Handler[NotifyAlertLimit, None]):
    """Tells a person, once a day, that more comments came than they are alerted of."""

    handles = NotifyAlertLimit
    sends_direct_message = True

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: NotifyAlertLimit) -> None:
        """Send it; where direct messages are closed now, the next alert finds out."""
        alert = await self._store.members.get_alert(intent.alert_id)
        comment = await self._store.comments.get(intent.comment_id)
        entry = await self._store.entries.get(comment.entry_id) if comment else None
        if alert is None or alert.off_reason is not None or entry is None:
            return
        place = await place_in_guild(self._store, alert, entry.id)
        thread_url = thread_link(alert.guild_id, place.thread_id) if place else None
        post = present_alert_limit(entry, most=MOST_ALERTS, thread_url=thread_url)
        with contextlib.suppress(DirectMessagesClosed, NotFound):
            await send_once(self._chat, delivery, alert.user_id, post)


class AlertOffExplainer(Handler[ExplainAlertOff, None]):
    """Tells a person in the thread, once, why their alerts stopped."""

    handles = ExplainAlertOff

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: ExplainAlertOff) -> None:
        """Post the notice where the comment stands; where that is nowhere, ``/alerts show`` says it."""
        alert = await self._store.members.get_alert(intent.alert_id)
        comment = await self._store.comments.get(intent.comment_id)
        if alert is None or comment is None:
            return
        place = await place_in_guild(self._store, alert, comment.entry_id)
        if place is None:
            return
        post = ChatPost(
            title="Alerts are off",
            body=(
                f"{_CLOSED} I could not tell you of a new comment, so I switched this alert off. "
                "Allow direct messages from this server and use `/alerts on` to have it back."
            ),
            mention=alert.user_id,
        )
        with contextlib.suppress(NotFound):
            await post_once(self._chat, delivery, place.thread_id, post)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPlace:
    """The thread that holds the comments on an entry in a guild."""

    thread_id: ChannelId
    placement: Placement


async def place_in_guild(store: Store, alert: AuthorAlert, entry_id: EntryId) -> CommentPlace | None:
    """Return the thread that holds the comments on an entry in an alert's guild; None: there is none."""
    for subscription in await store.subscriptions.of_blog(alert.blog_id):
        if subscription.guild_id == alert.guild_id:
            link = await store.messages.of_entry(subscription.id, entry_id)
            if link is not None:
                if link.thread_id is None:
                    return None
                return CommentPlace(thread_id=link.thread_id, placement=subscription.placement)
    return None
