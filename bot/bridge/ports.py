"""Ports to the world outside: feeds, Discord, comment systems, time and chance.

The classes in ``adapters/`` match these Protocols. Every method may raise :class:`TemporaryError` or
:class:`PermanentError` (``model/errors.py``) and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.model.connection import Account, Connection, Secret
from bot.model.entry import Entry, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.feed import Availability, Discovered, Feed, FetchOutcome, Push
from bot.model.ids import ChannelId, GuildId, MessageId, NativeId, RoleId, Uid, UserId
from bot.model.message import ActionButton, ChatPost, ForumView, MessageRef, MessageView, ReactionMark
from bot.model.post import PostFound, PostNotFound, PostProof
from bot.model.reply import Held, OutgoingComment, Published, PublishOutcome
from bot.model.subscription import Placement


class Clock(Protocol):
    """The current time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class Randomness(Protocol):
    """Random numbers, so that a thousand bots do not send requests in the same second."""

    def fraction(self) -> float:
        """Return a number in [0, 1)."""


class Side(StrEnum):
    """The outside service that an error comes from."""

    DISCORD = "discord"
    BLOG = "blog"


class Meter(Protocol):
    """Counts outcomes for monitoring; never fails."""

    def polled(self, outcome: str) -> None:
        """A poll ended: ``news``, ``unchanged``, ``failed`` or ``broke``."""

    def pushed(self, outcome: str) -> None:
        """A hub sent something: ``news``, ``unchanged``, ``ping``, ``forged``, ``deferred`` or ``broke``."""

    def delivered(self, kind: str, outcome: str) -> None:
        """An attempt at a delivery ended: ``done``, ``postponed``, ``retry``, ``parked`` or ``dead``."""

    def failed(self, side: Side, error: str) -> None:
        """One side refused or gave no answer.

        :param error: the error's class, or a word of ours; never a text.
        """

    def announced(self, since: datetime) -> None:
        """An item stands in chat; ``since`` is when the blog says it was published."""

    def published(self, since: datetime, *, moderated: bool) -> None:
        """A reply stands on the blog; ``since`` is when it was written."""


class FeedFetcher(Protocol):
    """Fetches feeds."""

    async def fetch(self, feed: Feed, *, conditional: bool) -> FetchOutcome:
        """Fetch a feed once; a failure is a value, and nothing is raised.

        :param conditional: send the validators; without them a server cannot answer with a wrong 304.
        """


class FeedSource(FeedFetcher, Protocol):
    """Feeds as the network has them."""

    async def read_account_list(self, feed: Feed, body: bytes, *, conditional: bool) -> FetchOutcome:
        """Read a list of comments that a connected account was shown; only what strangers see too is returned.

        :param conditional: the same list as last time is not looked at again.
        """

    async def next_page(self, feed: Feed, parsed: ParsedFeed, page: int) -> ParsedFeed | None:
        """Fetch what a feed does not show any more; None where there is no such page, or no way to ask for it.

        :param parsed: the page before it (RFC 5005 says there where the next one is).
        :param page: from 2.
        """

    async def check_availability(self, link: str, *, comment: NativeId | None, api_root: str | None) -> Availability:
        """Look whether an entry, or the comment of this number, is still on its blog.

        :param link: the item's permalink.
        """

    async def read(self, feed: Feed, body: bytes, *, content_type: str) -> FetchOutcome:
        """Read what a hub sent of a feed, as if it had been fetched; asks the blog only of what type comments are.

        A failure is a value.

        :return: what is missing from it is not gone: ``complete`` is false.
        """

    def rename_items(self, fetch_state: str, names: Mapping[Uid, Uid]) -> str:
        """Return a feed's fetch state with other uids in place of those given; the bytes of items stay known."""

    async def look_up(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedEntry]:
        """Fetch entries by number from the blog's API; those not public are left out."""

    async def page_title(self, link: str, *, site: str) -> str | None:
        """Read the title of an entry from its own page; None: the page cannot be read, or it is another's.

        :param site: the blog's title, which is not the entry's.
        """

    async def look_up_comments(self, api_root: str, native_ids: Sequence[NativeId]) -> list[ParsedComment]:
        """Fetch comments by number from the blog's API, with their posts' numbers and addresses."""


class Hubs(Protocol):
    """Hubs, which deliver the new content of feeds (W3C WebSub, rssCloud)."""

    async def subscribe(self, push: Push, *, callback: str, secret: Secret, lease: timedelta) -> None:
        """Request a subscription for a lease; the hub verifies our intent at ``callback``.

        :raises PermanentError: the hub refuses, or its address is private; the text says which.
        """

    async def unsubscribe(self, push: Push, *, callback: str) -> None:
        """End a subscription."""


class Discoverer(Protocol):
    """Finds the blog at an address that a person pasted."""

    async def discover(self, url: str, *, guild_id: GuildId | None = None) -> Discovered:
        """Find the feeds of the blog at an address.

        :param guild_id: the server that asks: what it costs counts for it.

        :raises PermanentError: nothing there can be subscribed to; the text says what was seen.
        """


