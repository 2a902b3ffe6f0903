"""WordPress's conditional GET for feeds, with its wrong 304s.

The validators are one site-wide time in whole seconds: posts' modification for posts feeds, that and the newest
approved comment's date for comment feeds. As in WordPress, an edit, a late approval, a removal or a second comment
in the same second does not change them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from sandbox.blog.state import State


@dataclass(frozen=True, slots=True)
class Validators:
    """The two headers for conditional requests of a feed."""

    modified: datetime

    @property
    def last_modified(self) -> str:
        """Return the value of `Last-Modified`."""
        return format_datetime(self.modified, usegmt=True)

    @property
    def etag(self) -> str:
        """Return a strong ETag that is made of the time alone."""
        return f'"{hashlib.sha256(self.last_modified.encode()).hexdigest()[:32]}"'

    def headers(self) -> dict[str, str]:
        """Return both headers for the answer."""
        return {"Last-Modified": self.last_modified, "ETag": self.etag}

    def unchanged(self, asked: Mapping[str, str]) -> bool:
        """Return True if WordPress would answer 304: all sent validators must match."""
        etag, since = asked.get("If-None-Match"), asked.get("If-Modified-Since")
        # One string compared with another: weak tags, lists and `*` never match.
        same = etag == self.etag
        not_since = since is not None and _time(since) >= self.modified
        return same and not_since if etag and since else same or not_since


def validators(state: State, *, comments: bool) -> Validators:
    """Compute the validators of a posts feed or of any comment feed."""
    times = [post.modified for post in state.published(None)]
    if comments:
        times += [row.date for row in state.approved()]
    return Validators(max(times, default=state.now()))


def _time(header: str) -> datetime:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC)
