"""Points discord.py at another Discord, for as long as a block runs.

Does not start a client. discord.py is imported only when asked for: it takes a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pointed_at(api_url: str, gateway_url: str) -> Iterator[None]:
    """Let discord.py's clients in this process speak to `api_url` and `gateway_url`."""
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_url, yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
