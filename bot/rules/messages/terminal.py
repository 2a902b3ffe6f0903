"""Render entries and comments as plain text for a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model.entry import ParsedComment, ParsedEntry
from bot.rules.entry_matching import names_of_address, names_of_ref
from bot.rules.html_to_discord.convert import text_line, to_text
from bot.rules.messages.cards import card_image, entry_title

_EXCERPT, _COMMENT, _NAME = 700, 3500, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainItem:
    """An entry or a comment without markup."""

    #: empty for a comment
    title: str = ""
    author: str
    url: str | None
    body: str
    image_url: str | None = None
    published_at: datetime | None
    #: the title of a comment's entry, or its address
    on: str = ""
    #: the author of the comment that is answered, if known
    answers: str = ""


def plain_entry(entry: ParsedEntry, *, home_url: str) -> PlainItem:
    """Render an entry."""
    base = entry.link or home_url
    image_url = card_image(entry, base_url=base)
    return PlainItem(
        title=entry_title(entry),
        author=text_line(entry.author, limit=_NAME),
        url=entry.link,
        body=to_text(entry.html, base_url=base, limit=_EXCERPT, shown_image=image_url),
        image_url=image_url,
        published_at=entry.published_at,
    )


def plain_comment(
    comment: ParsedComment, *, home_url: str, entries: Iterable[ParsedEntry], comments: Iterable[ParsedComment]
) -> PlainItem:
    """Render a comment.

    :param entries: the entries whose titles are known.
    :param comments: the comments that it may answer.
    """
    answered = next((each.author for each in comments if each.uid == comment.parent_uid), comment.parent_author)
    return PlainItem(
        author=text_line(comment.author, limit=_NAME) or "Anonymous",
        url=comment.link,
        body=to_text(comment.html, base_url=comment.link or home_url, limit=_COMMENT) or "(no text)",
        published_at=comment.published_at,
        on=_entry_of(comment, entries, home_url=home_url),
        answers=(text_line(answered, limit=_NAME) or "an earlier comment") if comment.parent_uid else "",
    )


def _entry_of(comment: ParsedComment, entries: Iterable[ParsedEntry], *, home_url: str) -> str:
    """Find the entry of a comment by its address or uid, as a number could belong to another blog."""
    named = set(names_of_ref(comment.entry, home_url=home_url))
    for entry in entries:
        own = {name for address in (entry.uid, entry.link) if address for name in names_of_address(address)}
        if own & named:
            return entry_title(entry)
    return text_line(comment.entry.title or "", limit=_NAME) or comment.entry.link or ""
