"""Choose the uid of an item from guids, links and WordPress's numbers in both, so that it stays the same."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.net.numbers import MAX_ID, read_number
from bot.model.address import canonical_link, entry_link, without_scheme
from bot.model.entry import EntryRef
from bot.model.ids import NativeId, Uid
from bot.model.uid import content_uid, same_page, shared_names

_COMMENT_NUMBER = re.compile(r"#comment-([0-9]{1,20})$")
#: ``/?p=7``, ``/index.php?p=7``, ``/?post_type=note&p=7``, ``/?page_id=2``: not a forum's ``viewtopic.php?p=7``.
_ENTRY_NUMBER = re.compile(r"^https?://[^?#]*/(?:index\.php)?\?(?:[^#]*&)?(?:p|page_id)=([0-9]{1,20})(?:[&#]|$)", re.I)
_TITLE_OF_COMMENT = re.compile(r"Comment on (.+)", re.S)
#: A longer guid is replaced by its hash.
_LONGEST_GUID = 1000
#: What programs write where they have no name.
_PLACEHOLDERS = frozenset(
    ("n/a", "na", "n.a", "none", "null", "nil", "nan", "undefined", "unknown", "empty", "guid", "id", "link", "url")
)
_AROUND = " \t\r\n()[]<>{}\"'.:"


def choose_uid(guid: str, link: str | None, *, published_at: datetime | None, title: str, text: str) -> Uid:
    """Choose what identifies an item: its guid, else its link, else what it says.

    :param guid: as the document has it; white space around it does not count.
    """
    return choose_name(guid, link) or content_uid(published_at, title, text)


def choose_name(guid: str, link: str | None, *, site_urls: Collection[str] = ()) -> Uid:
    """Choose an item's name: its guid, else its link; empty where neither names it.

    :param site_urls: addresses that name no item: of the site, of the feed.
    """
    named = guid.strip()
    if len(named) > _LONGEST_GUID:
        return content_uid(None, named, "")
    written = (each for each in (named, link or "") if not _names_no_item(each, site_urls))
    return Uid(canonical_link(next(written, "")))


def site_addresses(home_url: str | None, url: str) -> tuple[str, ...]:
    """Return the addresses of a site that name none of its items: its page, the top of its host, and the feed.

    :param home_url: the page that the feed names as the site's, if it names one.
    """
    return tuple(dict.fromkeys(filter(None, (home_url, resolve_address(home_url or url, "/"), url))))


def _names_no_item(name: str, site_urls: Collection[str]) -> bool:
    bare = name.casefold().strip(_AROUND)
    if bare in _PLACEHOLDERS or not any(map(str.isalnum, without_scheme(bare))):
        return True
    return any(same_page(name, address) for address in site_urls)


def comment_number(*addresses: str | None) -> str | None:
    """Return N of the first address that ends in ``#comment-N``."""
    for address in addresses:
        found = _COMMENT_NUMBER.search(address or "")
        number = read_number(found[1], most=MAX_ID) if found else None
        if number is not None:
            return str(number)
    return None


def comment_uid(number: str) -> Uid:
    """Return the uid of a WordPress comment: its guid is stable, but feeds and REST share only the number."""
    return Uid(f"comment-{number}")


def entry_number(guid: str) -> NativeId | None:
    """Return WordPress's number of the entry whose guid this is."""
    found = _ENTRY_NUMBER.match(guid)
    return NativeId(found[1]) if found and read_number(found[1], most=MAX_ID) else None


def refer_to_entry(guid: str, link: str | None, title: str | None) -> EntryRef:
    """Say which entry a WordPress comment belongs to.

    :param guid: the comment's: the entry's guid and ``#comment-N``; empty where there is none.
    """
    of_entry = guid.partition("#")[0]
    return EntryRef(
        hint=entry_number(of_entry),
        link=entry_link(link) if link else None,
        uid=Uid(canonical_link(of_entry)) if of_entry else None,
        title=title,
    )


def assign_uids(
    items: Sequence[Sequence[Uid]], *, known_uids: Collection[Uid], before: Collection[Uid]
) -> Iterator[Uid]:
    """Yield a uid for each item: the shortest that no other item has or had.

    A uid that two items once shared is given to neither again, as it could pass from one to the other. Equal items get
    the same uid.

    :param items: of each item the uids that it may have (``model/uid.py``), the shortest first.
    :param known_uids: uids of known items of the same document, which keep them.
    :param before: uids that the feed's items had the last time.
    """
    if not items:
        return
    taken = set(known_uids)
    shared = {name for uid in (*known_uids, *before) if " " in uid for name in shared_names(uid)}
    holders = Counter(uid for uids in set(map(tuple, items)) for uid in uids)
    for uids in items:
        own = (uid for uid in uids if holders[uid] == 1 and uid not in taken and uid not in shared)
        yield next(own, uids[-1])


def entry_title(comment_title: str, author: str) -> str | None:
    """Return X of "Comment on X by Y", where Y is the author; in other titles the end of X is unknown."""
    found = _TITLE_OF_COMMENT.fullmatch(comment_title)
    by_author = f" by {author}"
    if not found or not author or not found[1].endswith(by_author):
        return None
    return found[1].removesuffix(by_author) or None
