"""Stop responses to discord.py's requests that it would repeat or misread.

discord.py repeats a request after 500, 502, 504, 524 and a reset connection. A nonce makes that harmless for messages.
A new forum post has no nonce, so each repetition may create one more. discord.py also takes a web page with status 200,
from a proxy in front of Discord, for data.
"""

import re
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.model.errors import TemporaryError

#: What aiohttp raises when the other side did not answer, for rooms that must not know aiohttp.
CONNECTION_ERRORS: Final = (aiohttp.ClientError, OSError, TimeoutError)

#: A thread in a channel; one that starts from a message has ``/messages/…`` in between and is idempotent.
_FORUM_POST = re.compile(r"/channels/[0-9]+/threads$")
_API = re.compile(r"/api/v[0-9]+/")


def discord_trace() -> aiohttp.TraceConfig:
    """Build the trace for ``discord.Client(http_trace=…)``.

    What it raises, a :class:`TemporaryError`, passes through aiohttp and discord.py to the caller.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_check_answer)
    trace.on_request_exception.append(_check_break)
    return trace


async def _check_answer(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    if params.response.status >= 500 and _creates_forum_post(params):
        # The response is not read any more, so its connection has to be closed here.
        params.response.close()
        raise _unknown_outcome()
    if _is_not_json(params):
        params.response.close()
        raise TemporaryError("Discord's answer could not be read.")


async def _check_break(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
) -> None:
    if isinstance(params.exception, CONNECTION_ERRORS) and _creates_forum_post(params):
        raise _unknown_outcome() from params.exception


def _creates_forum_post(params: aiohttp.TraceRequestEndParams | aiohttp.TraceRequestExceptionParams) -> bool:
    return params.method == "POST" and _FORUM_POST.search(params.url.path) is not None


def _is_not_json(params: aiohttp.TraceRequestEndParams) -> bool:
    response = params.response
    # The gateway's handshake answers 101, and an act without a result 204.
    return (
        response.status in (200, 201)
        and _API.search(params.url.path) is not None
        and response.headers.get("Content-Type") != "application/json"
    )


def _unknown_outcome() -> TemporaryError:
    return TemporaryError("Discord did not say whether it made the forum post.")
