"""Find the parent of a comment: ``thr:in-reply-to`` (RFC 4685), and Blogger's own links."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.model.address import canonical_link, same_address, without_scheme
from bot.model.address import entry_link as page_of
from bot.model.ids import Uid

#: Where Blogger keeps a comment: ``/feeds/BLOG/POST/comments/default/COMMENT``.
_BLOGGER = re.compile(r"^https?:(?P<folder>//[^/?#]+/feeds/\d+/\d+/comments/)[\w-]+/(?P<number>\d+)(?:[?#].*)?$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class InReplyTo:
    """One ``thr:in-reply-to``, with a guid, an address, or both."""

    #: its guid
    ref: str
    #: its page, absolute
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPlace:
    """The parent and the entry of a comment."""

    parent: Uid | None = None
    entry_uid: Uid | None = None
    entry_link: str | None = None


def document_key(address: str) -> str:
    """Return a guid or address as comments of one document are named by it: its scheme makes no difference."""
    return without_scheme(canonical_link(address))


def find_parent(
    answered: Sequence[InReplyTo], names: Mapping[str, Uid], own: Uid, *, link: str | None = None
) -> CommentPlace:
    """Tell the answered comment from the entry.

    What is no comment of the same document is an entry, or a comment that was known before: who keeps both can tell.

    :param names: the document's comments' uids, by :func:`name_in_document` of their guids and addresses.
    :param own: the comment's uid: nothing answers itself.
    :param link: the comment's own address.
    """
    parent: Uid | None = None
    others: list[InReplyTo] = []
    for each in answered:
        uid = names.get(document_key(each.ref)) or names.get(document_key(each.href))
        if uid is None:
            others.append(each)
        elif uid != own:
            parent = parent or uid
    entry = others[0] if others else None
    entry_link = entry.href if entry else ""
    if entry is not None and _is_place_on_page(entry.href, link):
        # Another comment on the same page, which was known before or never will be.
        entry_link = page_of(entry.href)
        if not entry.ref and parent is None:
            parent = Uid(canonical_link(entry.href))
    if parent is None and len(others) > 1:
        parent = Uid(canonical_link(others[1].ref or others[1].href))
    return CommentPlace(
        parent=parent,
        entry_uid=Uid(canonical_link(entry.ref)) if entry and entry.ref else None,
        entry_link=entry_link or None,
    )


def _is_place_on_page(address: str, link: str | None) -> bool:
    """Tell whether an address leads to a place on the comment's own page."""
    return bool(link and "#" in address and "#" in link and same_address(page_of(address), page_of(link)))


def blogger_parent(guid: str, own: Collection[str], related: Collection[str]) -> Uid | None:
    """Return the uid of the comment that a comment on Blogger answers.

    Blogger names the post in ``thr:in-reply-to``, and the answered comment by its address.

    :param guid: the comment's, which ends in its number.
    :param own: addresses of rel ``self`` and ``edit``.
    :param related: addresses of rel ``related``.
    """
    ours = [found for address in own if (found := _BLOGGER.match(address))]
    for address in related:
        found = _BLOGGER.match(address)
        for mine in ours if found else ():
            same_post = found and found["folder"].lower() == mine["folder"].lower()
            head = guid.removesuffix(f"-{mine['number']}")
            if found and same_post and head != guid and found["number"] != mine["number"]:
                return Uid(canonical_link(f"{head}-{found['number']}"))
    return None
