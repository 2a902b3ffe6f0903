"""Counts what stands on both sides, so that anybody can see that nothing is lost and nothing is doubled.

It looks at the two sides only: what the bot believes to have done does not count here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow
from sandbox.discord.nouns import Message
from sandbox.page.stage import Stage

#: The bot's marks on a reply that is, or should come to be, on the blog.
_MARKS = ("⏳", "🕓", "✅")
#: Statuses of comments that are not thrown away.
_KEPT = ("approved", "hold")
_COMMENT = re.compile(r"#comment-(\d+)$")
#: A description that is struck through, after marks of a list or a quote.
_STRUCK = re.compile(r"\W*~~")
_MESSAGE = re.compile(r"^https://discord\.com/channels/[^/]+/\d+/(\d+)$")


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of thing: which of them stand on the blog and which in chat, by their numbers."""

    what: str
    blog: frozenset[int]
    chat: frozenset[int]
    #: Those that wait for the moderator; they are no difference between the sides.
    held: frozenset[int] = frozenset()
    #: Those that chat shows struck through, because they are gone from the blog.
    struck: frozenset[int] = frozenset()

    @property
    def even(self) -> bool:
        """Whether the same stand on both sides."""
        return self.blog == self.chat - self.struck

    @property
    def state(self) -> str:
        """Say what differs, and nothing about why."""
        parts = [
            (len(self.blog - self.chat), "not in chat"),
            (len(self.chat - self.blog - self.held - self.struck), "not on the blog"),
            (len(self.held & self.chat), "held"),
            (len(self.struck), "struck through"),
        ]
        return ", ".join(f"{number} {said}" for number, said in parts if number) or "all there"


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts, how many stand twice anywhere, and how many posts stood on the blog before and are not counted."""

    counts: tuple[Count, ...]
    doubles: int
    before: int


def count(stage: Stage) -> Tally:
    """Count both sides as they stand now."""
    messages = list(_messages(stage))
    # A blog may go to several channels: a thing stands twice only where one channel has it twice.
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
    """Return the numbers of the comments that are struck through wherever they stand."""
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
