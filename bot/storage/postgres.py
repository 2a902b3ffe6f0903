"""Tortoise's asyncpg engine with two corrections: a cancelled BEGIN releases its connection; an outage is one error.

In Tortoise 1.1.9, the connection of a transaction that is cancelled as it begins never returns to the pool, and the
task that goes on keeps using it.
"""

import logging
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import DBConnectionError

from bot.storage.database_outage import Outage

# It warns with a traceback at each failed reconnect; `Outage` logs once that the server is unavailable.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)

#: Errors of asyncpg while a server is unavailable, stops or starts (PostgreSQL, appendix A: classes 08 and 57P).
_AWAY: Final = (
    OSError,
    TimeoutError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
#: State 2 of asyncpg's protocol: after an error, no query is sent until the connection has ended.
_SAID_GOODBYE: Final = "another operation (2) is in progress"


def is_away(error: BaseException) -> bool:
    """Return True if an error says that the server is unavailable, or that a connection to it has ended."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg has no class of its own for a connection that was closed meanwhile.
        return "clos" in str(error) or "releas" in str(error)
    if isinstance(error, asyncpg.InternalClientError):
        # Nor for one that the server has ended, and that is not closed yet.
        return _SAID_GOODBYE in str(error)
    return isinstance(error, _AWAY)


class _Transaction(TransactionContextPooled):
    """A transaction whose beginning may fail or be cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        return await _outage_of(self.client).watch(self._begin)  # type: ignore[no-any-return]

    async def _begin(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            # asyncpg rolls back an open transaction on a connection that returns to the pool
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        end = super().__aexit__
        await _outage_of(self.client).watch(lambda: end(exc_type, exc_val, exc_tb))


def _outage_of(transaction: Any) -> Outage:
    """Return the outage watcher of a transaction's server, however deep it is nested."""
    client = transaction
    while not isinstance(client, Pool):
        client = client._parent
    return client.outage


class _Wrapper(TransactionWrapper):
    """The connection of a transaction."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Wrapper(self))

    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        ask = super()._translate_exceptions
        return await _outage_of(self).watch(lambda: ask(func, *args, **kwargs))


class Pool(AsyncpgDBClient):
    """A few connections to a server."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.outage = Outage(is_away, "reached")

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(_Wrapper(self), self._pool_init_lock)

    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        ask = super()._translate_exceptions
        return await self.outage.watch(lambda: ask(func, *args, **kwargs))


client_class: Any = Pool
