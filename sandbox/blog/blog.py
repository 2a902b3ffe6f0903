"""`SandboxBlog`: a blog in memory that behaves as WordPress does, for trials and tests.

It performs the acts of its author and moderator (`interface.Blog`) and has `faults` and `requests` besides.
It loses its content when it stops, and listens on this machine only.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Self, Unpack

from sandbox.blog import creation
from sandbox.blog.authorization import issue_password
from sandbox.blog.faults import Faults
from sandbox.blog.interface import (
    Comment,
    CommentStatus,
    Moderation,
    Post,
    PostKind,
    PostStatus,
    Settings,
    User,
    email_of,
    illustrated,
)
from sandbox.blog.links import Links
from sandbox.blog.server import LoggedRequest, Server
from sandbox.blog.site import Site
from sandbox.blog.state import Account, CommentRow, PostRow, State

_ACTS = {"approve": "approved", "hold": "hold", "spam": "spam", "trash": "trash"}


class SandboxBlog:
    """A blog on this machine; see `interface.Blog` for the acts of its people."""

    def __init__(self, title: str = "Example blog", *, clock: Callable[[], datetime] | None = None) -> None:
        self.state = State(title, clock or (lambda: datetime.now(UTC)))
        self.faults = Faults()
        self._links = Links(self.state)
        self._server = Server(Site(self.state, self._links), self.faults)

    @classmethod
    async def start(
        cls, *, port: int = 0, title: str = "Example blog", clock: Callable[[], datetime] | None = None
    ) -> Self:
        """Start one on 127.0.0.1; port 0 takes a free one. `clock` replaces the time of day."""
        blog = cls(title, clock=clock)
        blog.state.home = f"http://127.0.0.1:{await blog._server.start(port)}"
        return blog

    @classmethod
    @asynccontextmanager
    async def running(
        cls, *, port: int = 0, title: str = "Example blog", clock: Callable[[], datetime] | None = None
    ) -> AsyncIterator[Self]:
        """Start one, and close it at the end."""
        blog = await cls.start(port=port, title=title, clock=clock)
        try:
            yield blog
        finally:
            await blog.close()

    @property
    def url(self) -> str:
        """Return the home page's address, with a closing slash."""
        return f"{self.state.home}/"

    @property
    def requests(self) -> list[LoggedRequest]:
        """Return all requests since the start or the last reset, oldest first."""
        return self._server.requests

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
        """Publish a post by the account `author` (created with the role author if absent)."""
        account = self.state.accounts.get(author) or self.state.add_account(author, role="author")
        body = illustrated(html, image_url)
        row = self.state.add_post(title, body, account, categories, self._when(date), kind=kind)
        row.comments_open = comments_open
        row.guid = self._links.post(row) if guid == "permalink" else guid or ""
        return self._post(row)

    async def edit_post(
        self, post: Post, *, title: str | None = None, html: str | None = None, slug: str | None = None
    ) -> Post:
        """Change a post; a new slug changes its link, and the old one redirects."""
        row = self.state.posts[post.id]
        row.title = title if title is not None else row.title
        row.html = html if html is not None else row.html
        if slug is not None and slug != row.slug:
            row.old_slugs.append(row.slug)
            row.slug = self.state.free_slug(slug)
        row.modified = self.state.now()
        return self._post(row)

    async def set_post_status(self, post: Post, status: PostStatus) -> None:
        """Set a post's status: draft, private and so on."""
        self.state.change_post_status(self.state.posts[post.id], status)

    async def trash_post(self, post: Post) -> None:
        """Move the post to the trash, which hides its comments too."""
        await self.set_post_status(post, "trash")

    async def close_comments(self, post: Post) -> None:
        """Close the discussion of one post."""
        row = self.state.posts[post.id]
        row.comments_open, row.modified = False, self.state.now()

    async def open_comments(self, post: Post) -> None:
        """Open the discussion of one post again."""
        row = self.state.posts[post.id]
        row.comments_open, row.modified = True, self.state.now()

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
        """Store a comment without checks, filtered by its author's rights."""
        account = self.state.accounts[as_user] if as_user else None
        name = author or (account.name if account else "Ann")
        address = email or (account.email if account and author is None else email_of(name))
        row = CommentRow(
            id=0,
            post_id=post.id,
            parent=parent or 0,
            author=name,
            author_email=address,
            author_url=url or "",
            author_ip="127.0.0.1",
            user_agent="",
            user_id=account.id if account else 0,
            date=self._when(date),
            content=text,
            status=status,
        )
        filtered = account is None or not account.can("unfiltered_html")
        return self._comment(creation.store(self.state, row, filtered=filtered))

    async def ping(self, post: Post, *, kind: str, author: str, text: str, url: str) -> Comment:
        """Store an approved comment of another type: pingback, trackback, review."""
        stored = await self.comment(post, text=text, author=author, url=url)
        self.state.rows[stored.id].kind = kind
        return stored

    async def edit_comment(self, comment_id: int, *, text: str) -> None:
        """Change a comment's text, as a moderator does."""
        row = self.state.rows[comment_id]
        row.content = creation.filter_edit(self.state, row, self.state.accounts["admin"], text)

    async def moderate(self, comment_id: int, act: Moderation) -> None:
        """Change a comment's status, or delete it permanently."""
        if act == "delete":
            self.state.delete(comment_id)
        else:
            self.state.rows[comment_id].status = _ACTS[act]

    async def comments(self, post: Post | None = None) -> list[Comment]:
        """Return all stored comments of any status, lowest number first."""
        rows = sorted(self.state.rows.values(), key=lambda row: row.id)
        return [self._comment(row) for row in rows if post is None or row.post_id == post.id]

    async def add_user(
        self,
        login: str,
        *,
        role: str = "subscriber",
        display_name: str | None = None,
        capabilities: Sequence[str] = (),
    ) -> User:
        """Create an account; `capabilities` come on top of the role's."""
        account = self.state.add_account(login, role=role, name=display_name, extra=capabilities)
        return _user(account)

    async def application_password(self, login: str) -> str:
        """Add an application password and return it as WordPress shows it, with spaces."""
        return issue_password(self.state.accounts[login])

    async def revoke_application_passwords(self, login: str) -> None:
        """Revoke all of an account's application passwords."""
        self.state.accounts[login].passwords.clear()

    async def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings; others stay."""
        for name, value in settings.items():
            if not hasattr(self.state.options, name):
                raise ValueError(f"no setting {name}")
            setattr(self.state.options, name, value)

    async def reset(self) -> None:
        """Reset to an empty blog: default settings, the account `admin`, no faults, no log."""
        self.state.clear()
        self.faults.clear()
        self.requests.clear()

    async def close(self) -> None:
        """Stop the blog; a second call does nothing."""
        await self._server.stop()

    def _when(self, date: datetime | None) -> datetime:
        return date.astimezone(UTC).replace(microsecond=0) if date else self.state.now()

    def _post(self, row: PostRow) -> Post:
        account = self.state.account(row.author_id)
        return Post(row.id, self._links.post(row), row.title, account.name if account else "")

    def _comment(self, row: CommentRow) -> Comment:
        return Comment(
            id=row.id,
            post_id=row.post_id,
            parent=row.parent,
            author=row.author,
            status=row.status,
            link=self._links.comment(row),
            content=row.content,
            author_url=row.author_url,
            author_email=row.author_email,
            user_id=row.user_id,
            date=row.date,
        )


def _user(account: Account) -> User:
    return User(account.id, account.login, account.name, account.email, account.role)