class Chat(Protocol):
    """Discord, written to over REST. Nothing here pings anybody but ``ChatPost.mention`` and ``roles``."""

    async def post(
        self, channel_id: ChannelId, post: ChatPost, *, nonce: str, reply_to: MessageId | None = None
    ) -> MessageRef:
        """Post a message; the same nonce within some minutes gives the first message again.

        :raises NotFound: the channel or thread is gone.
        :raises Locked: the thread is closed; one that only went to sleep is opened.
        :raises Lost: the bot may not write there.
        """

    async def open_thread(self, message: MessageRef, name: str) -> ChannelId:
        """Start a thread from a message, or return the one that is there."""

    async def rename_thread(self, thread_id: ChannelId, name: str, *, was: str | None) -> bool:
        """Give a thread another name, unless it has one that is neither this nor ``was``: a moderator's.

        An archived thread stays archived.

        :param was: the name that we gave it; None: not known, so whatever it has is replaced.
        :return: whether it has the name now.
        :raises Refused: the bot may not.
        """

    async def look_at_forum(self, forum_id: ChannelId) -> ForumView:
        """Fetch the tags of a forum and whether one is required."""

    async def look_at_roles(self, guild_id: GuildId) -> frozenset[RoleId]:
        """Fetch which roles a guild has."""

    async def missing_permissions(
        self, guild_id: GuildId, channel_id: ChannelId, placement: Placement
    ) -> tuple[str, ...]:
        """Which permissions the bot lacks in a channel now to post there, as Discord's settings call them.

        :raises NotFound: the channel is gone.
        """

    async def may_manage(self, guild_id: GuildId, user_id: UserId) -> bool:
        """Whether a person is a member of a guild now and may manage it there."""

    async def look_at_message(self, message: MessageRef) -> MessageView:
        """Fetch what a message says now, as far as Discord shows it to us.

        :raises NotFound: it was deleted, or its channel was.
        """

    async def is_locked(self, channel_id: ChannelId) -> bool:
        """Whether a moderator has locked a thread; a channel never is.

        :raises NotFound: it is gone.
        """

    async def post_in_forum(self, forum_id: ChannelId, name: str, post: ChatPost, *, tags: Sequence[int]) -> MessageRef:
        """Create a forum post. Not idempotent, and never repeated by the adapter itself.

        :return: its starter message; the channel is the new thread.
        """

    async def find(self, channel_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a message of ours that says what ``post`` says.

        :raises Uncertain: it may stand there, but there is more than can be looked through.
        """

    async def find_in_forum(self, forum_id: ChannelId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a forum post of ours that says what ``post`` says.

        :raises Uncertain: it may stand there, but there is more than can be looked through.
        """

    async def revise(self, message: MessageRef, post: ChatPost) -> None:
        """Replace what a message of ours says."""

    async def mark(self, message: MessageRef, mark: ReactionMark) -> None:
        """Put one of our marks on a message and take the others off."""

    async def delete(self, message: MessageRef) -> None:
        """Delete a message of ours; one that is gone is no error."""

    async def answer(
        self, token: Secret, text: str, link: str | None, *, quoted: str = "", act: ActionButton | None = None
    ) -> None:
        """Replace the ephemeral answer of an interaction; one that has expired is no error.

        :param quoted: a person's own words, given back to them below the text.
        """

    async def direct(self, user_id: UserId, post: ChatPost, *, nonce: str) -> MessageRef:
        """Send a direct message.

        :raises DirectMessagesClosed: the person takes none from us.
        """

    async def find_direct(self, user_id: UserId, post: ChatPost, *, since: datetime) -> MessageRef | None:
        """Look for a direct message of ours that says what ``post`` says."""


class CommentClient(Protocol):
    """A blog's comment system, used over one connection."""

    async def check(self) -> Account:
        """Try the credential.

        :raises Refused: it is wrong, or its account may not comment; the text says which.
        """

    async def find_post(self, entry: Entry, proof: PostProof | None = None) -> PostFound | PostNotFound:
        """Find which post of the blog an entry is, as the blog itself says now; a feed's guid proves nothing.

        :param proof: of earlier; it saves the search, and is checked again.
        :raises TemporaryError: the blog gave no clear answer.
        """

    async def publish(self, comment: OutgoingComment) -> PublishOutcome:
        """Send a comment once, to a post that :meth:`find_post` has just found.

        :raises TemporaryError: no clear answer came; the comment may have been stored.
        """


@runtime_checkable
class Finding(CommentClient, Protocol):
    """A client that can look for a comment of ours."""

    async def find(self, comment: OutgoingComment) -> Published | Held | None:
        """Look for a comment that may have been stored although no answer came."""


@runtime_checkable
class Following(CommentClient, Protocol):
    """A client that can tell the present state of a comment."""

    async def follow(self, native_id: NativeId) -> PublishOutcome:
        """Ask for a comment's present state."""


@runtime_checkable
class Revoking(CommentClient, Protocol):
    """A client that can revoke the credential it uses."""

    async def revoke(self) -> bool:
        """Have the blog forget the credential; False where it did not."""


@runtime_checkable
class Listing(CommentClient, Protocol):
    """A client that can list the blog's newest comments."""

    async def list_comments(self) -> bytes:
        """Return the list as the blog writes it, for :meth:`FeedSource.read_account_list`.

        :raises BridgeError: the blog gave none.
        """


class CommentSystems(Protocol):
    """The comment systems that the bot can write to."""

    def open(self, connection: Connection) -> CommentClient:
        """Return a client for a connection; it sends nothing yet."""

    async def authorize_url(self, api_root: str, *, success_url: str, reject_url: str) -> str | None:
        """Return the page of the blog on which an admin can create an application password for the bot, or None."""
