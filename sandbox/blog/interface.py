"""The acts on a blog for tests and demonstrations, for the sandbox's blog and for a real WordPress.

They are those of author, moderator and administrator, and a look into the store. The public interfaces (feeds,
REST) are over HTTP at `Blog.url`.
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
    """A comment as it is stored, in REST's words; `parent` and `user_id` are 0 if there is none."""

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
    """The settings of Settings > Discussion, Reading and Permalinks that concern the bridge.

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
    #: access to the REST interface: for everyone, for accounts, for no one
    rest: Literal["open", "members", "forbidden"]
    #: pages, feeds and headers name the REST interface
    rest_linked: bool
    #: the REST interface has routes for comments
    comment_routes: bool
    #: the web server passes on the header Authorization
    authorization_header: bool
    #: language of the words around comments in feeds
    language: Literal["en", "de"]


class Blog(Protocol):
    """A running blog. Every act takes effect before its coroutine returns."""

    @property
    def url(self) -> str:
        """Return the home page's address, with a closing slash."""

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

        `guid` is its identity in feeds: None for one of its number, as the editor makes it; "permalink" for one as
        programs make it; any other value as from an import.
        """

    async def edit_post(
        self, post: Post, *, title: str | None = None, html: str | None = None, slug: str | None = None
    ) -> Post:
        """Change a post; a new slug changes its link, and the old one redirects."""

    async def set_post_status(self, post: Post, status: PostStatus) -> None:
        """Set a post's status: draft, private and so on."""

    async def trash_post(self, post: Post) -> None:
        """Move the post to the trash, which hides its comments too."""

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
        """Store a comment without checks, filtered by its author's rights.

        A guest without `author` is "Ann"; without `email` the address follows from the name.
        With `as_user` (a login), name and address are the account's unless given.
        """

    async def ping(self, post: Post, *, kind: str, author: str, text: str, url: str) -> Comment:
        """Store an approved comment of another type: pingback, trackback, or a plugin's."""

    async def edit_comment(self, comment_id: int, *, text: str) -> None:
        """Change a comment's text, as a moderator does."""

    async def moderate(self, comment_id: int, act: Moderation) -> None:
        """Change a comment's status, or delete it permanently."""

    async def comments(self, post: Post | None = None) -> list[Comment]:
        """Return all stored comments of any status from the store, lowest number first."""

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
        """Add an application password and return it as WordPress shows it, with spaces."""

    async def revoke_application_passwords(self, login: str) -> None:
        """Revoke all of an account's application passwords."""

    async def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings; others stay."""

    async def reset(self) -> None:
        """Reset to an empty blog with WordPress's default settings and the one account `admin`."""

    async def close(self) -> None:
        """Stop the blog; a second call does nothing."""


def email_of(name: str) -> str:
    """Return the default e-mail address of a guest's name."""
    plain = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")
    return f"{plain or 'guest'}@example.org"


def illustrated(html: str, image_url: str | None) -> str:
    """Return a post's HTML with its picture above."""
    if image_url is None:
        return html
    return f'<p><img src="{escape(image_url)}" alt="" /></p>\n{html}'
