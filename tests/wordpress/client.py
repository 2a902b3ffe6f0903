"""A plain visitor of a blog over HTTP, with or without an application password; follows no redirects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import feedparser
from multidict import CIMultiDictProxy

from sandbox.blog.interface import Blog


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        """The error code of a refusal over REST."""
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def refusal(self) -> tuple[int, str | None]:
        """Status and error code together."""
        return self.status, self.code

    @property
    def feed(self) -> Any:
        """The body as feedparser reads it."""
        return feedparser.parse(self.text)


class Visitor:
    """Somebody who reads and writes on a blog."""

    def __init__(self, blog: Blog, login: str | None = None, password: str | None = None) -> None:
        self._blog = blog
        self._headers: dict[str, str] = {}
        if login is not None:
            self._headers["Authorization"] = aiohttp.encode_basic_auth(login, password or "")

    @property
    def authorization(self) -> str:
        """The header's value, empty for a visitor without an account."""
        return self._headers.get("Authorization", "")

    async def get(self, where: str, headers: Mapping[str, str] | None = None) -> Seen:
        """Get a page or a feed; `where` is a path or a whole address."""
        address = where if where.startswith("http") else self._blog.url + where.lstrip("/")
        return await self._ask("GET", address, headers=dict(headers or {}))

    async def rest(self, method: str, route: str, **sent: Any) -> Seen:
        """Call a route below `wp/v2`; `sent` is the query for GET, else the JSON object."""
        address = f"{self._blog.url}wp-json/wp/v2/{route}"
        if method == "GET":
            return await self._ask(method, address, params={k: str(v) for k, v in sent.items()})
        return await self._ask(method, address, json=sent)

    async def write(self, post_id: int, content: str, **sent: Any) -> Seen:
        """Create a comment over REST."""
        return await self.rest("POST", "comments", post=post_id, content=content, **sent)

    async def _ask(self, method: str, address: str, **how: Any) -> Seen:
        how["headers"] = self._headers | how.get("headers", {})
        async with aiohttp.request(method, address, allow_redirects=False, **how) as response:
            return Seen(response.status, response.headers, await response.text())


async def member(blog: Blog, login: str = "relay", role: str = "subscriber", **extra: Any) -> Visitor:
    """Create an account with an application password, and return it as a visitor."""
    await blog.add_user(login, role=role, **extra)
    return Visitor(blog, login, await blog.application_password(login))
