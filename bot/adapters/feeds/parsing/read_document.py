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
class _ParsedPart:
    """The parsed part of a document."""

    document: Document
    #: the feed without its items
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
    :param known: items of the last fetch state; unchanged ones are left out.
    :raises NotAFeed: it is no feed; the text says what it is.
    :raises TooMuch: parsing it would take too long.
    """
    prepared = prepare(body, content_type=content_type, url=url)
    if prepared.is_json:
        feed = parse_json_entries(prepared.body, url=url, before=_uids_of(known))
        return ParseResult(feed=replace(feed, remarks=prepared.remarks, parsed_as=f"{prepared.charset}, json"))
    part = _parse_document(prepared, known, url)
    entries = part.document.entries()
    home_url, known_uids = part.document.home_url or "", set(part.known.values())
    names = [entry_uids(entry, home_url=home_url) for entry in entries]
    uids = list(assign_uids(names, known_uids=known_uids, before=[uid for _, uid in part.before]))
    new: dict[Uid, ParsedEntry] = {}
    for entry, uid in zip(entries, uids, strict=True):
        if uid not in known_uids and (entry.title or entry.html or entry.link):
            new.setdefault(uid, replace(entry, uid=uid))
    items = tuple(_window(part, [uid if uid in new or uid in known_uids else None for uid in uids]))
    return _finish(part, replace(part.frame, entries=tuple(new.values())), items)


def read_comments(body: bytes, *, content_type: str, url: str, known: str = "") -> ParseResult:
    """Read a feed of comments, WordPress's or another's.

    :param known: as for entries.
    :raises NotAFeed: it is no feed; the text says what it is.
    :raises TooMuch: parsing it would take too long.
    """
    prepared = prepare(body, content_type=content_type, url=url)
    if prepared.is_json:
        feed = parse_json_comments(prepared.body, url=url, before=_uids_of(known))
        return ParseResult(feed=replace(feed, remarks=prepared.remarks, parsed_as=f"{prepared.charset}, json"))
    part = _parse_document(prepared, known, url)
    known_uids = set(part.known.values())
    read = part.document.comments(known=known_uids)
    uids = list(
        assign_uids(list(map(comment_uids, read)), known_uids=known_uids, before=[uid for _, uid in part.before])
    )
    comments: dict[Uid, ParsedComment] = {}
    for comment, uid in zip(read, uids, strict=True):
        if uid not in known_uids and comment.html != PROTECTED:
            kind = CommentKind.PINGBACK if is_pingback(comment) else CommentKind.COMMENT
            comments.setdefault(uid, replace(comment, uid=uid, kind=kind))
    return _finish(part, replace(part.frame, comments=tuple(comments.values())), tuple(_window(part, uids)))


def _parse_document(prepared: PreparedBody, known: str, url: str) -> _ParsedPart:
    items = load_items(known)
    spans = find_items(prepared.body, url=url) if prepared.complete else None
    if spans is None and prepared.complete:
        repaired = repair_references(prepared.body)
        spans = find_items(repaired, url=url)
        if spans is not None or b"<!ENTITY" not in prepared.body:
            prepared = replace(prepared, body=repaired)
    if spans is not None:
        part = _parse_new_items(prepared, spans, items, url)
        if part is not None:
            return part
    body = cut_after(prepared.body, MOST_ITEMS)
    check_structure(body, url=url)
    document = Document(body, url=url, believe_updates=not only_clock(body))
    complete = prepared.complete and len(body) == len(prepared.body)
    return _ParsedPart(
        document=document, frame=_frame(document, prepared, url, complete=complete), spans=None, known={}, before=items
    )


def _parse_new_items(
    prepared: PreparedBody, spans: tuple[Span, ...], items: tuple[KnownItem, ...], url: str
) -> _ParsedPart | None:
    """Parse what is new; None where the parser sees other items than those that were cut out."""
    read, surplus = spans[:MOST_ITEMS], spans[MOST_ITEMS:]
    known = dict(items)
    known_uids = {span.hash: known[span.hash] for span in read if span.hash in known}
    body = cut_out(prepared.body, tuple(span for span in read if span.hash in known_uids) + surplus)
    document = Document(body, url=url, believe_updates=not only_clock(prepared.body))
    if len(document) != sum(span.hash not in known_uids for span in read):
        return None
    frame = _frame(document, prepared, url, complete=prepared.complete and not surplus)
    return _ParsedPart(document=document, frame=frame, spans=read, known=known_uids, before=items)


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


def _uids_of(known: str) -> set[Uid]:
    return {uid for _, uid in load_items(known)} if known else set()


def _window(part: _ParsedPart, new: Sequence[Uid | None]) -> Iterator[KnownItem]:
    """Yield all items in their order, but those that say nothing."""
    if part.spans is None:
        yield from (("", uid) for uid in new if uid)
        return
    parsed = iter(new)
    for span in part.spans:
        if span.hash in part.known:
            yield span.hash, part.known[span.hash]
            continue
        uid = next(parsed)
        if uid is not None:
            yield span.hash, uid


def _finish(part: _ParsedPart, feed: ParsedFeed, items: tuple[KnownItem, ...]) -> ParseResult:
    window = tuple(dict.fromkeys(uid for _, uid in items))
    kept = None if part.spans is None else dump_items(tuple(dict.fromkeys(items)))
    return ParseResult(feed=replace(feed, window=window), items=kept)
