"""Decide whether a changed item is an edit that readers should see, and whether it is a large one.

Counters, clocks and tokens that change by themselves are no edits.
"""

import re
from difflib import SequenceMatcher
from enum import StrEnum

from bot.model.entry import Comment, Entry, ParsedComment, ParsedEntry

#: How often an item's messages are updated: an item that changes more often changes by itself.
MOST_EDITS = 24
_LARGE = 0.75
_WORDS = 400

_TAG = re.compile(r"<[^>]*>")
_ADDRESS_QUERY = re.compile(r"(https?://[^\s\"'<>?#]+)[?#][^\s\"'<>]*")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?\b", re.I)
_STAMP = re.compile(r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")
_COUNTED = (
    r"views?|visits?|reads?|hits?|likes?|shares?|votes?|points?|comments?|replies|responses?|reactions?|downloads?|"
    r"plays?|subscribers?|followers?|people|others?|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
)
_COUNT = re.compile(rf"\b[\d.,]+\s*[km]?\s+(?:{_COUNTED})\b|\b(?:{_COUNTED})\s*[:(]\s*[\d.,]+\s*[km]?\)?", re.I)
#: Sixteen characters or more with digits among letters: nonces, tokens, cache busters.
_TOKEN = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}\b")


class Edit(StrEnum):
    """How much an item changed for a reader."""

    NONE = "none"
    SMALL = "small"
    LARGE = "large"


def classify_entry_edit(kept: Entry, parsed: ParsedEntry) -> Edit:
    """Compare a stored entry with the feed's present version."""
    return _judge(kept.html, parsed.html, other=_frame(kept) != _frame(parsed))


def classify_comment_edit(kept: Comment, parsed: ParsedComment) -> Edit:
    """Compare a stored comment with the blog's present version."""
    return _judge(kept.html, parsed.html, other=kept.author != parsed.author)


def _frame(entry: Entry | ParsedEntry) -> tuple[str, ...]:
    """Return what a card shows beside the text."""
    image = (entry.image_url or "").partition("?")[0]
    return tuple(map(_settled, (entry.title, entry.author, entry.link or "", image, *entry.categories)))


def _judge(was: str, now: str, *, other: bool) -> Edit:
    before, after = _settled(was), _settled(now)
    if before == after:
        # Only images, addresses and the like can differ, which are small changes.
        return Edit.SMALL if other else Edit.NONE
    first, second = before.split()[:_WORDS], after.split()[:_WORDS]
    same = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return Edit.LARGE if same < _LARGE else Edit.SMALL


def _settled(text: str) -> str:
    """Return a text without markup and without what changes by itself."""
    text = _ADDRESS_QUERY.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    for pattern in (_STAMP, _CLOCK, _COUNT, _TOKEN):
        text = pattern.sub("#", text)
    return " ".join(text.split())
