"""The blog's addresses: building and reading them, for pretty and plain permalinks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.blog.state import CommentRow, PostRow, State

FeedFormat = Literal["rss2", "atom"]
Kind = Literal["home", "post", "feed", "comments_feed", "post_feed", "rest", "authorize", "xmlrpc", "missing"]

_FORMATS: dict[str, FeedFormat] = {"feed": "rss2", "rss2": "rss2", "rss": "rss2", "atom": "atom"}


@dataclass(frozen=True, slots=True)
class Address:
    """The target of a request. `post` is a slug (pretty) or a number (plain); `rest` begins with a slash.

    `of` is the kind of the post, None for a number; `month` is that of the permalink, e.g. 2026/03.
    """

    kind: Kind
    format: FeedFormat = "rss2"
    post: str = ""
    rest: str = ""
    of: str | None = None
    month: str = ""


class Links:
    """Builds and reads addresses by the current permalink setting."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def pretty(self) -> bool:
        """Return True if permalinks are pretty."""
        return self._state.options.permalinks == "pretty"

    def post(self, post: PostRow) -> str:
        """Return the permalink; unpublished posts have only their number."""
        if post.status not in {"publish", "private"}:
            return self._numbered(post)
        if self.pretty:
            below = {"post": f"{post.date:%Y/%m}/", "note": "notes/"}.get(post.kind, "")
            return f"{self._state.home}/{below}{post.slug}/"
        return f"{self._state.home}/?note={post.slug}" if post.kind == "note" else self._numbered(post)

    def guid(self, post: PostRow) -> str:
        """Return the identity in feeds, which never changes."""
        return post.guid or self._numbered(post)

    def shortlink(self, post: PostRow) -> str:
        """Return the short address that the post's page names."""
        return f"{self._state.home}/?p={post.id}"

    def _numbered(self, post: PostRow) -> str:
        query = {"page": "page_id", "note": "post_type=note&p"}.get(post.kind, "p")
        return f"{self._state.home}/?{query}={post.id}"

    def rest_of(self, post: PostRow) -> str:
        """Return the address of a post's own REST route."""
        return self.rest(f"/wp/v2/{post.kind}s/{post.id}")

    def comment(self, comment: CommentRow) -> str:
        """Return the address of a comment on its post's page."""
        post = self._state.posts.get(comment.post_id)
        return f"{self.post(post) if post else ''}#comment-{comment.id}"

    def comment_guid(self, comment: CommentRow) -> str:
        """Return the comment's identity in feeds."""
        post = self._state.posts.get(comment.post_id)
        return f"{self.guid(post) if post else ''}#comment-{comment.id}"

    def feed(self, format: FeedFormat = "rss2", *, of: Literal["posts", "comments"] = "posts") -> str:  # noqa: A002
        """Return the address of a site-wide feed."""
        if not self.pretty:
            return f"{self._state.home}/?feed={'comments-' if of == 'comments' else ''}{format}"
        middle = "/comments" if of == "comments" else ""
        return f"{self._state.home}{middle}/feed/{'atom/' if format == 'atom' else ''}"

    def post_feed(self, post: PostRow, format: FeedFormat = "rss2") -> str:  # noqa: A002
        """Return the address of a post's comment feed."""
        if not self.pretty:
            return f"{self._state.home}/?feed={format}&p={post.id}"
        return f"{self.post(post)}feed/{'atom/' if format == 'atom' else ''}"

    def rest(self, path: str = "/") -> str:
        """Return the address of a REST route; `path` begins with a slash."""
        if self.pretty:
            return f"{self._state.home}/wp-json{path}"
        return f"{self._state.home}/index.php?rest_route={path}"

    def read(self, path: str, query: Mapping[str, str]) -> Address:
        """Return the target of a request."""
        if path == "/wp-admin/authorize-application.php":
            return Address("authorize")
        if path == "/xmlrpc.php":
            return Address("xmlrpc")
        if "rest_route" in query:
            return Address("rest", rest=query["rest_route"])
        if not self.pretty or path in {"/", "/index.php"}:
            return self._plain(query)
        return self._pretty([part for part in path.split("/") if part])

    def _plain(self, query: Mapping[str, str]) -> Address:
        feed, post = query.get("feed"), query.get("p") or query.get("page_id") or query.get("note") or ""
        if feed is None:
            return Address("post", post=post, of="note" if "note" in query else None) if post else Address("home")
        name = feed.removeprefix("comments-")
        shape = _FORMATS.get(name, "rss2")
        if post:
            return Address("post_feed", shape, post)
        return Address("comments_feed" if feed != name else "feed", shape)

    def _pretty(self, parts: list[str]) -> Address:
        match parts:
            case ["wp-json", *rest]:
                return Address("rest", rest="/" + "/".join(rest))
            case ["feed", *rest]:
                return Address("feed", _shape(rest))
            case ["comments", "feed", *rest]:
                return Address("comments_feed", _shape(rest))
            case [year, month, slug] if year.isdigit() and month.isdigit():
                return Address("post", post=slug, of="post", month=f"{year}/{month}")
            case [year, month, slug, "feed", *rest] if year.isdigit() and month.isdigit():
                return Address("post_feed", _shape(rest), slug, of="post")
            case ["notes", slug]:
                return Address("post", post=slug, of="note")
            case ["notes", slug, "feed", *rest]:
                return Address("post_feed", _shape(rest), slug, of="note")
            case [slug]:
                return Address("post", post=slug, of="page")
            case [slug, "feed", *rest]:
                return Address("post_feed", _shape(rest), slug, of="page")
        return Address("missing")


def _shape(rest: list[str]) -> FeedFormat:
    return _FORMATS.get(rest[0], "rss2") if rest else "rss2"
