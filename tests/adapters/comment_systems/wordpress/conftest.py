"""Blogs to comment on, the sandbox's and a real one in turn, and the adapter with an account on them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_network

import pytest

from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.net.client import HttpClient
from bot.model.connection import Connection, Secret
from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ConnectionId, GuildId, NativeId, UserId
from bot.model.reply import OutgoingComment
from sandbox.blog.interface import Blog, Post

LINK = "https://discord.com/channels/111111111111111111/222222222222222222/333333333333333333"


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient(allow=[ip_network("127.0.0.0/8")], user_agent="Backchannel tests", deadline=20)
    await client.open()
    yield client
    await client.close()


@dataclass
class Desk:
    """A blog with a post, and the adapter writing with one account."""

    blog: Blog
    http: HttpClient
    post: Post
    login: str
    password: str = field(repr=False)
    api_root: str

    @property
    def client(self) -> WordPressClient:
        return self.with_password(self.password)

    def with_password(self, password: str) -> WordPressClient:
        connection = Connection(
            id=ConnectionId(1),
            guild_id=GuildId(1),
            blog_id=BlogId(1),
            system=CommentSystem.WORDPRESS,
            api_root=self.api_root,
            username=self.login,
            password=Secret(password),
            connected_by=UserId(1),
        )
        return WordPressClient(self.http, connection)

    def comment(self, text: str = "I agree.", *, parent: int | None = None) -> OutgoingComment:
        return OutgoingComment(
            entry_native_id=NativeId(str(self.post.id)),
            parent_native_id=None if parent is None else NativeId(str(parent)),
            author_name="Mia from chat",
            author_email="k3vq0z@members.backchannel.invalid",
            author_url=LINK,
            html=text,
        )

    def again(self, text: str = "I agree.") -> OutgoingComment:
        """The same words of the same member, from another message."""
        return replace(self.comment(text), author_url=f"{LINK}9")

    def on(self, post: Post) -> OutgoingComment:
        return replace(self.comment(), entry_native_id=NativeId(str(post.id)))


Seat = Callable[..., Awaitable[Desk]]


@pytest.fixture
def seat(any_blog: Blog, http: HttpClient) -> Seat:
    """Open a desk on either blog: `await seat(role="author")`."""
    return _seat_at(any_blog, http)


@pytest.fixture
async def desk(seat: Seat) -> Desk:
    """A subscriber's desk on a blog that publishes at once and knows no flood."""
    desk = await seat()
    await desk.blog.configure(flood_seconds=0, comment_previously_approved=False)
    return desk


@pytest.fixture
async def sandbox_desk(sandbox_blog: Blog, http: HttpClient) -> Desk:
    """The same on the sandbox's blog only, which can be told to fail."""
    desk = await _seat_at(sandbox_blog, http)()
    await desk.blog.configure(flood_seconds=0, comment_previously_approved=False)
    return desk


@pytest.fixture
async def wordpress_desk(wordpress: Blog, http: HttpClient) -> Desk:
    """The same on a real WordPress only. The test must carry the marker `wordpress`."""
    desk = await _seat_at(wordpress, http)()
    await desk.blog.configure(flood_seconds=0, comment_previously_approved=False)
    return desk


def _seat_at(blog: Blog, http: HttpClient) -> Seat:
    async def sit(role: str = "subscriber", capabilities: tuple[str, ...] = ()) -> Desk:
        post = await blog.publish(title="On bridges", html="<p>They carry both ways.</p>")
        await blog.add_user("bridge", role=role, display_name="The bridge", capabilities=capabilities)
        password = await blog.application_password("bridge")
        return Desk(blog, http, post, "bridge", password, f"{blog.url}wp-json/")

    return sit
