"""Tortoise's SQLite engine with two mends: a lock that always comes back, and a clean first connect.

Upstream (1.1.9), a task cancelled while its transaction begins keeps the connection's lock for ever, and every later
query hangs; a first connect that fails leaves the half-open connection behind.
"""

import asyncio
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections


class _Transaction(SqliteTransactionContext):
    """A transaction whose beginning may fail or be cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            begun = asyncio.ensure_future(self.connection.begin())
            try:
                await asyncio.shield(begun)
            except asyncio.CancelledError:
                # BEGIN is with the connection's thread already: wait for it, then take it back
                await asyncio.gather(begun, return_exceptions=True)
                await self.connection.rollback()
                raise
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]


class OneConnection(SqliteClient):
    """A connection to a file that this process owns."""

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(SqliteTransactionWrapper(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - upstream's signature
        """Connect, or leave nothing behind."""
        try:
            await super().create_connection(with_db)
        except BaseException:
            await self.close()
            raise


client_class: Any = OneConnection
