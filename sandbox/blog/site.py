"""Answers to requests: the choice among pages, feeds and REST, in plain values without sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sandbox.blog import feed_atom, feed_rss2
from sandbox.blog.authorization import approval_page, decide
from sandbox.blog.conditional import validators
from sandbox.blog.errors import RestError
from sandbox.blog.feed_items import Discussion, Pieces, newest_posts, post_discussion, site_discussion
from sandbox.blog.links import Address, Links
from sandbox.blog.pages import Pages
from sandbox.blog.rest import Call, RestDoor, authenticate, read_params, refuse_stranger
from sandbox.blog.rest_comments import CommentsResource
from sandbox.blog.rest_passwords import PasswordsResource
from sandbox.blog.rest_site import SiteResource
from sandbox.blog.state import PostRow, State
from sandbox.blog.xmlrpc import answer_xmlrpc

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
#: The only upload of this blog.
PICTURE = "/wp-content/uploads/comet.png"
_PICTURE_FILE = Path(__file__).with_name("comet.png")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `path` has no query, `target` has it."""

    method: str
    path: str
    target: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    form: Mapping[str, str]
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, ready to be written; each of `links` becomes a `Link` header of its own, as in WordPress."""

    text: str = ""
    status: int = 200
    content_type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    #: sent instead of the text
    data: bytes = b""


class Site:
    """The blog's public pages, feeds and REST interface."""

    def __init__(self, state: State, links: Links) -> None:
        self._state = state
        self._links = links
        self._pages = Pages(state, links)
        self._pieces = Pieces(state, links)
        self._rest = RestDoor([PasswordsResource(), SiteResource(state, links), CommentsResource(state, links)])

    def answer(self, asked: Asked) -> Reply:
        """Answer any request."""
        if asked.path == PICTURE:
            return Reply(content_type="image/png", data=_PICTURE_FILE.read_bytes())
        address = self._links.read(asked.path, asked.query)
        match address.kind:
            case "rest":
                return self._answer_rest(asked, address)
            case "home":
                return Reply(self._pages.home(), links=self._discovery())
            case "post":
                return self._answer_post(address)
            case "authorize":
                return self._answer_authorize(asked)
            case "xmlrpc":
                return Reply(answer_xmlrpc(self._state, asked.body), content_type="text/xml; charset=UTF-8")
            case "missing":
                return Reply(self._pages.missing(), 404)
            case "feed" | "comments_feed" | "post_feed":
                return self._answer_feed(asked, address)

    def _answer_rest(self, asked: Asked, address: Address) -> Reply:
        headers = {"X-Robots-Tag": "noindex"}
        try:
            params = read_params(asked.query, asked.body, asked.content_type, asked.form)
        except RestError as error:
            return Reply(json.dumps(error.body()), error.status, JSON, headers, self._discovery())
        method = "GET" if asked.method == "HEAD" else asked.method
        options = self._state.options
        sent = asked.headers.get("Authorization") if options.authorization_header else None
        who, password = authenticate(self._state, sent)
        agent = asked.headers.get("User-Agent", "")
        call = Call(method, address.rest, params, who, asked.address, agent, password)
        answer = refuse_stranger(call, options.rest) or self._rest.answer(call)
        return Reply(json.dumps(answer.body), answer.status, JSON, headers | answer.headers, self._discovery())

    def _answer_post(self, address: Address) -> Reply:
        post = self._find(address)
        if post is None or post.status != "publish":
            moved = self._renamed(address) or self._guessed(address)
            if moved:
                return Reply(status=301, headers={"Location": self._links.post(moved)})
            return Reply(self._pages.missing(), 404)
        if self._links.pretty and (address.post != post.slug or address.of is None):
            return Reply(status=301, headers={"Location": self._links.post(post)})
        return Reply(self._pages.post(post), links=self._discovery(post))

    def _renamed(self, address: Address) -> PostRow | None:
        return next((p for p in self._state.published(address.of) if address.post in p.old_slugs), None)

    def _guessed(self, address: Address) -> PostRow | None:
        """Guess the post of a wrong address, as WordPress does: one whose slug begins alike."""
        posts = self._state.published(address.of) if address.of else []
        alike = (p for p in posts if p.slug.startswith(address.post))
        return next((p for p in alike if not address.month or f"{p.date:%Y/%m}" == address.month), None)

    def _answer_authorize(self, asked: Asked) -> Reply:
        if asked.method != "POST":
            return Reply(approval_page(asked.query))
        target = decide(self._state, asked.query, asked.form.get("decision", "approve"))
        return Reply(status=302, headers={"Location": target}) if target else Reply("<p>Done.</p>")

    def _answer_feed(self, asked: Asked, address: Address) -> Reply:
        marks = validators(self._state, comments=address.kind != "feed")
        headers = marks.headers()
        if marks.unchanged(asked.headers):
            return Reply(status=304, headers=headers)
        writer = feed_atom if address.format == "atom" else feed_rss2
        kind = "application/atom+xml" if address.format == "atom" else "application/rss+xml"
        page = int(asked.query.get("paged", "1")) if asked.query.get("paged", "1").isdigit() else 1
        if address.kind == "feed":
            posts = newest_posts(self._state, page)
            if page > 1 and not posts:
                return Reply(self._pages.missing(), 404)
            xml = writer.posts_feed(self._pieces, posts, path=asked.target, built=marks.modified)
        else:
            discussion = self._discussion(address, page)
            if page > 1 and discussion.site_wide and not discussion.comments:
                return Reply(self._pages.missing(), 404)
            built = self._built(discussion, marks.modified)
            xml = writer.comments_feed(self._pieces, discussion, path=asked.target, built=built)
        links = (*self._discovery(), *self._hub(asked.target))
        return Reply(xml, content_type=f"{kind}; charset=UTF-8", headers=headers, links=links)

    def _discussion(self, address: Address, page: int) -> Discussion:
        if address.kind == "comments_feed":
            return site_discussion(self._state, page)
        post = self._find(address)
        # A trashed post loses its slug, so its feed's address has no post.
        return post_discussion(self._state, post if post and post.status != "trash" else None)

    def _built(self, discussion: Discussion, otherwise: datetime) -> datetime:
        return max((row.date for row in discussion.comments), default=otherwise)

    def _find(self, address: Address) -> PostRow | None:
        if address.post.isdigit() and int(address.post) in self._state.posts:
            return self._state.posts[int(address.post)]
        posts = (post for post in self._state.posts.values() if address.of in (None, post.kind))
        return next((post for post in posts if post.slug == address.post), None)

    def _hub(self, target: str) -> tuple[str, ...]:
        """Name the hub and the feed's own address, as the plugin "WebSub" does."""
        hub = self._state.hub_url
        return (f'<{hub}>; rel="hub"', f'<{self._state.home}{target}>; rel="self"') if hub else ()

    def _discovery(self, post: PostRow | None = None) -> tuple[str, ...]:
        linked = self._state.options.rest_linked
        links = [f'<{self._links.rest()}>; rel="https://api.w.org/"'] if linked else []
        if post and linked:
            address = self._links.rest_of(post)
            links.append(f'<{address}>; rel="alternate"; type="application/json"')
        if post:
            links.append(f"<{self._links.shortlink(post)}>; rel=shortlink")
        return tuple(links)
