"""Read and write HTTP header fields: User-Agent, Link, dates."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_PRODUCT = "Backchannel/0.3"
#: What would end the comment, or the field; a backslash would quote what follows.
_UNFIT = re.compile(r"[^\x20-\x7e]|[()\\;]")
_VALUE = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]+))?)*)')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s",;]+)))?')


@lru_cache(maxsize=256)
def user_agent(contact: str | None, subscribers: int = 0) -> str:
    """Return the User-Agent: the bot, how to reach its operator, and how many channels get the feed.

    :param contact: an address or a text; what cannot stand in a header is left out.
    :param subscribers: channels that get the feed; 0: it is about no feed.
    """
    reach = " ".join(_UNFIT.sub(" ", contact or "").split())
    notes = [f"+{reach}"] if reach else []
    if subscribers:
        notes.append(f"{subscribers} subscriber{'' if subscribers == 1 else 's'}")
    return f"{_PRODUCT} ({'; '.join(notes)})" if notes else _PRODUCT


def parse_link_header(value: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each link as written, with its parameters by their names in small letters."""
    for target, parameters in _VALUE.findall(value):
        yield target, {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}


def parse_http_date(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None for anything else."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
