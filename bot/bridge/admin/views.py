"""Read models: a guild's status, a reply's public page, and what an address would bring without any Discord."""

from dataclasses import dataclass
from datetime import datetime

from bot.bridge.outbox.deliveries import chat_lane
from bot.bridge.ports import Clock, Discoverer, FeedSource
from bot.model.entry import ParsedComment
from bot.model.feed import Discovery, Failed, Feed, Fetched, FoundFeed, NotModified, Push, SeenSystem
from bot.model.ids import BlogId, FeedId, GuildId
from bot.model.message import ChatPost
from bot.model.reply import ReplyState
from bot.model.status import OutboxView, Status
from bot.rules.html_to_discord.convert import text_line
from bot.rules.messages.cards import entry_title, in_bold, present_comment, present_entry, reply_message
from bot.rules.messages.connections import DEAD_SHOWN_FOR, connection_line
from bot.rules.messages.terminal import PlainItem, plain_comment, plain_entry
from bot.rules.threading import message_link, oldest_first
from bot.storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Permalink:
    """A reply that stands on a blog, as anybody may read it."""

    author: str
    #: as published on the blog
    html: str
    written_at: datetime
    #: the entry's title
    answering: str
    entry_url: str | None
    #: the comment it answers, where it answers one
    parent_url: str | None
    parent_author: str
    #: where it stands on the blog and in chat
    comment_url: str | None
    message_url: str | None


class StatusViews:
    """Read models for ``/status``, the public page of a reply and the metrics."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def status(self, guild_id: GuildId) -> Status:
        """Return the state of a guild's blogs and of the outbox."""
        blogs = await self._store.subscriptions.of_guild(guild_id)
        lanes = [chat_lane(each.subscription.id) for each in blogs]
        return Status(
            blogs=len(blogs),
            paused=sum(each.subscription.paused_at is not None for each in blogs),
            parked=tuple(
                f"{in_bold(each.blog.title)} in <#{each.subscription.channel_id}>: {each.subscription.parked_reason}"
                for each in blogs
                if each.subscription.parked_reason is not None
            ),
            failing=tuple(await self._store.feeds.failing(guild_id)),
            outbox=await self._store.outbox.view(self._clock.now(), lanes),
            connections=await self._connections(guild_id),
            replies=tuple(await self._store.outbox.replies(guild_id, dead_since=self._clock.now() - DEAD_SHOWN_FOR)),
        )

    async def _connections(self, guild_id: GuildId) -> tuple[str, ...]:
        troubles = await self._store.connections.troubles(guild_id)
        blogs = [await self._store.feeds.get_blog(each.blog_id) for each in troubles]
        return tuple(connection_line(trouble, blog) for trouble, blog in zip(troubles, blogs, strict=True) if blog)

    async def permalink(self, token: str) -> Permalink | None:
        """Return the public page of a reply; None unless it is published."""
        reply = await self._store.replies.find_by_token(token)
        if reply is None or reply.state is not ReplyState.PUBLISHED:
            return None
        entry = await self._store.entries.get(reply.entry_id)
        parent = None
        if reply.parent_comment_id is not None:
            parent = await self._store.comments.get(reply.parent_comment_id)
        message = reply_message(reply)
        return Permalink(
            author=reply.public_name,
            html=reply.html,
            written_at=reply.created_at,
            answering=entry_title(entry) if entry else "a post that is gone",
            entry_url=entry.link if entry else None,
            parent_url=parent.link if parent else None,
            parent_author=text_line(parent.author, limit=60) if parent else "",
            comment_url=reply.url,
            message_url=message_link(reply.guild_id, message) if message else None,
        )

    async def outbox(self) -> OutboxView:
        """Return how many deliveries wait, of all guilds."""
        return await self._store.outbox.view(self._clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPreview:
    """A blog as discovery found it, with its newest entries and comments as they would be posted."""

    found: Discovery
    entries: tuple[ChatPost, ...]
    comments: tuple[ChatPost, ...]
    #: why there are no comments, if reading them failed
    comments_error: str | None
    #: the same without Markdown, for a person at a terminal
    plain_entries: tuple[PlainItem, ...] = ()
    plain_comments: tuple[PlainItem, ...] = ()
    #: all feeds of entries that the address led to, the chosen one first
    candidates: tuple[FoundFeed, ...] = ()
    #: comment systems seen, the one built into pages first
    systems: tuple[SeenSystem, ...] = ()
    push: Push | None = None


class BlogPreviewer:
    """Looks at a blog without keeping anything."""

    def __init__(self, discoverer: Discoverer, source: FeedSource, clock: Clock) -> None:
        self._discoverer = discoverer
        self._source = source
        self._clock = clock

    async def look(self, url: str, *, entries: int = 3, comments: int = 5) -> BlogPreview:
        """Discover a blog and render its newest items.

        :raises BridgeError: nothing there can be subscribed to.
        """
        discovered = await self._discoverer.discover(url)
        found = discovered.found
        newest: list[ParsedComment] = []
        error = None
        if found.comments is not None:
            match await self._source.fetch(self._feed(found), conditional=False):
                case Fetched(feed=feed):
                    newest = oldest_first(each for each in feed.comments if not each.kind.is_mention)[-comments:]
                case Failed(text=text):
                    error = text
                case NotModified():
                    pass
        home_url, seen, known = found.home_url, discovered.newest.entries, {comment.uid for comment in newest}
        return BlogPreview(
            found=found,
            entries=tuple(present_entry(entry, home_url=home_url) for entry in seen[:entries]),
            comments=tuple(
                present_comment(
                    comment,
                    home_url=home_url,
                    orphan=comment.parent_uid is not None and comment.parent_uid not in known,
                )
                for comment in newest
            ),
            comments_error=error,
            plain_entries=tuple(plain_entry(entry, home_url=home_url) for entry in seen[:entries]),
            plain_comments=tuple(
                plain_comment(comment, home_url=home_url, entries=seen, comments=newest) for comment in newest
            ),
            candidates=discovered.candidates,
            systems=discovered.systems,
            push=discovered.push,
        )

    def _feed(self, found: Discovery) -> Feed:
        feed = found.comments or found.entries
        return Feed(
            id=FeedId(0),
            blog_id=BlogId(0),
            kind=feed.kind,
            format=feed.format,
            url=feed.url,
            next_poll_at=self._clock.now(),
            api_root=found.api_root,
        )
