"""Why an entry or a comment was posted in a channel, or not: finds it, gathers what is kept of it. Changes nothing."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag

from bot.bridge.announce.cards import entry_card
from bot.bridge.outbox.deliveries import announce_comment, announce_entry
from bot.bridge.ports import Chat, Clock
from bot.model.entry import Comment, Entry, EntryRef
from bot.model.errors import NotFound
from bot.model.feed import FeedKind
from bot.model.ids import BlogId, EntryId, Uid, read_id
from bot.model.redact import redacted
from bot.model.subscription import SubscribedBlog
from bot.model.trace import Trace
from bot.rules.entry_matching import names_of_address
from bot.rules.explain_comment import CommentFacts, Unseen, comment_trace, unseen_trace
from bot.rules.explain_entry import EntryFacts, entry_trace
from bot.rules.messages.cards import entry_title, in_bold
from bot.storage.database import Store

#: How a suggestion names an entry, lest a title be taken for a number.
_PICKED = re.compile(r"entry:([0-9]+)")
_COMMENT = re.compile(r"#comment-([0-9]{1,20})$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|^[\w.-]+\.[a-z]{2,}/\S*$", re.I)
_OFFERED = 25
#: Titles are looked for among so many of the newest.
_RECENT = 500


class EntryExplainer:
    """Explains."""

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def suggest(self, blog_id: BlogId, typed: str) -> list[tuple[str, str]]:
        """Return the newest entries whose title contains the text, 25 at most, with their keys for :meth:`explain`."""
        wanted = typed.strip().casefold()
        entries = await self._store.entries.newest(blog_id, _RECENT if wanted else _OFFERED)
        named = [(entry_title(each), f"entry:{each.id}") for each in entries]
        return [(title, value) for title, value in named if wanted in title.casefold()][:_OFFERED]

    async def explain(self, subscribed: SubscribedBlog, asked: str) -> Trace:
        """Tell the way of what was asked for: an entry that was suggested, a link to an entry or comment, or a title.

        :raises NotFound: several entries have such a title.
        """
        asked = asked.strip()
        picked = _PICKED.fullmatch(asked)
        if picked is not None:
            number = read_id(picked[1])
            entry = await self._store.entries.get(EntryId(number)) if number is not None else None
            if entry is None or entry.blog_id != subscribed.blog.id:
                raise NotFound("I know no such entry of this blog.")
            return await self._of_entry(subscribed, entry)
        if not _ADDRESS.match(asked):
            return await self._of_title(subscribed, asked)
        url = asked if "://" in asked else f"https://{asked}"
        comment = await self._find_comment(subscribed.blog.id, url)
        if comment is not None:
            return await self._of_comment(subscribed, comment)
        # An entry is no answer to the question for one of its comments.
        found = None if _COMMENT.search(url) else await self._find_entry(subscribed.blog.id, url)
        return await self._unseen(subscribed, url) if found is None else await self._of_entry(subscribed, found)

    async def _of_title(self, subscribed: SubscribedBlog, asked: str) -> Trace:
        wanted = " ".join(asked.split()).casefold()
        entries = await self._store.entries.newest(subscribed.blog.id, _RECENT)
        fitting = [each for each in entries if entry_title(each).casefold() == wanted]
        fitting = fitting or [each for each in entries if wanted and wanted in entry_title(each).casefold()]
        if len(fitting) > 1:
            raise NotFound(f"{len(fitting)} entries fit {in_bold(asked)}. Pick one from the list, or paste its link.")
        return await self._of_entry(subscribed, fitting[0]) if fitting else await self._unseen(subscribed, asked)

    async def _of_entry(self, subscribed: SubscribedBlog, entry: Entry) -> Trace:
        subscription = subscribed.subscription
        key = announce_entry(subscription.id, entry.id, self._clock.now()).key
        return entry_trace(
            EntryFacts(
                entry=entry,
                subscription=subscription,
                decisions=await self._store.decisions.of_entry(entry.id, subscription.id),
                delivery=await self._store.outbox.find(key),
                link=await self._store.messages.of_entry(subscription.id, entry.id),
                card=await entry_card(self._store, self._chat, subscription, subscribed.blog, entry),
            )
        )

    async def _of_comment(self, subscribed: SubscribedBlog, comment: Comment) -> Trace:
        subscription = subscribed.subscription
        entry = await self._store.entries.get(comment.entry_id)
        if entry is None:
            raise NotFound("I know no such comment of this blog.")
        key = announce_comment(subscription.id, comment.id, self._clock.now()).key
        return comment_trace(
            CommentFacts(
                comment=comment,
                entry=entry,
                subscription=subscription,
                delivery=await self._store.outbox.find(key),
                link=await self._store.messages.of_comment(subscription.id, comment.id),
                entry_link=await self._store.messages.of_entry(subscription.id, entry.id),
                summed=await self._store.comment_batches.get_summarised(subscription.id, comment.id),
            )
        )

    async def _unseen(self, subscribed: SubscribedBlog, asked: str) -> Trace:
        kind = FeedKind.COMMENTS if _COMMENT.search(asked) else FeedKind.ENTRIES
        feeds = await self._store.feeds.of_blog(subscribed.blog.id)
        newest = await self._store.entries.newest(subscribed.blog.id, 1)
        return unseen_trace(
            Unseen(
                asked=redacted(asked),
                blog=subscribed.blog,
                subscription=subscribed.subscription,
                feeds=[feed for feed in feeds if feed.kind is kind],
                newest=newest[0] if newest and kind is FeedKind.ENTRIES else None,
            )
        )

    async def _find_comment(self, blog_id: BlogId, url: str) -> Comment | None:
        number = _COMMENT.search(url)
        uids = [Uid(f"comment-{number[1]}")] if number else []
        known = await self._store.comments.known(blog_id, [*uids, Uid(url)])
        return next(iter(known.values()), None)

    async def _find_entry(self, blog_id: BlogId, url: str) -> Entry | None:
        """Find an entry by its link or guid as a person may paste it: with visitors' marks, of the other scheme."""
        for address in _spellings(url):
            found = await self._store.entries.find(blog_id, EntryRef(link=address, uid=Uid(address)))
            if found is not None:
                return found
        names = [name for address in _spellings(url) for name in names_of_address(address)]
        for entry_ids in (await self._store.aliases.find(blog_id, names)).values():
            return await self._store.entries.get(entry_ids[-1])
        return None


def _spellings(url: str) -> Iterator[str]:
    """Yield an address as it was pasted, and as the same page may be named too."""
    for address in dict.fromkeys((url, urldefrag(url).url)):
        yield address
        yield address.rstrip("/") if address.endswith("/") else f"{address}/"
