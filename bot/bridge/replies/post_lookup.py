"""Finds out which post of its blog an entry is, by asking the blog, and stores the proof.

A stored proof is never enough to publish a comment: the publisher asks the blog again before each one.
"""

import asyncio
from typing import Final

from bot.bridge.outbox.handler import Handler
from bot.bridge.ports import Clock, CommentClient, CommentSystems
from bot.model.address import same_address
from bot.model.connection import Connection
from bot.model.delivery import Delivery, LookUpPost
from bot.model.entry import Entry
from bot.model.errors import BridgeError, Refused, TemporaryError
from bot.model.feed import Blog
from bot.model.ids import GuildId, NativeId
from bot.model.post import PostFound, PostNotFound, PostProof
from bot.rules.comment_form import point_to_form
from bot.storage.database import Store

#: Discord waits three seconds for a form, including the time on the network.
_BEFORE_FORM: Final = 2.0
_ATTEMPTS = 3

_WHOLE_BLOG = "The blog's feed gives the address of the home page for this post, so I cannot tell which post it is."
CLOSED = "Comments on this post are closed. Write to the blog's author if it matters."
#: The address and the card are the same, but the reply was meant for the earlier post.
ANOTHER_POST = (
    "Another post of the blog has this address now than when you saw the preview, so your reply was not published. "
    "Please read the post that is there now, and start again."
)
_SLOW = "The blog did not answer in time, so I cannot tell which of its posts this is. Please try again in a minute."


class PostLookup:
    """Finds entries' posts on their blogs, and stores the proofs."""

    def __init__(self, store: Store, comment_systems: CommentSystems, clock: Clock) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._clock = clock

    async def find(self, connection: Connection, entry: Entry) -> PostFound | PostNotFound:
        """Ask the blog which of its posts an entry is.

        :raises BridgeError: no clear answer came.
        """
        blog = await self._store.feeds.get_blog(entry.blog_id)
        if blog is not None and _is_home(blog, entry):
            return PostNotFound(text=_WHOLE_BLOG)
        proof = await self._store.post_proofs.get(entry.id, api_root=connection.api_root)
        opened: CommentClient = self._comment_systems.open(connection)
        return await opened.find_post(entry, proof)

    async def save(self, connection: Connection, entry: Entry, found: PostFound | PostNotFound) -> None:
        """Store a proof, or delete one that does not hold any more."""
        if isinstance(found, PostNotFound):
            await self._store.post_proofs.delete(entry.id)
            return
        proof = PostProof(
            post_id=found.post_id,
            route=found.route,
            address=entry.link or "",
            api_root=connection.api_root,
            proven_by=found.proven_by,
            proven_at=self._clock.now(),
        )
        await self._store.post_proofs.save([(entry.id, proof)])

    async def known_post_id(self, guild_id: GuildId, entry: Entry) -> NativeId | None:
        """Return the id of the post that an entry was last proven to be; None without a proof or a connection."""
        connection = await self._store.connections.of_blog(guild_id, entry.blog_id)
        proof = (
            None if connection is None else await self._store.post_proofs.get(entry.id, api_root=connection.api_root)
        )
        return None if proof is None else proof.post_id

    async def check_before_form(
        self, guild_id: GuildId, entry: Entry, *, typed: bool = False, previewed: NativeId | None = None
    ) -> None:
        """Check within two seconds that an entry takes comments, because Discord does not wait longer for a form.

        Where the blog is too slow, an earlier proof counts: the publisher checks again.

        :param typed: the text is written already, so no answer from the blog is no reason to refuse.
        :param previewed: the id of the post that the preview was for.
        :raises Refused: the entry takes no comments, or the blog gives no answer; the text names the post's own form.
        """
        connection = await self._store.connections.of_blog(guild_id, entry.blog_id)
        if connection is None:
            return
        try:
            async with asyncio.timeout(_BEFORE_FORM):
                found = await self.find(connection, entry)
        except (TimeoutError, TemporaryError):
            if not typed and await self._store.post_proofs.get(entry.id, api_root=connection.api_root) is None:
                raise Refused(point_to_form(_SLOW, entry)) from None
            return
        await self.save(connection, entry, found)
        match found:
            case PostNotFound(text=text, gone=gone):
                raise Refused(text if gone else point_to_form(text, entry))
            case PostFound(post_id=post_id) if previewed not in (None, post_id):
                raise Refused(ANOTHER_POST)
            case PostFound(comments_open=False):
                raise Refused(CLOSED)


class PostLookupHandler(Handler[LookUpPost, PostFound | PostNotFound | None]):
    """Finds an entry's post in the background, so that members need not wait for it later."""

    handles = LookUpPost

    def __init__(self, store: Store, post_lookup: PostLookup) -> None:
        self._store = store
        self._post_lookup = post_lookup

    async def perform(self, delivery: Delivery, intent: LookUpPost) -> PostFound | PostNotFound | None:
        """Ask the blog; None if it is not connected any more, or gives no clear answer."""
        connection, entry = await self._find(intent)
        if connection is None or entry is None:
            return None
        try:
            return await self._post_lookup.find(connection, entry)
        except TemporaryError:
            if delivery.attempts < _ATTEMPTS:
                raise
        except BridgeError:
            pass
        # The blog is asked again when a member wants to reply.
        return None

    async def record(self, delivery: Delivery, intent: LookUpPost, result: PostFound | PostNotFound | None) -> None:
        """Store the proof."""
        connection, entry = await self._find(intent)
        if result is not None and connection is not None and entry is not None:
            await self._post_lookup.save(connection, entry, result)

    async def _find(self, intent: LookUpPost) -> tuple[Connection | None, Entry | None]:
        entry = await self._store.entries.get(intent.entry_id)
        if entry is None:
            return None, None
        try:
            return await self._store.connections.of_blog(intent.guild_id, entry.blog_id), entry
        except BridgeError:
            return None, entry


def _is_home(blog: Blog, entry: Entry) -> bool:
    """Return whether an entry links to the home page, as all items of some feeds do; that page may be another post."""
    return bool(entry.link) and same_address(entry.link or "", blog.home_url)
