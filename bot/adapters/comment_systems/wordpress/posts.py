"""Finds out which post of a WordPress blog an entry is. Only an answer that names the entry's address counts.

A feed's guid is no proof: after a move or an import its number may be that of another post. A redirect is no proof
either: WordPress redirects from a removed page to one with a similar name.
"""

import html
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.adapters.comment_systems.wordpress.account import confirm_account
from bot.adapters.comment_systems.wordpress.responses import check_reachable
from bot.adapters.comment_systems.wordpress.site import Http, JsonObject, WordPressSite, as_object, as_text, read_list
from bot.adapters.net.client import Response
from bot.adapters.net.headers import parse_link_header
from bot.adapters.net.html import shorten_page
from bot.adapters.wordpress_routes import PAGES, POSTS, read_routes
from bot.model.address import canonical_link, same_address, without_scheme
from bot.model.entry import Entry
from bot.model.errors import BridgeError
from bot.model.ids import NativeId
from bot.model.post import PostFound, PostNotFound, PostProof, ProvenBy

UNKNOWN: Final = "I cannot tell which of the blog's posts this is, so I cannot comment on it."
NO_ADDRESS: Final = "The blog's feed gives no address for this post, so I cannot tell which post of the blog it is."
ANOTHER: Final = "Another post of the blog has this post's address now, so I cannot comment on it."
GONE: Final = "The post was removed from the blog, so it takes no comments."

_FIELDS = "id,link,guid,date_gmt,comment_status,content.protected"
#: A route of one post, as pages and headers name it: a namespace with its version, the kind, the number.
_ROUTE = re.compile(r"(?:^|/)([\w-]+/v\d{1,3}/[\w%-]{1,80})/(\d{1,20})/?$")
_NUMBER = re.compile(r"[1-9]\d{0,19}", re.ASCII)
#: Feeds and the API tell the same moment; some feeds leave the seconds out.
_SAME_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """A post as the REST API shows it."""

    number: int
    route: str
    link: str
    guid: str
    published_at: datetime | None
    comments_open: bool

    def found(self, proven_by: ProvenBy) -> PostFound:
        return PostFound(
            post_id=NativeId(str(self.number)),
            route=self.route,
            proven_by=proven_by,
            comments_open=self.comments_open,
        )


class PostFinder:
    """Finds an entry's post on one blog.

    :param http: for the post's page, which is asked for without the password.
    """

    def __init__(self, http: Http, site: WordPressSite) -> None:
        self._http = http
        self._site = site

    async def find(self, entry: Entry, proof: PostProof | None) -> PostFound | PostNotFound:
        """Find the post that an entry is.

        :param proof: of earlier; it saves the search, and is checked again.
        :raises ConnectionRefused: the blog refuses the connection, so nothing can be told of its posts.
        :raises BridgeError: the blog gave no clear answer.
        """
        if not entry.link:
            return PostNotFound(text=NO_ADDRESS)
        taken = False
        async for post, proven_by in self._at_address(entry, entry.link, proof):
            if _is_another(entry, post):
                taken = True
                continue
            return post.found(proven_by)
        if taken:
            return PostNotFound(text=ANOTHER)
        return await self._ask_page(entry, entry.link)

    async def _at_address(
        self, entry: Entry, link: str, proof: PostProof | None
    ) -> AsyncIterator[tuple[_Post, ProvenBy]]:
        """Yield what the API says is at this address."""
        for route, number in dict.fromkeys(_hints(entry, link, proof)):
            post = await self._ask_post(route, number)
            if post is not None and same_address(post.link, link):
                yield post, ProvenBy.NUMBER
        for post in await self._ask_slug(POSTS, link):
            yield post, ProvenBy.SLUG

    async def _ask_page(self, entry: Entry, link: str) -> PostFound | PostNotFound:
        """Ask the page itself which post it shows; where it names none, look for its slug among all kinds of posts."""
        page = await self._http.request("GET", link)
        if page.status in (404, 410):
            return PostNotFound(text=GONE, gone=True)
        if page.status >= 500:
            check_reachable(page)
        for route, number in dict.fromkeys(_named_by(page)):
            post = await self._ask_post(route, number)
            if post is not None and _is_shown(entry, post, link, page.url):
                return post.found(ProvenBy.PAGE)
        for route in await self._routes():
            for post in await self._ask_slug(route, page.url):
                if _is_shown(entry, post, link, page.url):
                    return post.found(ProvenBy.SLUG)
        # Where the interface refuses everything, that is the cause, and not the post.
        await confirm_account(self._site)
        return PostNotFound(text=UNKNOWN)

    async def _ask_post(self, route: str, number: str) -> _Post | None:
        answer = await self._site.ask("GET", f"{route}/{number}", _fields=_FIELDS)
        if answer.status == 200:
            return _read_post(_object(answer), route)
        if answer.status not in (401, 403, 404):
            check_reachable(answer)
        return None

    async def _ask_slug(self, route: str, link: str) -> list[_Post]:
        """Ask for posts by the last part of an address; returns those that are at that address."""
        slug = unquote(urlsplit(link).path.rstrip("/").rpartition("/")[2]).removesuffix(".html")
        if not slug or slug == "index.php":
            return []
        answer = await self._site.ask("GET", route, slug=slug, per_page=100, _fields=_FIELDS)
        rows = read_list(answer)
        if answer.status != 200 or rows is None:
            if answer.status not in (400, 401, 403, 404):
                check_reachable(answer)
            return []
        posts = (_read_post(as_object(row), route) for row in rows)
        return [post for post in posts if post is not None and same_address(post.link, link)]

    async def _routes(self) -> tuple[str, ...]:
        """Ask for the routes of the blog's post types; pages come first."""
        answer = await self._site.ask("GET", "wp/v2/types")
        return (*read_routes(_object(answer) if answer.status == 200 else None), POSTS)


