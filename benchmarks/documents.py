"""The documents that are polled: RSS as WordPress writes it, of a known size and with a known number of entries.

A feed is its scenario, its number and its edition; each edition of a feed that moves has one new entry at its top,
and the oldest one is gone. The same three always make the same bytes.
"""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = re.findall(
    r"\S+",
    "blog Leser Einträge écrire the house on a hill war früher größer and comments came late; nobody knows why, "
    "but the feed is read again &amp; again until it changes <em>at last</em> oder eben nicht",
)
#: Replaced by a feed's number, so that one rendering serves a thousand feeds; both have as many digits.
_NUMBER = b"000000"


class Scenario(StrEnum):
    """What polling a feed brings."""

    #: 304, over a connection of its own: two polls of a blog are minutes apart
    UNCHANGED = "unchanged"
    #: 304, over a connection that is there
    CONNECTED = "connected"
    #: 200 with the same bytes, from a server that knows no validators
    SAME_BODY = "same-body"
    ONE_OF_TEN = "one-of-ten"
    ONE_OF_HUNDRED = "one-of-hundred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the feeds of a scenario are like."""

    entries: int
    #: of the whole document, about
    size: int
    validators: bool = True
    moves: bool = False
    #: whether the server keeps connections open
    keeps: bool = False


SHAPES = {
    Scenario.UNCHANGED: Shape(entries=10, size=27_000),
    Scenario.CONNECTED: Shape(entries=10, size=27_000, keeps=True),
    Scenario.SAME_BODY: Shape(entries=10, size=27_000, validators=False),
    Scenario.ONE_OF_TEN: Shape(entries=10, size=27_000, moves=True),
    Scenario.ONE_OF_HUNDRED: Shape(entries=100, size=600_000, moves=True),
}


def render(scenario: Scenario, number: int, edition: int) -> bytes:
    """Write the document of one feed."""
    return _template(scenario, edition).replace(_NUMBER, b"%06d" % number)


def moment(edition: int) -> datetime:
    """Return when the newest entry of an edition says it was published."""
    return _BEGAN + timedelta(hours=edition)


@lru_cache(maxsize=8)
def _template(scenario: Scenario, edition: int) -> bytes:
    shape = SHAPES[scenario]
    each = shape.size // shape.entries
    items = "\n".join(_item(number, each) for number in range(edition + shape.entries, edition, -1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/">'
        "<channel><title>Blog 000000</title><link>https://blog-000000.example/</link><description>Words</description>"
        f"<lastBuildDate>{format_datetime(moment(edition))}</lastBuildDate><language>de</language>\n"
        f"{items}\n</channel></rss>\n"
    ).encode()


@lru_cache(maxsize=1024)
def _item(number: int, size: int) -> str:
    link = f"https://blog-000000.example/{number}/"
    frame = (
        f"<item><title>Entry {number} of a blog</title><link>{link}</link><dc:creator><![CDATA[Ann]]></dc:creator>"
        f"<pubDate>{format_datetime(moment(number))}</pubDate><category><![CDATA[Words]]></category>"
        f'<guid isPermaLink="false">https://blog-000000.example/?p={number}</guid>'
        f"<description><![CDATA[{_prose(number, size // 10)}]]></description>"
        "<content:encoded><![CDATA[{}]]></content:encoded>"
        f"<slash:comments>{number % 7}</slash:comments></item>"
    )
    paragraphs: list[str] = []
    # Seldom are pages of a blog without pictures and links.
    picture = f'<p><a href="{link}"><img src="{link}picture.jpg" alt="" width="640" height="480" /></a></p>'
    room = size - len(frame.encode()) - len(picture)
    while (left := room - sum(map(_length, paragraphs))) > 0:
        paragraphs.append(f"<p>{_prose(number + len(paragraphs), min(left, 700))}</p>")
    return frame.format(picture + "".join(paragraphs))


def _prose(seed: int, size: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - words of a document
    words: list[str] = []
    while size > 0:
        words.append(chance.choice(_WORDS))
        size -= _length(words[-1]) + 1
    return " ".join(words)


def _length(text: str) -> int:
    return len(text.encode())
