"""Counts what stands on both sides, so that anybody can see that nothing is lost and nothing is doubled.

It looks at the two sides only: what the bot believes to have done does not count here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow
from sandbox.discord.nouns import Message
from sandbox.page.stage import Stage

#: The bot's marks on a reply that is, or should come to be, on the blog.
_MARKS = ("⏳", "🕓", "✅")
_COMMENT = re.compile(r"#comment-(\d+)$")
_MESSAGE = re.compile(r"^https://discord\.com/channels/[^/]+/\d+/(\d+)$")


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of thing: how many there are where they come from, and how many of those on the other side."""

    what: str
    came_from: str
    source: int
    arrived: int

    @property
    def even(self) -> bool:
        """Whether all have arrived."""
        return self.source == self.arrived


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts, and how many stand twice anywhere."""

    counts: tuple[Count, ...]
    doubles: int


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
    posts = [row for row in stage.blog.state.published() if row.id not in stage.known_before]
    links = Links(stage.blog.state)
    posted = [links.post(row) for row in posts]
    rows = [row for post in posts for row in stage.blog.state.approved(post)]
    relayed = [row for row in stage.blog.state.rows.values() if _origin(row) and row.status in ("approved", "hold")]
    native = {row.id for row in rows if not _origin(row)}
    mirrored = {int(found[1]) for url in shown if (found := _COMMENT.search(url))}
    replies = {message.id for message in messages if any(_marked(stage, message, mark) for mark in _MARKS)}
    arrived = Counter(_origin(row) for row in relayed)
    doubles = sum(times - 1 for (_, link), times in cards.items() if link in posted or _COMMENT.search(link))
    doubles += sum(times - 1 for times in arrived.values())
    return Tally(
        (
            Count("Posts", "blog", len(posts), len(shown.intersection(posted))),
            Count("Comments", "blog", len(native), len(native & mirrored)),
            Count("Replies", "chat", len(replies), len(replies & arrived.keys())),
        ),
        doubles,
    )


def _messages(stage: Stage) -> Iterator[Message]:
    for channel in stage.guild.channels.values():
        yield from channel.messages
        for thread in channel.threads:
            yield from thread.messages


def _marked(stage: Stage, message: Message, mark: str) -> bool:
    return stage.discord.bot_user in message.reactions.get(mark, ())


def _origin(row: CommentRow) -> int | None:
    """Return the chat message that a comment came from."""
    found = _MESSAGE.match(row.author_url)
    return int(found[1]) if found else None
