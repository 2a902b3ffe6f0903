"""How the bot introduces itself to the servers it asks (RFC 9110, 10.1.5); pure."""

import re
from functools import lru_cache

_PRODUCT = "Backchannel/0.1"
#: What would end the comment, or the field; a backslash would quote what follows.
_UNFIT = re.compile(r"[^\x20-\x7e]|[()\\;]")


@lru_cache(maxsize=256)
def user_agent(contact: str | None, subscribers: int = 0) -> str:
    """Return the field: who this is, how to reach whoever runs it, and for how many a feed is read.

    :param contact: an address or a text; what cannot stand in a header is left out.
    :param subscribers: channels that get the feed; 0: it is about no feed.
    """
    reach = " ".join(_UNFIT.sub(" ", contact or "").split())
    notes = [f"+{reach}"] if reach else []
    if subscribers:
        notes.append(f"{subscribers} subscriber{'' if subscribers == 1 else 's'}")
    return f"{_PRODUCT} ({'; '.join(notes)})" if notes else _PRODUCT
