"""Read WordPress's REST lists as a feed: comments with their parents, and entries by number."""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from bot.adapters.feeds.addresses import resolve_address
from bot.adapters.feeds.dates.published import choose_date
from bot.adapters.feeds.items.identity import choose_uid, comment_uid
from bot.adapters.feeds.text import plain_name, plain_title, scrub
from bot.adapters.net.client import Response
from bot.adapters.net.numbers import MAX_ID, load_json
from bot.adapters.net.ssrf_guard import host_of
from bot.adapters.wordpress_routes import POSTS
from bot.model.address import entry_link
from bot.model.entry import PROTECTED, CommentKind, EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import PermanentError
from bot.model.ids import NativeId

#: The most that WordPress gives in one page.
PER_PAGE = 100

_Json = Mapping[str, object]


def rest_url(api_root: str, route: str, query: Mapping[str, str]) -> str:
    """Return the address of a route.

    :param api_root: ``…/wp-json/``, or ``…?rest_route=/`` where the blog has plain permalinks.
    :param route: without a slash at its start.
    """
    separator = "&" if "?" in api_root else "?"
    encoded = urlencode(query, safe=",:")
    return f"{api_root}{route}{separator}{encoded}" if encoded else f"{api_root}{route}"


def comments_url(api_root: str) -> str:
    """Return the address of the newest comments, by number: late approvals keep their old number and their old date."""
    fields = "id,post,parent,author_name,author_url,date_gmt,content,link,type"
    query = {"per_page": str(PER_PAGE), "orderby": "id", "order": "desc", "_fields": fields}
    return rest_url(api_root, "wp/v2/comments", query)


def named_comments_url(api_root: str, native_ids: Sequence[NativeId]) -> str:
    """Return the address of comments by number, at most :data:`PER_PAGE` of them."""
    fields = "id,post,parent,author_name,author_url,date_gmt,content,link,type"
    query = {"include": ",".join(native_ids), "per_page": str(PER_PAGE), "_fields": fields}
    return rest_url(api_root, "wp/v2/comments", query)


def comment_types_url(api_root: str, native_ids: Sequence[NativeId]) -> str:
    """Return the address that tells which of these numbers are comments and nothing else, at most :data:`PER_PAGE`."""
    query = {"include": ",".join(native_ids), "per_page": str(PER_PAGE), "_fields": "id,type"}
    return rest_url(api_root, "wp/v2/comments", query)


def comment_type_url(api_root: str, native_id: NativeId) -> str:
    """Return the address that tells the type of one comment; lists of other types are for members only."""
    return rest_url(api_root, f"wp/v2/comments/{native_id}", {"_fields": "id,type"})


def entries_url(api_root: str, native_ids: Sequence[NativeId], *, route: str = POSTS) -> str:
    """Return the address of entries by number, at most :data:`PER_PAGE` of them.

    :param route: of their kind: posts, pages, or one that a plugin adds.
    """
    query = {
        "include": ",".join(native_ids),
        "per_page": str(PER_PAGE),
        "_embed": "author,wp:term",
        "_fields": "id,link,title,date_gmt,guid,excerpt,content,_links,_embedded",
    }
    return rest_url(api_root, route, query)


def parse_comment_list(body: bytes, *, url: str) -> ParsedFeed:
    """Parse a list of comments; reviews, notes and other types than comments and mentions are left out.

    :raises PermanentError: it is no such list.
    """
    rows = _rows(body, url)
    # Lists for an account may tell the status; strangers are shown nothing else than what is approved.
    kept = [
        row for row in rows if _kind(row) and _number(row.get("id")) and row.get("status", "approved") == "approved"
    ]
    comments = tuple(_comment(row) for row in kept)
    return ParsedFeed(title="", comments=comments, window=tuple(comment.uid for comment in comments))


def read_comment_types(response: Response | None) -> dict[NativeId, str] | None:
    """Read types by number, of a list of comments or of one; None: it is neither."""
    try:
        value = load_json(response.body.decode("utf-8-sig")) if response is not None else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list | dict):
        return None
    rows = [_mapping(row) for row in (value if isinstance(value, list) else [value])]
    named = [(_number(row.get("id")), _text(row.get("type"))) for row in rows]
    return {NativeId(number): name for number, name in named if number and name}


def parse_entry_list(body: bytes, *, url: str) -> list[ParsedEntry]:
    """Parse a list of entries; each has the uid it has in the feed.

    :raises PermanentError: it is no such list.
    """
    return [_entry(row) for row in _rows(body, url) if _number(row.get("id"))]


def _comment(row: _Json) -> ParsedComment:
    number, parent, post = _number(row.get("id")), _number(row.get("parent")), _number(row.get("post"))
    link = resolve_address("", _text(row.get("link")))
    return ParsedComment(
        uid=comment_uid(number),
        parent_uid=comment_uid(parent) if parent else None,
        entry=EntryRef(native_id=NativeId(post) if post else None, link=entry_link(link) if link else None),
        link=link,
        author=plain_name(_text(row.get("author_name"))),
        author_url=resolve_address("", _text(row.get("author_url"))),
        published_at=_moment(row),
        html=scrub(_rendered(row, "content")).strip(),
        native_id=NativeId(number),
        kind=_kind(row) or CommentKind.COMMENT,
    )


def _kind(row: _Json) -> CommentKind | None:
    name = row.get("type", CommentKind.COMMENT)
    return next((kind for kind in CommentKind if kind == name), None)


def _entry(row: _Json) -> ParsedEntry:
    number = _number(row.get("id"))
    guid = html.unescape(_rendered(row, "guid")).strip()
    link = resolve_address("", _text(row.get("link")))
    title = plain_title(_rendered(row, "title"), is_html=True)
    text = scrub(_rendered(row, "content") or _rendered(row, "excerpt")).strip()
    if _mapping(row.get("content")).get("protected") is True:
        text = PROTECTED
    embedded = _mapping(row.get("_embedded"))
    terms = [_mapping(term) for group in _items(embedded.get("wp:term")) for term in _items(group)]
    return ParsedEntry(
        uid=choose_uid(guid, link, published_at=_moment(row), title=title, text=text),
        link=link,
        title=title,
        author=", ".join(_names(_mapping(author) for author in _items(embedded.get("author")))),
        published_at=_moment(row),
        html=text,
        categories=tuple(_names(term for term in terms if term.get("taxonomy") in {"category", "post_tag"})),
        native_id=NativeId(number),
    )


def _rows(body: bytes, url: str) -> list[_Json]:
    try:
        value = load_json(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise PermanentError(f"{host_of(url)} sent something other than JSON from its WordPress API.") from None
    if not isinstance(value, list):
        raise PermanentError(f"{host_of(url)} sent something other than a list from its WordPress API.")
    return [_mapping(row) for row in value]


def _names(things: Iterator[_Json]) -> Iterator[str]:
    return (name for thing in things if (name := plain_name(_text(thing.get("name")))))


def _moment(row: _Json) -> datetime | None:
    return choose_date([_text(row.get("date_gmt"))])


def _rendered(row: _Json, key: str) -> str:
    return _text(_mapping(row.get(key)).get("rendered"))


def _number(value: object) -> str:
    """Return a positive number in decimal; the empty string for everything else, and for 0: no parent."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID else ""


def _text(value: object) -> str:
    return scrub(value) if isinstance(value, str) else ""


def _mapping(value: object) -> _Json:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []
