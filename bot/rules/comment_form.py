"""Links to a post's own comment form, for members who cannot publish from Discord."""

import re
from urllib.parse import quote

from bot.model.entry import Entry

_NOT_IN_URL = re.compile(r"[\s<>\"]")
_LONGEST = 500


def point_to_form(text: str, entry: Entry) -> str:
    """Add to a refusal a link to the post's own form, which has the id "respond" in WordPress's themes."""
    link = _NOT_IN_URL.sub(lambda found: quote(found[0]), (entry.link or "").partition("#")[0])
    if not link.startswith(("http://", "https://")) or len(link) > _LONGEST:
        return text
    return f"{text} You can write on the post's own page: <{link}#respond>"
