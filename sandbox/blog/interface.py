"""What a test or a demonstration may do to a blog, be it the sandbox's or a real WordPress.

It names the acts of a blog's author, moderator and administrator, and a look into the store. It does not speak
the blog's public interfaces (feeds, REST): whoever uses the blog reaches those over HTTP at `Blog.url`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal, Protocol, TypedDict, Unpack

CommentStatus = Literal["approved", "hold", "spam", "trash"]
PostStatus = Literal["publish", "draft", "pending", "private", "trash"]
PostKind = Literal["post", "page", "note"]
Moderation = Literal["approve", "hold", "spam", "trash", "delete"]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its author sees it; `link` is the permalink, `author` the display name."""

    id: int
    link: str
    title: str
    author: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is stored, in REST's words; `parent` and `user_id` are 0 when there is none."""

    id: int
    post_id: int
    parent: int
    author: str
    status: str
    link: str
    content: str
    author_url: str
    author_email: str
    user_id: int
    date: datetime


@dataclass(frozen=True, slots=True)
class User:
    """An account; `name` is the display name."""

    id: int
    login: str
    name: str
    email: str
    role: str


class Settings(TypedDict, total=False):
    """The settings of Settings > Discussion, Reading and Permalinks that the bridge can meet.

    Those without such a page (`flood_seconds`, `anonymous_rest_comments` and the last five) are filters in WordPress,
    or plugins for hardening.
    """

    comment_moderation: bool
    comment_previously_approved: bool
    comment_registration: bool
    flood_seconds: int
    disallowed_words: Sequence[str]
    anonymous_rest_comments: bool
    permalinks: Literal["pretty", "plain"]
    excerpt_only: bool
    max_links: int
    #: who may ask the REST interface anything: everybody, whoever is logged in, nobody
    rest: Literal["open", "members", "forbidden"]
    #: pages, feeds and headers name the REST interface
    rest_linked: bool
    #: the REST interface has routes for comments
    comment_routes: bool
    #: the web server hands the header Authorization on
    authorization_header: bool
    #: of the words that feeds put around comments
    language: Literal["en", "de"]


class Blog(Protocol):
    """A running blog. Every act takes effect before its coroutine returns."""

    @property
    def url(self) -> str:
        """The home page, with a closing slash."""

    async def publish(
        self,
        *,
        title: str,
        html: str,
        author: str = "ada",
        categories: Sequence[str] = ("News",),
        image_url: str | None = None,
        date: datetime | None = None,
        comments_open: bool = True,
        kind: PostKind = "post",
        guid: str | None = None,
    ) -> Post:
        """Publish a post by the account `author` (created with the role author if absent).

        `guid` is its identity in feeds: None as the editor makes it, of its number; "permalink" as whatever makes it in
        one step does; anything else as an import brings it along.
        """

    async def edit_post(
        self, post: Post, *, title: str | None = None, html: str | None = None, slug: str | None = None
    ) -> Post:
        """Change a post; a new slug changes its link and leaves a redirect behind."""

    async def set_post_status(self, post: Post, status: PostStatus) -> None:
        """Make it a draft, private and so on."""

    async def trash_post(self, post: Post) -> None:
        """Move the post to the trash; its comments go out of sight with it."""

    async def close_comments(self, post: Post) -> None:
        """Close the discussion of one post."""

    async def comment(
        self,
        post: Post,
        *,
        text: str,
        author: str | None = None,
        parent: int | None = None,
        status: CommentStatus = "approved",
        email: str | None = None,
        url: str | None = None,
        as_user: str | None = None,
        date: datetime | None = None,
    ) -> Comment:
        """Store a comment past all checks, filtered as its author's rights demand.

        A guest without `author` is "Ann"; without `email` the address follows from the name.
        With `as_user` (a login) name and address are the account's unless given.
        """

    async def ping(self, post: Post, *, kind: str, author: str, text: str, url: str) -> Comment:
        """Store an approved comment of another type than comment: pingback, trackback, or what a plugin adds."""

    async def edit_comment(self, comment_id: int, *, text: str) -> None:
        """Change the text, as a moderator does."""

    async def moderate(self, comment_id: int, act: Moderation) -> None:
        """Change the status, or delete for good."""

    async def comments(self, post: Post | None = None) -> list[Comment]:
        """All stored comments of whatever status, oldest number first, read from the store itself."""

    async def add_user(
        self,
        login: str,
        *,
        role: str = "subscriber",
        display_name: str | None = None,
        capabilities: Sequence[str] = (),
    ) -> User:
        """Create an account; `capabilities` come on top of the role's."""

    async def application_password(self, login: str) -> str:
        """Issue one more application password and return it as WordPress shows it, with spaces."""

    async def revoke_application_passwords(self, login: str) -> None:
        """Revoke all of an account's application passwords."""

    async def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings; those left out stay."""

    async def reset(self) -> None:
        """Back to an empty blog with WordPress's default settings and the one account `admin`."""

    async def close(self) -> None:
        """Stop it; a second call does nothing."""


def email_of(name: str) -> str:
    """The address a guest of that name has when none is given: one name, one address."""
    plain = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")
    return f"{plain or 'guest'}@example.org"


def illustrated(html: str, image_url: str | None) -> str:
    """Return a post's HTML with its picture on top."""
    if image_url is None:
        return html
    return f'<p><img src="{escape(image_url)}" alt="" /></p>\n{html}'
