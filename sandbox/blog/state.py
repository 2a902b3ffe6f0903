"""The state of the sandbox's blog, in memory: posts, comments, accounts and settings."""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.blog.roles import ROLES


@dataclass(slots=True)
class Account:
    """A user with a login; `passwords` holds application passwords without their spaces."""

    id: int
    login: str
    name: str
    email: str
    role: str
    extra: frozenset[str] = frozenset()
    passwords: list[str] = field(default_factory=list)

    def can(self, capability: str) -> bool:
        """Return True if the role or the account itself grants the capability."""
        return capability in self.capabilities

    @property
    def capabilities(self) -> frozenset[str]:
        """Return the role's capabilities and the account's own."""
        return ROLES.get(self.role, frozenset()) | self.extra


@dataclass(slots=True)
class PostRow:
    """A stored post; times are UTC, whole seconds."""

    id: int
    slug: str
    title: str
    html: str
    author_id: int
    categories: tuple[str, ...]
    date: datetime
    modified: datetime
    status: str = "publish"
    comments_open: bool = True
    old_slugs: list[str] = field(default_factory=list)
    #: post, page, or note: a type that a plugin might add
    kind: str = "post"
    #: its identity in feeds if the editor did not make it; empty: made of its number
    guid: str = ""


@dataclass(slots=True)
class CommentRow:
    """A stored comment; `status` is one of approved, hold, spam, trash, post-trashed.

    `before_trash` is the status to restore when the post leaves the trash.
    """

    id: int
    post_id: int
    parent: int
    author: str
    author_email: str
    author_url: str
    author_ip: str
    user_agent: str
    user_id: int
    date: datetime
    content: str
    status: str
    before_trash: str | None = None
    #: WordPress's comment_type: comment, pingback, trackback, or what plugins add
    kind: str = "comment"


@dataclass(slots=True)
class Options:
    """WordPress's defaults for the settings of `interface.Settings`."""

    comment_moderation: bool = False
    comment_previously_approved: bool = True
    comment_registration: bool = False
    flood_seconds: int = 15
    disallowed_words: Sequence[str] = ()
    anonymous_rest_comments: bool = False
    permalinks: str = "pretty"
    excerpt_only: bool = False
    max_links: int = 2
    rest: str = "open"
    rest_linked: bool = True
    comment_routes: bool = True
    authorization_header: bool = True
    language: str = "en"


def slugify(title: str) -> str:
    """Return the title as a path segment: lower case, hyphens, no tags, quotes or accents."""
    bare = re.sub(r"<[^>]*>|['\"\u2018\u2019]", "", title)
    plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


class State:
    """The whole state of one blog. `clock` returns the time, which is cut to whole seconds as in MySQL."""

    def __init__(self, title: str, clock: Callable[[], datetime]) -> None:
        self.title = title
        self.description = ""
        self.home = ""
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Delete everything but the title, the address and the account `admin`."""
        self.options = Options()
        #: the hub (WebSub) that feeds name; empty: none
        self.hub_url = ""
        self.posts: dict[int, PostRow] = {}
        self.rows: dict[int, CommentRow] = {}
        self.accounts: dict[str, Account] = {}
        self._post_ids = itertools.count(1)
        self._comment_ids = itertools.count(1)
        self.add_account("admin", role="administrator")

    def now(self) -> datetime:
        """Return the time, UTC, in whole seconds."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def add_account(self, login: str, *, role: str, name: str | None = None, extra: Sequence[str] = ()) -> Account:
        """Store a new account; its address is at blog.example."""
        if login in self.accounts:
            raise ValueError(f"the account {login} exists already")
        number = len(self.accounts) + 1
        account = Account(number, login, name or login, f"{login}@blog.example", role, frozenset(extra))
        self.accounts[login] = account
        return account

    def account(self, number: int) -> Account | None:
        """Find an account by its number."""
        return next((a for a in self.accounts.values() if a.id == number), None)

    def add_post(
        self,
        title: str,
        html: str,
        author: Account,
        categories: Sequence[str],
        date: datetime,
        *,
        kind: str = "post",
    ) -> PostRow:
        """Store a published post under a slug of its own."""
        number = next(self._post_ids)
        row = PostRow(number, "", title, html, author.id, tuple(categories), date, date, kind=kind)
        row.slug = self.free_slug(slugify(title) or str(number))
        self.posts[number] = row
        return row

    def free_slug(self, slug: str) -> str:
        """Return the slug, numbered if another post has it."""
        taken = {post.slug for post in self.posts.values()}
        numbered = (f"{slug}-{n}" for n in itertools.count(2))
        return next(s for s in itertools.chain([slug], numbered) if s not in taken)

    def next_comment_id(self) -> int:
        """Take the next comment number; numbers are never used again."""
        return next(self._comment_ids)

    def published(self, kind: str | None = "post") -> list[PostRow]:
        """Return published posts, or those of another kind (None: of all), newest first."""
        posts = [post for post in self.posts.values() if post.status == "publish" and kind in (None, post.kind)]
        return sorted(posts, key=lambda post: (post.date, post.id), reverse=True)

    def approved(self, post: PostRow | None = None) -> Iterator[CommentRow]:
        """Return approved comments in the order of their numbers, of one post or of all."""
        for row in self.rows.values():
            if row.status == "approved" and (post is None or row.post_id == post.id):
                yield row

    def change_post_status(self, post: PostRow, status: str) -> None:
        """Change a post's status; its comments follow it into the trash and out of it."""
        rows = [row for row in self.rows.values() if row.post_id == post.id]
        for row in rows:
            if status == "trash" and row.before_trash is None:
                row.before_trash, row.status = row.status, "post-trashed"
            elif status != "trash" and row.before_trash is not None:
                row.status = row.before_trash
                row.before_trash = None
        post.status, post.modified = status, self.now()

    def delete(self, comment_id: int) -> None:
        """Delete a comment permanently; its children move to the grandparent."""
        gone = self.rows.pop(comment_id)
        for row in self.rows.values():
            if row.parent == gone.id:
                row.parent = gone.parent
