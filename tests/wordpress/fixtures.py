"""The blogs for tests: the sandbox's, a real WordPress, or both in turn."""

from collections.abc import AsyncIterator, Iterator

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Blog
from tests.wordpress.real import RealWordPress
from tests.wordpress.server import WordPressServer

#: Both are a `Blog`: the type checker looks here.
BLOGS: dict[str, type[Blog]] = {"sandbox": SandboxBlog, "wordpress": RealWordPress}


@pytest.fixture(scope="session")
def wordpress_server() -> Iterator[WordPressServer]:
    """One real WordPress for the session (each xdist worker has its own), started when first wanted."""
    server = WordPressServer()
    yield server
    server.stop()


@pytest.fixture
async def sandbox_blog() -> AsyncIterator[SandboxBlog]:
    """An empty sandbox blog."""
    async with SandboxBlog.running() as blog:
        yield blog


@pytest.fixture
async def wordpress(wordpress_server: WordPressServer) -> RealWordPress:
    """The real WordPress, emptied. The test must carry the marker `wordpress`."""
    blog = RealWordPress(wordpress_server)
    await blog.reset()
    return blog


@pytest.fixture(params=["sandbox", pytest.param("wordpress", marks=pytest.mark.wordpress)])
def any_blog(request: pytest.FixtureRequest) -> Blog:
    """Both in turn: what holds for one must hold for the other."""
    blog = request.getfixturevalue("sandbox_blog" if request.param == "sandbox" else "wordpress")
    assert isinstance(blog, BLOGS[request.param])
    return blog
