"""Look up a bot token at Discord: its application, what that may do, and Discord's time.

Uses plain REST, because importing discord.py takes a second.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from typing import Any, Final

from bot.adapters.net.client import HttpClient, Response
from bot.model.errors import PermanentError, Refused, TemporaryError

#: View Channels, Send Messages, Send Messages in Threads, Create Public Threads, Embed Links, Read Message History,
#: Add Reactions: what the bot does, and nothing else.
PERMISSIONS: Final = 309237730368

_API: Final = "https://discord.com/api/v10"
_ANYWHERE: Final = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_WITHIN: Final = 15.0
#: Application flags, the full grant and the one of bots that are in few servers: Presence, Server Members,
#: Message Content.
_PRIVILEGED: Final = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}


class TokenRefused(Refused):
    """Discord does not know the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A bot and its application, as Discord has them."""

    id: int
    name: str
    #: privileged intents that it was granted, by the developer portal's names
    privileged: tuple[str, ...]
    #: an invitation needs a round trip over a website, which we have not got
    needs_code_grant: bool
    #: commands and buttons are sent to a web address instead of to us
    sends_interactions_away: bool
    #: servers it is in; Discord lists 200 at most
    guilds: int
    #: our clock minus Discord's, to a second; None where the answer had no date
    clock_ahead: timedelta | None

    @property
    def invite_url(self) -> str:
        """The address under which an admin of a server takes the bot in, with the permissions it needs."""
        scope = "scope=bot+applications.commands"
        return f"https://discord.com/oauth2/authorize?client_id={self.id}&{scope}&permissions={PERMISSIONS}"


@asynccontextmanager
async def connect_to_discord(api_url: str | None) -> AsyncIterator[Callable[[str], Awaitable[Application]]]:
    """Connect to Discord; yields a function that looks up a token's application.

    :param api_url: the REST API's base, for compatible servers; None: Discord's.
    """
    # The API's address is the operator's own word, so it may lead anywhere; Discord wants this form of a name.
    client = HttpClient(allow=_ANYWHERE, user_agent="DiscordBot (Backchannel, 0.1)", deadline=_WITHIN)
    await client.open()
    try:
        yield lambda token: _fetch_application(client, token, api_url or _API)
    finally:
        await client.close()


async def _fetch_application(client: HttpClient, token: str, base: str) -> Application:
    """Look up the application of a token.

    :raises TokenRefused: Discord does not accept the token.
    :raises TemporaryError: Discord cannot be reached, or has a fault of its own.
    """
    answer = await _get(client, f"{base}/users/@me", token)
    user = _object(answer)
    application = _object(await _get(client, f"{base}/applications/@me", token))
    guilds = (await _get(client, f"{base}/users/@me/guilds", token)).json()
    flags = int(application.get("flags") or 0)
    return Application(
        id=int(application["id"]),
        name=str(application.get("name") or user["username"]),
        privileged=tuple(name for name, bits in _PRIVILEGED.items() if flags & bits),
        needs_code_grant=bool(application.get("bot_require_code_grant")),
        sends_interactions_away=bool(application.get("interactions_endpoint_url")),
        guilds=len(guilds) if isinstance(guilds, list) else 0,
        clock_ahead=_clock_ahead(answer),
    )


async def _get(client: HttpClient, url: str, token: str) -> Response:
    answer = await client.request("GET", url, headers={"Authorization": f"Bot {token}"}, follow=False)
    if answer.status == 401:
        raise TokenRefused("Discord does not accept this token.")
    if answer.status != 200:
        raise TemporaryError(f"Discord answered with status {answer.status} instead of saying whose token this is.")
    return answer


def _object(answer: Response) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict) or "id" not in found:
        raise PermanentError("The server that answered is not Discord. Check DISCORD_API_URL.")
    return found


def _clock_ahead(answer: Response) -> timedelta | None:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return datetime.now(UTC) - theirs.astimezone(UTC)
