"""A server on loopback, a client that may ask it, a parser, and blogs to discover."""

import ipaddress
from collections.abc import AsyncIterator

import pytest

from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient
from tests.webserver import WebServer, serving
from tests.wordpress.fixtures import any_blog, sandbox_blog, wordpress, wordpress_server

__all__ = ["any_blog", "sandbox_blog", "wordpress", "wordpress_server"]


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with serving() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(allow=[ipaddress.ip_network("127.0.0.0/8")], user_agent="Test/1")
    await client.open()
    yield client
    await client.close()


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    async with FeedParser() as parser:
        yield parser
