"""Counts of the items on both sides, which show losses and duplicates.

They come from the two sides only, not from the bot's own records.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow
from sandbox.discord.nouns import Message
from sandbox.page.stage import Stage

#: The bot's marks on a reply that is on the blog or on its way there.
_MARKS = ("⏳", "🕓", "✅")
#: Statuses of comments that are not in the trash or spam.
_KEPT = ("approved", "hold")
_COMMENT = re.compile(r"#comment-(\d+)$")
#: A struck-through description, after marks of a list or a quote.
_STRUCK = re.compile(r"\W*~~")
_MESSAGE = re.compile(r"^https://discord\.com/channels/[^/]+/\d+/(\d+)$")


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of item: the numbers of those on the blog and of those in chat."""

    what: str
    blog: frozenset[int]
    chat: frozenset[int]
    #: Items that wait for the moderator, which do not count as a difference.
    held: frozenset[int] = frozenset()
    #: Items that chat shows struck through, as they are gone from the blog.
    struck: frozenset[int] = frozenset()

    @property
    def even(self) -> bool:
        """Return True if both sides have the same items."""
        return self.blog == self.chat - self.struck

    @property
    def state(self) -> str:
        """Describe the differences."""
        parts = [
            (len(self.blog - self.chat), "not in chat"),
            (len(self.chat - self.blog - self.held - self.struck), "not on the blog"),
            (len(self.held & self.chat), "held"),
            (len(self.struck), "struck through"),
        ]
        return ", ".join(f"{number} {said}" for number, said in parts if number) or "all there"


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts, the number of duplicates, and the number of earlier posts, which are not counted."""

    counts: tuple[Count, ...]
    doubles: int
    before: int


def count(stage: Stage) -> Tally:
    """Count the items of both sides now."""
    messages = list(_messages(stage))
    # A blog may have several channels: an item is a duplicate only if one channel has it twice.
    cards = Counter(
        (message.channel.place.id, str(embed.get("url")))
        for message in messages
        for embed in message.embeds
        if embed.get("url")
    )
    shown = {link for _, link in cards}
    links, rows = Links(stage.blog.state), stage.blog.state.rows
    posts = {row.id: links.post(row) for row in stage.blog.state.published()}
    posted = {key for key, link in posts.items() if link in shown}
    mirrored = {int(found[1]) for url in shown if (found := _COMMENT.search(url))}
    native = {
        key for key, row in rows.items() if row.status == "approved" and row.post_id in posts and not origin_of(row)
    }
    replies = {message.id for message in messages if any(_marked(stage, message, mark) for mark in _MARKS)}
    arrived = Counter(origin for row in rows.values() if row.status in _KEPT and (origin := origin_of(row)))
    held = {origin for row in rows.values() if row.status == "hold" and (origin := origin_of(row))}
    doubles = sum(times - 1 for (_, link), times in cards.items() if link in posts.values() or _COMMENT.search(link))
    doubles += sum(times - 1 for times in arrived.values())
    before = stage.known_posts - posted
    return Tally(
        (
            _compare("Posts", posts.keys() - before, posted),
            _compare(
                "Comments",
                native - (stage.known_comments - mirrored),
                {key for key in mirrored if key not in rows or not origin_of(rows[key])},
                struck=_struck(messages) & mirrored,
            ),
            _compare("Replies", arrived.keys() - held, replies, held),
        ),
        doubles,
        len(before),
    )


def _compare(
    what: str, blog: Set[int], chat: Set[int], held: Set[int] = frozenset(), struck: Set[int] = frozenset()
) -> Count:
    return Count(what, frozenset(blog), frozenset(chat), frozenset(held), frozenset((struck & chat) - blog))


def _struck(messages: Iterable[Message]) -> set[int]:
    """Return the numbers of the comments that are struck through everywhere."""
    looks: dict[int, set[bool]] = {}
    for message in messages:
        for embed in message.embeds:
            if found := _COMMENT.search(str(embed.get("url"))):
                looks.setdefault(int(found[1]), set()).add(bool(_STRUCK.match(str(embed.get("description")))))
    return {number for number, seen in looks.items() if seen == {True}}


def _messages(stage: Stage) -> Iterator[Message]:
    for channel in stage.guild.channels.values():
        yield from channel.messages
        for thread in channel.threads:
            yield from thread.messages


def _marked(stage: Stage, message: Message, mark: str) -> bool:
    return stage.discord.bot_user in message.reactions.get(mark, ())


def origin_of(row: CommentRow) -> int | None:
    """Return the chat message that a comment came from."""
    found = _MESSAGE.match(row.author_url)
    return int(found[1]) if found else None
