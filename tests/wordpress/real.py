"""`RealWordPress`: the acts of a blog's people on a real WordPress, by the same interface as the sandbox.

Each act is one request to the control plugin (`php/acts.php`). Starting the site is `server`'s matter.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self, Unpack

import aiohttp

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
from tests.wordpress.server import WordPressServer

#: WordPress's own settings after installation, and pretty permalinks.
_DEFAULTS: Settings = {
    "comment_moderation": False,
    "comment_previously_approved": True,
    "comment_registration": False,
    "flood_seconds": 15,
    "disallowed_words": [],
    "anonymous_rest_comments": False,
    "permalinks": "pretty",
    "excerpt_only": False,
    "max_links": 2,
    "rest": "open",
    "rest_linked": True,
    "comment_routes": True,
    "authorization_header": True,
    "language": "en",
}


class RealWordPress:
    """A real WordPress; see `sandbox.blog.interface.Blog`."""

    def __init__(self, server: WordPressServer) -> None:
        self.server = server

    @classmethod
    async def start(cls, *, port: int = 0, title: str = "Example blog") -> Self:
        """Start one and empty it; blocks the loop for the seconds that takes."""
        blog = cls(WordPressServer(title, port))
        await blog.reset()
        return blog

    @property
    def url(self) -> str:
        """The home page, with a closing slash."""
        return f"{self.server.home}/"

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
        row = await self._act(
            "publish",
            title=title,
            html=illustrated(html, image_url),
            author=author,
            categories=list(categories),
            date=_written(date),
            comments_open=comments_open,
            kind=kind,
            guid=guid or "",
        )
        return Post(**row)

    async def edit_post(
        self, post: Post, *, title: str | None = None, html: str | None = None, slug: str | None = None
    ) -> Post:
        """Change a post; a new slug changes its link and leaves a redirect behind."""
        return Post(**await self._act("edit_post", id=post.id, title=title, html=html, slug=slug))

    async def set_post_status(self, post: Post, status: PostStatus) -> None:
        """Make it a draft, private and so on."""
        if status == "trash":
            await self._act("trash_post", id=post.id)
        else:
            await self._act("edit_post", id=post.id, status=status)

    async def trash_post(self, post: Post) -> None:
        """Move the post to the trash; its comments go out of sight with it."""
        await self.set_post_status(post, "trash")

    async def protect(self, post: Post, password: str) -> None:
        """Put the post behind a password; an empty one takes it off."""
        await self._act("edit_post", id=post.id, password=password)

    async def ping(self, post: Post, *, kind: str, author: str, text: str, url: str) -> Comment:
        """Store an approved comment of a kind of its own: pingback, trackback, review, note."""
        row = await self._act(
            "comment",
            post=post.id,
            text=text,
            author=author,
            parent=0,
            status="approved",
            email="",
            url=url,
            as_user=None,
            date=_written(None),
            kind=kind,
        )
        return _comment(row)

    async def close_comments(self, post: Post) -> None:
        """Close the discussion of one post."""
        await self._act("edit_post", id=post.id, comments="closed")

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
        """Store a comment past all checks, filtered as its author's rights demand."""
        name = author or (None if as_user else "Ann")
        row = await self._act(
            "comment",
            post=post.id,
            text=text,
            author=name,
            parent=parent or 0,
            status=status,
            email=email or (email_of(name) if name else None),
            url=url or "",
            as_user=as_user,
            date=_written(date),
        )
        return _comment(row)

    async def edit_comment(self, comment_id: int, *, text: str) -> None:
        """Change the text, as a moderator does."""
        await self._act("edit_comment", id=comment_id, text=text)

    async def moderate(self, comment_id: int, act: Moderation) -> None:
        """Change the status, or delete for good."""
        await self._act("moderate", id=comment_id, act=act)

    async def comments(self, post: Post | None = None) -> list[Comment]:
        """All stored comments of whatever status, oldest number first, from the database."""
        return [_comment(row) for row in await self._act("comments", post=post.id if post else 0)]

    async def add_user(
        self,
        login: str,
        *,
        role: str = "subscriber",
        display_name: str | None = None,
        capabilities: Sequence[str] = (),
    ) -> User:
        """Create an account; `capabilities` come on top of the role's."""
        made = await self._act(
            "add_user", login=login, role=role, display_name=display_name, capabilities=list(capabilities)
        )
        return User(made["id"], login, made["name"], f"{login}@blog.example", role)

    async def application_password(self, login: str) -> str:
        """Issue one more application password and return it as WordPress shows it, with spaces."""
        return str((await self._act("application_password", login=login))["password"])

    async def revoke_application_passwords(self, login: str) -> None:
        """Revoke all of an account's application passwords."""
        await self._act("revoke_application_passwords", login=login)

    async def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings; those left out stay."""
        await self._act("configure", **settings)

    async def reset(self) -> None:
        """Back to an empty blog: default settings, the account `admin`."""
        await self._act("reset", **_DEFAULTS)

    async def close(self) -> None:
        """Stop it; a second call does nothing."""
        self.server.stop()

    async def _act(self, name: str, /, **sent: Any) -> Any:
        headers = {"X-Backchannel-Secret": self.server.secret}
        address = f"{self.server.home}/?backchannel-act={name}"
        async with aiohttp.request("POST", address, json=sent, headers=headers) as response:
            text = await response.text()
        if response.status != 200 or response.content_type != "application/json":
            raise RuntimeError(f"{name}: {response.status} {text[-800:]}")
        answer = json.loads(text)
        if isinstance(answer, dict) and "error" in answer:
            raise ValueError(f"{name}: {answer['error']}")
        return answer


def _written(date: datetime | None) -> str:
    return (date or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _comment(row: dict[str, Any]) -> Comment:
    date = datetime.strptime(row["date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return Comment(**{**row, "date": date})
