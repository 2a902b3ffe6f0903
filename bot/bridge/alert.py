"""Authors' alerts: switched on and off by commands, sent as direct messages by a handler."""

from dataclasses import dataclass

from bot.bridge.baseline import Baseline
from bot.bridge.intents import explain_alert_off
from bot.bridge.ports import Chat, Clock
from bot.bridge.store import Store
from bot.bridge.waking import wake
from bot.model.chat import ChatPost, MessageRef
from bot.model.delivery import AlertAuthor, Delivery, ExplainAlertOff
from bot.model.errors import DirectClosed, NotFound, Refused
from bot.model.feed import Blog
from bot.model.ids import BlogId, ChannelId, EntryId, GuildId, UserId
from bot.model.relay import AuthorAlert
from bot.model.subscription import Placement
from bot.rules.lineage import thread_link
from bot.rules.present import called, present_alert

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
            alert = await self._store.people.add_alert(
                guild_id=guild_id, blog_id=blog.id, user_id=user_id, author=author
            )
            await wake(self._store, blog.id, self._clock.now())
        return alert

    async def switch_off(self, guild_id: GuildId, user_id: UserId, blog_id: BlogId | None) -> int:
        """Delete a person's alerts on one blog or on all; returns how many."""
        return await self._store.people.remove_alerts(guild_id, user_id, blog_id)

    async def show(self, guild_id: GuildId, user_id: UserId) -> list[AlertView]:
        """A person's alerts in a guild."""
        views = []
        for alert in await self._store.people.alerts_of_user(guild_id, user_id):
            blog = await self._store.feeds.get_blog(alert.blog_id)
            views.append(AlertView(alert=alert, blog_title=blog.title if blog else "a blog that is gone"))
        return views

    async def suggest_authors(self, blog_id: BlogId, typed: str) -> list[str]:
        """Names of the blog's authors that contain what was typed."""
        wanted = typed.strip().casefold()
        return [name for name in await self._store.items.authors(blog_id) if wanted in name.casefold()][:25]

    async def _known_author(self, blog_id: BlogId, author: str) -> str:
        names = await self._store.items.authors(blog_id)
        for name in names:
            if name.casefold() == author.casefold():
                return name
        if not names:
            return author
        known = ", ".join(called(name) for name in names[:20])
        raise Refused(f"No entry of this blog that I have seen is by {called(author)}. Its authors are: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """What came of a direct message."""

    closed: bool = False


class AlertSender:
    """Sends one alert; closed direct messages switch the alert off."""

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def perform(self, delivery: Delivery, intent: AlertAuthor) -> Alerted | None:
        """Send the alert; None if nobody wants it any more."""
        alert = await self._store.people.get_alert(intent.alert_id)
        comment = await self._store.items.get_comment(intent.comment_id)
        if alert is None or alert.off_reason is not None or comment is None:
            return None
        entry = await self._store.items.get_entry(comment.entry_id)
        blog = await self._store.feeds.get_blog(comment.blog_id)
        if entry is None or blog is None:
            return None
        place = await place_in_guild(self._store, alert, entry.id)
        post = present_alert(
            comment,
            entry,
            home_url=blog.home_url,
            thread_url=thread_link(alert.guild_id, place.thread_id) if place else None,
            placement=place.placement if place else Placement.THREAD,
        )
        try:
            await self._send_once(delivery, alert.user_id, post)
        except DirectClosed:
            return Alerted(closed=True)
        return Alerted()

    async def record(self, delivery: Delivery, intent: AlertAuthor, result: Alerted | None) -> None:
        """Switch an alert off that cannot arrive, and have it explained once."""
        if result is None or not result.closed:
            return
        alert = await self._store.people.get_alert(intent.alert_id)
        if alert is not None and await self._store.people.switch_off(alert.id, _CLOSED):
            now = self._clock.now()
            await self._store.outbox.add([explain_alert_off(alert, intent.comment_id, now)])

    async def bury(self, delivery: Delivery, intent: AlertAuthor, reason: str, *, certain: bool) -> None:
        """The comment stands in its thread all the same."""

    async def _send_once(self, delivery: Delivery, user_id: UserId, post: ChatPost) -> MessageRef:
        if delivery.attempts > 1:
            found = await self._chat.find_direct(user_id, post, since=delivery.first_attempt_at)
            if found is not None:
                return found
        return await self._chat.direct(user_id, post, nonce=delivery.nonce)


class AlertOffExplainer:
    """Tells a person in the thread, once, why their alerts stopped."""

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    async def perform(self, delivery: Delivery, intent: ExplainAlertOff) -> None:
        """Post the notice where the comment stands; where that is nowhere, ``/alerts show`` says it."""
        alert = await self._store.people.get_alert(intent.alert_id)
        comment = await self._store.items.get_comment(intent.comment_id)
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
        await self._say_once(delivery, place.thread_id, post)

    async def record(self, delivery: Delivery, intent: ExplainAlertOff, result: None) -> None:
        """Nothing more to write down."""

    async def bury(self, delivery: Delivery, intent: ExplainAlertOff, reason: str, *, certain: bool) -> None:
        """``/alerts show`` says it all the same."""

    async def _say_once(self, delivery: Delivery, thread_id: ChannelId, post: ChatPost) -> None:
        if delivery.attempts > 1:
            found = await self._chat.find(thread_id, post, since=delivery.first_attempt_at)
            if found is not None:
                return
        try:
            await self._chat.post(thread_id, post, nonce=delivery.nonce)
        except NotFound:
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPlace:
    """Where comments on an entry stand in a guild."""

    thread_id: ChannelId
    placement: Placement


async def place_in_guild(store: Store, alert: AuthorAlert, entry_id: EntryId) -> CommentPlace | None:
    """Where comments on an entry stand in the guild of an alert; None: nowhere."""
    for subscription in await store.subscriptions.of_blog(alert.blog_id):
        if subscription.guild_id == alert.guild_id:
            link = await store.links.of_entry(subscription.id, entry_id)
            if link is not None:
                if link.thread_id is None:
                    return None
                return CommentPlace(thread_id=link.thread_id, placement=subscription.placement)
    return None
