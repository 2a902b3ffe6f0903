"""What the bridge asks of its memory of feeds: polls, other names of entries, decisions, notices; see ``store``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.decision import Decision
from bot.model.entry import Filing
from bot.model.feed import Feed, Polled
from bot.model.ids import BlogId, CommentId, EntryId, FeedId, GuildId, NoticeId, ReplyId, SubscriptionId
from bot.model.notice import Notice, NoticeKind, TakenForKnown
from bot.model.post import PostProof


class Polls(Protocol):
    """Feeds as the poller takes and returns them."""

    async def claim_due(self, now: datetime, *, lease_until: datetime, limit: int) -> list[Feed]:
        """Take feeds that are due and that somebody wants; fewer than the limit: there are no more."""

    async def settle(self, feed: Feed, *, since: datetime | None = None) -> None:
        """Save everything about a feed and give it back.

        :param since: whoever hurried it after that is heeded; None: nobody is.
        """

    async def settle_all(self, polled: Sequence[Polled]) -> None:
        """Save how many feeds fare that brought nothing, and give them back: a memory or a hash is left as it was.

        One that was polled by somebody else since it was claimed is left as that poll left it.
        """

    async def put_off(self, later: Sequence[tuple[FeedId, datetime]]) -> None:
        """Give feeds back unpolled until these moments."""

    async def warm(self, blog_id: BlogId, entry_id: EntryId | None, *, now: datetime, due_at: datetime) -> None:
        """Count a blog's comments as lively from now, and an entry's own feed; they are due by then if they may be.

        Feeds that fail keep their distance.
        """

    async def note_counts(self, counts: Mapping[EntryId, int]) -> list[EntryId]:
        """Keep how many comments entries are said to have; returns those of which another number was known."""

    async def count_comments(self, entry_ids: Sequence[EntryId]) -> dict[EntryId, int]:
        """How many comments on entries are kept; one without any is left out."""

    async def rouse(self, blog_id: BlogId, entry_ids: Sequence[EntryId], *, now: datetime, again_at: datetime) -> None:
        """Have a blog's comments polled at once, as far as they may be, and those on these entries.

        :param again_at: for those that are being polled already.
        """

    async def hasten(self, feed_id: FeedId, at: datetime) -> None:
        """Let a feed that is well be polled no later than this, or as soon after it as it may be."""

    async def postpone(
        self,
        feed_id: FeedId,
        at: datetime,
        *,
        newest_at: datetime | None,
        conditional_polls: int,
        whole_at: datetime | None,
    ) -> None:
        """Let a feed that is well be polled not before this, as what was new has come by another way."""

    async def move(self, feed_id: FeedId, url: str, *, same_page: bool) -> bool:
        """Give a feed another address; False where that is another feed's of the blog, or another blog's.

        :param same_page: only the address's spelling changed; else its blog is found by the earlier one as before.
        """

    async def forget(self, feed_id: FeedId) -> None:
        """Delete a feed; what it brought stays."""

    async def newest_poll(self) -> datetime | None:
        """When any feed was polled last."""

    async def free_leases(self) -> None:
        """Give back what a process that is no more had claimed."""


class Aliases(Protocol):
    """Names by which an entry may be known again."""

    async def find(self, blog_id: BlogId, names: Sequence[str]) -> dict[str, list[EntryId]]:
        """Which entries have these names; a name that nobody has is left out."""

    async def move(self, entry_id: EntryId, to: EntryId) -> None:
        """Give all names of an entry to another."""

    async def add(self, blog_id: BlogId, names: Sequence[tuple[EntryId, str]]) -> None:
        """Give entries further names; one may have many, and many may share one."""


class Decisions(Protocol):
    """Why entries were posted, or not."""

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Keep what stages decided, in place of what they decided before."""

    async def of_entry(self, entry_id: EntryId, subscription_id: SubscriptionId) -> list[Decision]:
        """What was decided of an entry for everybody and for one subscription, in the order of the stages."""


class Notices(Protocol):
    """What admins were told."""

    async def add(
        self,
        blog_id: BlogId,
        kind: NoticeKind,
        text: str,
        *,
        feed_id: FeedId | None,
        taken: Sequence[TakenForKnown],
        at: datetime,
        guild_id: GuildId | None = None,
    ) -> NoticeId:
        """Keep a notice.

        :param guild_id: whom it concerns; None: every server that gets the blog.
        """

    async def get(self, notice_id: NoticeId) -> Notice | None:
        """Look a notice up."""

    async def of_blog(self, blog_id: BlogId, limit: int, *, guild_id: GuildId | None = None) -> list[Notice]:
        """A blog's newest notices: those that concern everybody, and one guild's own."""

    async def undo(self, notice_id: NoticeId, subscription_id: SubscriptionId, at: datetime) -> bool:
        """Note that it was undone in a subscription; False if it was already."""

    async def undone_in(self, subscription_id: SubscriptionId) -> dict[NoticeId, datetime]:
        """Which notices were undone in a subscription, and when."""


class PostProofs(Protocol):
    """Which posts entries are, as their blogs have said."""

    async def get(self, entry_id: EntryId, *, api_root: str) -> PostProof | None:
        """The proof of an entry; None if its address or the API root is another by now."""

    async def keep(self, proofs: Sequence[tuple[EntryId, PostProof]]) -> None:
        """Keep proofs in place of earlier ones."""

    async def drop(self, entry_id: EntryId) -> None:
        """Forget a proof that turned out not to hold any more."""


class Filings(Protocol):
    """Comments and the entries that they are kept under."""

    async def unchecked(self) -> set[BlogId]:
        """Blogs whose comments may have been kept under wrong entries."""

    async def check_off(self, blog_id: BlogId, at: datetime) -> None:
        """Note that all comments of a blog stand where they belong."""

    async def of_blog(self, blog_id: BlogId) -> list[Filing]:
        """Where all comments of a blog are kept."""

    async def move(self, comment_id: CommentId, entry_id: EntryId, at: datetime) -> None:
        """Keep a comment under another entry; messages that stand for it go on standing for it."""

    async def move_reply(self, reply_id: ReplyId, entry_id: EntryId, reason: str) -> None:
        """Keep under which entry a reply stands in truth, and say so in its status."""