def _hints(entry: Entry, link: str, proof: PostProof | None) -> Iterator[tuple[str, str]]:
    """Yield which posts to ask about first. Nothing depends on a hint being right."""
    if proof is not None and _NUMBER.fullmatch(proof.post_id):
        yield proof.route or POSTS, proof.post_id
    query = parse_qs(urlsplit(link).query)
    for name, route in (("p", POSTS), ("page_id", PAGES)):
        for number in query.get(name, [])[:1]:
            if _NUMBER.fullmatch(number):
                yield route, number
    if entry.native_id is not None and _NUMBER.fullmatch(entry.native_id):
        yield POSTS, entry.native_id


def _named_by(page: Response) -> Iterator[tuple[str, str]]:
    """Yield the posts that a page calls itself, in its headers and in its head."""
    links = [
        (target, named.get("rel", ""), named.get("type", ""))
        for target, named in parse_link_header(page.headers.get("Link", ""))
    ]
    for node in LexborHTMLParser(shorten_page(page.body)).css("link[rel][href]"):
        attributes = node.attributes
        links.append((attributes.get("href") or "", attributes.get("rel") or "", attributes.get("type") or ""))
    shortlinks = []
    for target, rel, kind in links:
        parts = urlsplit(urljoin(page.url, target))
        rels = rel.lower().split()
        if "alternate" in rels and kind.lower() == "application/json":
            route = parse_qs(parts.query).get("rest_route", [parts.path])[0]
            if found := _ROUTE.search(route):
                yield found[1], found[2]
        elif "shortlink" in rels:
            shortlinks += [number for number in parse_qs(parts.query).get("p", []) if _NUMBER.fullmatch(number)]
    for number in shortlinks[:1]:
        yield POSTS, number
        yield PAGES, number


def _is_shown(entry: Entry, post: _Post, link: str, shown_at: str) -> bool:
    """Whether a post that a page names is the entry: its address is, or it was renamed and is known by its guid."""
    if same_address(post.link, link):
        return not _is_another(entry, post)
    return same_address(post.link, shown_at) and _has_guid(entry, post) and not _is_another(entry, post)


def _is_another(entry: Entry, post: _Post) -> bool:
    """Whether a post cannot be the entry although it has its address: it has another guid and is of another moment."""
    if entry.published_at is None or post.published_at is None or _has_guid(entry, post):
        return False
    return abs(entry.published_at - post.published_at) >= _SAME_MOMENT


def _has_guid(entry: Entry, post: _Post) -> bool:
    # Items that share a guid are told apart by what stands behind it.
    uid = entry.uid.partition(" ")[0]
    return bool(post.guid) and without_scheme(canonical_link(post.guid)) == without_scheme(uid)


def _read_post(fields: JsonObject, route: str) -> _Post | None:
    number = fields.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return None
    return _Post(
        number=number,
        route=route,
        link=as_text(fields.get("link")),
        guid=html.unescape(as_text(as_object(fields.get("guid")).get("rendered"))).strip(),
        published_at=_moment(as_text(fields.get("date_gmt"))),
        # What stands behind a password is not carried out of there, nor anything into it.
        comments_open=fields.get("comment_status") != "closed"
        and as_object(fields.get("content")).get("protected") is not True,
    )


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _object(answer: Response) -> JsonObject:
    try:
        return as_object(answer.json())
    except BridgeError:
        return {}
