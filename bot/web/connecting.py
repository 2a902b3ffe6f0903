"""Where a blog sends an admin back to after "authorise this application": the other end of ``/relay connect``.

WordPress puts the application password into the address, where it would stay in the browser's history: whatever
comes of it, the answer redirects at once to an address without it. It is neither logged nor shown.
Keeps what the redirect leads to in memory, briefly; decides nothing.
"""

import logging
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.bridge.connections.connecting import RETURN_PATH, Connected, Connector
from bot.model.connection import Credential, Secret
from bot.model.errors import BridgeError, NotFound
from bot.web.connections import log_bug
from bot.web.pages import RANDOM_SEGMENT, page

_log = logging.getLogger(__name__)

#: So many outcomes are kept for the redirect; the oldest go first.
_OUTCOMES: Final = 200
_DONE: Final = "done"
_PREFIX: Final = RETURN_PATH.removesuffix("wordpress/")
_PARAMETERS: Final = ("user_login", "password")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result of the redirect."""

    title: str
    paragraphs: tuple[str, ...]
    status: int = 200


class ConnectPages:
    """The pages of a click-through."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._outcomes: OrderedDict[str, _Outcome] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        # A GET here acts, so it must not be doubled by a HEAD.
        return [
            web.get(f"{RETURN_PATH}{RANDOM_SEGMENT}", self._approved, allow_head=False),
            web.get(f"{RETURN_PATH}{RANDOM_SEGMENT}/rejected", self._rejected, allow_head=False),
            web.get(f"{_PREFIX}{_DONE}/{RANDOM_SEGMENT}", self._done, allow_head=False),
        ]

    async def _approved(self, request: web.Request) -> web.StreamResponse:
        given = [request.query.get(name, "") for name in _PARAMETERS]
        if not all(value and value.isprintable() for value in given):
            text = "The blog did not send what is needed. Use /relay connect again."
            return page("Not connected", [text], status=400)
        username, password = given
        credential = Credential(username=username, password=Secret(password))
        try:
            connected = await self._connector.finish_click_through(request.match_info["token"], credential)
        except BridgeError as error:
            outcome = _Outcome("Not connected", (error.text,), 410 if isinstance(error, NotFound) else 400)
        except Exception as error:
            log_bug(_log, "The page that connects a blog failed.", "connect_crashed", error)
            outcome = _Outcome("Not connected", ("Something went wrong inside the bot; its log says what.",), 500)
        else:
            outcome = _Outcome("Connected. You can close this page.", _judgement(connected))
        # Relative, because the public address may have a path of its own.
        raise web.HTTPSeeOther(f"../{_DONE}/{self._keep(outcome)}")

    async def _rejected(self, request: web.Request) -> web.StreamResponse:
        await self._connector.reject_click_through(request.match_info["token"])
        return page("Not connected", ["You said no on the blog. Nothing was changed; you can close this page."])

    async def _done(self, request: web.Request) -> web.StreamResponse:
        outcome = self._outcomes.get(request.match_info["token"])
        if outcome is None:
            text = "This page is gone. In Discord, /blog show tells whether the blog is connected."
            return page("Nothing here", [text], status=410)
        return page(outcome.title, outcome.paragraphs, status=outcome.status)

    def _keep(self, outcome: _Outcome) -> str:
        key = secrets.token_urlsafe(16)
        self._outcomes[key] = outcome
        while len(self._outcomes) > _OUTCOMES:
            self._outcomes.popitem(last=False)
        return key


def _judgement(connected: Connected) -> tuple[str, ...]:
    account = connected.account
    roles = f" ({', '.join(account.roles)})" if account.roles else ""
    return (
        f"{connected.blog.title} takes replies as “{account.name}”{roles}.",
        *connected.warnings,
        "Next: choose in Discord how members publish, with /relay mode.",
    )
