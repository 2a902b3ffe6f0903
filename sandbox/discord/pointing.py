"""Pointing discord.py at another Discord while a block runs.

discord.py is imported only then, as the import takes a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pointed_at(api_url: str, gateway_url: str) -> Iterator[None]:
    """Let discord.py's clients in this process use `api_url` and `gateway_url`."""
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_url, yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
