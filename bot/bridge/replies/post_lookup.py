"""Which post of its blog an entry is: asked of the blog, kept, and told to whoever wants to comment.

Nothing is written to a post on the word of what is kept: the publisher asks the blog again before every comment.
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
from bot.model.post import Located, NotFoundHere, PostProof
from bot.rules.comment_form import point_to_form
from bot.storage.database import Store

#: Discord waits three seconds for a form; some of them are needed on the way.
_BEFORE_FORM: Final = 2.0
_ATTEMPTS = 3

_WHOLE_BLOG = "The blog's feed gives the address of the whole blog for this post, so I cannot tell which post it is."
CLOSED = "Comments on this post are closed. Write to the blog's author if it matters."
#: The address and its card are the same, but the words were meant for what stood there before.
ANOTHER_POST = (
    "Another post of the blog stands at this address now than when you saw the preview, so your reply was not "
    "published. Please look at the post and start again."
)
_SLOW = (
    "The blog did not tell in time which of its posts this is, and nothing is published on a guess. "
    "Please try again in a minute."
)


class PostLookup:
    """Finds entries' posts on their blogs, and keeps what was proven."""

    def __init__(self, store: Store, comment_systems: CommentSystems, clock: Clock) -> None:
        self._store = store
        self._comment_systems = comment_systems
        self._clock = clock

    async def ask(self, connection: Connection, entry: Entry) -> Located | NotFoundHere:
        """Ask the blog which of its posts an entry is.

        :raises BridgeError: no clear answer came.
        """
        blog = await self._store.feeds.get_blog(entry.blog_id)
        if blog is not None and _is_home(blog, entry):
            return NotFoundHere(text=_WHOLE_BLOG)
        proof = await self._store.post_proofs.get(entry.id, api_root=connection.api_root)
        opened: CommentClient = self._comment_systems.open(connection)
        return await opened.locate(entry, proof)

    async def keep(self, connection: Connection, entry: Entry, found: Located | NotFoundHere) -> None:
        """Keep a proof, or forget one that does not hold any more."""
        if isinstance(found, NotFoundHere):
            await self._store.post_proofs.drop(entry.id)
            return
        proof = PostProof(
            post_id=found.post_id,
            route=found.route,
            address=entry.link or "",
            api_root=connection.api_root,
            proven_by=found.proven_by,
            proven_at=self._clock.now(),
        )
        await self._store.post_proofs.keep([(entry.id, proof)])

    async def proven(self, guild_id: GuildId, entry: Entry) -> NativeId | None:
        """Return the post that an entry was last proven to be, for a guild that has the blog connected."""
        connection = await self._store.endpoints.of_blog(guild_id, entry.blog_id)
        proof = (
            None if connection is None else await self._store.post_proofs.get(entry.id, api_root=connection.api_root)
        )
        return None if proof is None else proof.post_id

    async def check_before_form(
        self, guild_id: GuildId, entry: Entry, *, typed: bool = False, previewed: NativeId | None = None
    ) -> None:
        """Make sure that an entry takes comments, before anything is typed; quick, as Discord waits for a form.

        Where the blog is too slow, what was proven earlier counts: the comment itself is checked again anyway.

        :param typed: it is typed, and was checked before that: no answer is nothing against it.
        :param previewed: the post that a preview was for.
        :raises Refused: it does not, or nobody can tell; the sentence names the post's own form.
        """
        connection = await self._store.endpoints.of_blog(guild_id, entry.blog_id)
        if connection is None:
            return
        try:
            async with asyncio.timeout(_BEFORE_FORM):
                found = await self.ask(connection, entry)
        except (TimeoutError, TemporaryError):
            if not typed and await self._store.post_proofs.get(entry.id, api_root=connection.api_root) is None:
                raise Refused(point_to_form(_SLOW, entry)) from None
            return
        await self.keep(connection, entry, found)
        match found:
            case NotFoundHere(text=text, gone=gone):
                raise Refused(text if gone else point_to_form(text, entry))
            case Located(post_id=post_id) if previewed not in (None, post_id):
                raise Refused(ANOTHER_POST)
            case Located(comments_open=False):
                raise Refused(CLOSED)


class PostLookupHandler(Handler[LookUpPost, Located | NotFoundHere | None]):
    """Handler that finds an entry's post in the background, so that nobody has to wait for it later."""

    handles = LookUpPost

    def __init__(self, store: Store, locator: PostLookup) -> None:
        self._store = store
        self._locator = locator

    async def perform(self, delivery: Delivery, intent: LookUpPost) -> Located | NotFoundHere | None:
        """Ask the blog; None if nobody writes there any more, or it gives no clear answer."""
        connection, entry = await self._find(intent)
        if connection is None or entry is None:
            return None
        try:
            return await self._locator.ask(connection, entry)
        except TemporaryError:
            if delivery.attempts < _ATTEMPTS:
                raise
        except BridgeError:
            pass
        # Whoever wants to comment is asked to wait while the blog is asked again.
        return None

    async def record(self, delivery: Delivery, intent: LookUpPost, result: Located | NotFoundHere | None) -> None:
        """Keep the proof."""
        connection, entry = await self._find(intent)
        if result is not None and connection is not None and entry is not None:
            await self._locator.keep(connection, entry, result)

    async def _find(self, intent: LookUpPost) -> tuple[Connection | None, Entry | None]:
        entry = await self._store.items.get_entry(intent.entry_id)
        if entry is None:
            return None, None
        try:
            return await self._store.endpoints.of_blog(intent.guild_id, entry.blog_id), entry
        except BridgeError:
            return None, entry


def _is_home(blog: Blog, entry: Entry) -> bool:
    """Some feeds link every item to the front page, which may be a post of its own."""
    return bool(entry.link) and same_address(entry.link or "", blog.home_url)
