"""Items that a feed says are deleted (RFC 6721), read from its bytes: feedparser keeps only the last of them; pure."""

import html
import re

from bot.adapters.feeds.items.identity import comment_number, comment_uid
from bot.model.address import canonical_link
from bot.model.ids import Uid

_TOMBSTONE = re.compile(rb"<(?:[\w.-]{1,40}:)?deleted-entry\s[^<>]{0,2000}?\bref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_MOST = 200


def read_tombstones(body: bytes) -> tuple[Uid, ...]:
    """Return the uids of what a document says is deleted, entries or comments.

    :param body: UTF-8.
    """
    if b"deleted-entry" not in body:
        return ()
    refs = []
    for found in _TOMBSTONE.finditer(body):
        ref = html.unescape((found[1] or found[2] or b"").decode("utf-8", "replace")).strip()
        number = comment_number(ref)
        refs.append(comment_uid(number) if number else Uid(canonical_link(ref)))
        if len(refs) == _MOST:
            break
    return tuple(dict.fromkeys(ref for ref in refs if ref))
