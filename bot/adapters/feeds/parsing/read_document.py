"""Read a feed's document: decode it, cut out the known items, and parse the rest.

Items are compared by hashes of their bytes only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.adapters.feeds.dates.published import only_clock
from bot.adapters.feeds.documents.body import MOST_ITEMS, PreparedBody, cut_after, prepare
from bot.adapters.feeds.documents.freshness import read_freshness
from bot.adapters.feeds.documents.item_spans import Span, cut_out, find_items
from bot.adapters.feeds.documents.repair import repair_references
from bot.adapters.feeds.documents.structure import check_structure
from bot.adapters.feeds.fetch_state import KnownItem, ParseResult, dump_items, load_items
from bot.adapters.feeds.items.identity import assign_uids
from bot.adapters.feeds.items.mentions import is_pingback
from bot.adapters.feeds.items.removal import read_tombstones
from bot.adapters.feeds.parsing.document import Document
from bot.adapters.feeds.parsing.json_feed import parse_json_comments, parse_json_entries
from bot.adapters.net.ssrf_guard import host_of
from bot.model.entry import PROTECTED, CommentKind, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.ids import Uid
from bot.model.uid import comment_uids, entry_uids


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A document as far as it was parsed."""

    document: Document
    #: everything said of it but its items
    frame: ParsedFeed
    #: all items in their order; None: their bytes are uncertain, and all were parsed
    spans: tuple[Span, ...] | None
    #: hashes and uids of those of them that were not parsed
    known: dict[str, Uid]
    #: all items that the last document had
    before: tuple[KnownItem, ...]


def read_entries(body: bytes, *, content_type: str, url: str, known: str = "") -> ParseResult:
    """Read a feed of entries.

    :param content_type: the header as it came, or the empty string.
    :param url: where the body came from; relative links of the document are resolved against it.
    :param known: items, as an earlier reading named them, that need not be told again; the others are told as they
        would be among them.
    :raises NotAFeed: it is no feed; the text says what it is.
    :raises TooMuch: it is built so that parsing it would take very long.
    """
    prepared = prepare(body, content_type=content_type, url=url)
    if prepared.is_json:
        feed = parse_json_entries(prepared.body, url=url, before=_uids(known))
        return ParseResult(feed=replace(feed, remarks=prepared.remarks, parsed_as=f"{prepared.charset}, json"))
    look = _look(prepared, known, url)
    entries = look.document.entries()
    home_url, there = look.document.home_url or "", set(look.known.values())
    names = [entry_uids(entry, home_url=home_url) for entry in entries]
    uids = list(assign_uids(names, there=there, before=[uid for _, uid in look.before]))
    told: dict[Uid, ParsedEntry] = {}
    for entry, uid in zip(entries, uids, strict=True):
        if uid not in there and (entry.title or entry.html or entry.link):
            told.setdefault(uid, replace(entry, uid=uid))
    items = tuple(_window(look, [uid if uid in told or uid in there else None for uid in uids]))
    return _finish(look, replace(look.frame, entries=tuple(told.values())), items)


def read_comments(body: bytes, *, content_type: str, url: str, known: str = "") -> ParseResult:
    """Read a feed of comments, WordPress's or another's.

    :param known: as for entries.
    :raises NotAFeed: it is no feed; the text says what it is.
    :raises TooMuch: it is built so that parsing it would take very long.
    """
    prepared = prepare(body, content_type=content_type, url=url)
    if prepared.is_json:
        feed = parse_json_comments(prepared.body, url=url, before=_uids(known))
        return ParseResult(feed=replace(feed, remarks=prepared.remarks, parsed_as=f"{prepared.charset}, json"))
    look = _look(prepared, known, url)
    there = set(look.known.values())
    read = look.document.comments(known=there)
    uids = list(assign_uids(list(map(comment_uids, read)), there=there, before=[uid for _, uid in look.before]))
    comments: dict[Uid, ParsedComment] = {}
    for comment, uid in zip(read, uids, strict=True):
        if uid not in there and comment.html != PROTECTED:
            kind = CommentKind.PINGBACK if is_pingback(comment) else CommentKind.COMMENT
            comments.setdefault(uid, replace(comment, uid=uid, kind=kind))
    return _finish(look, replace(look.frame, comments=tuple(comments.values())), tuple(_window(look, uids)))


def _look(prepared: PreparedBody, known: str, url: str) -> _Look:
    items = load_items(known)
    spans = find_items(prepared.body, url=url) if prepared.complete else None
    if spans is None and prepared.complete:
        repaired = repair_references(prepared.body)
        spans = find_items(repaired, url=url)
        if spans is not None or b"<!ENTITY" not in prepared.body:
            prepared = replace(prepared, body=repaired)
    if spans is not None:
        look = _look_at_new(prepared, spans, items, url)
        if look is not None:
            return look
    body = cut_after(prepared.body, MOST_ITEMS)
    check_structure(body, url=url)
    document = Document(body, url=url, believe_updates=not only_clock(body))
    complete = prepared.complete and len(body) == len(prepared.body)
    return _Look(
        document=document, frame=_frame(document, prepared, url, complete=complete), spans=None, known={}, before=items
    )


def _look_at_new(
    prepared: PreparedBody, spans: tuple[Span, ...], items: tuple[KnownItem, ...], url: str
) -> _Look | None:
    """Parse what is new; None where the parser sees other items than were cut out."""
    read, surplus = spans[:MOST_ITEMS], spans[MOST_ITEMS:]
    known = dict(items)
    there = {span.hash: known[span.hash] for span in read if span.hash in known}
    body = cut_out(prepared.body, tuple(span for span in read if span.hash in there) + surplus)
    document = Document(body, url=url, believe_updates=not only_clock(prepared.body))
    if len(document) != sum(span.hash not in there for span in read):
        return None
    frame = _frame(document, prepared, url, complete=prepared.complete and not surplus)
    return _Look(document=document, frame=frame, spans=read, known=there, before=items)


def _frame(document: Document, prepared: PreparedBody, url: str, *, complete: bool) -> ParsedFeed:
    remarks = prepared.remarks
    if prepared.complete and not complete:
        remarks += (f"The feed of {host_of(url)} holds more than {MOST_ITEMS:,} items; the rest is not read.",)
    return replace(
        document.frame(),
        complete=complete,
        remarks=remarks,
        parsed_as=f"{prepared.charset}, {document.parsed_as}",
        freshness=read_freshness(prepared.body),
        deleted=read_tombstones(prepared.body),
    )


def _uids(known: str) -> set[Uid]:
    return {uid for _, uid in load_items(known)} if known else set()


def _window(look: _Look, told: Sequence[Uid | None]) -> Iterator[KnownItem]:
    """Yield all items in their order, but those that say nothing."""
    if look.spans is None:
        yield from (("", uid) for uid in told if uid)
        return
    parsed = iter(told)
    for span in look.spans:
        if span.hash in look.known:
            yield span.hash, look.known[span.hash]
            continue
        uid = next(parsed)
        if uid is not None:
            yield span.hash, uid


def _finish(look: _Look, feed: ParsedFeed, items: tuple[KnownItem, ...]) -> ParseResult:
    window = tuple(dict.fromkeys(uid for _, uid in items))
    kept = None if look.spans is None else dump_items(tuple(dict.fromkeys(items)))
    return ParseResult(feed=replace(feed, window=window), items=kept)
