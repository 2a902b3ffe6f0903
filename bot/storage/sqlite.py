"""Tortoise's SQLite engine, mended: its lock always comes back, and a connect that fails leaves nothing behind.

Upstream (1.1.9), a task cancelled while its transaction begins, or a query whose connect fails, keeps the connection's
lock for ever, and every later query hangs.
"""

import asyncio
import sqlite3
from typing import Any

from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError


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


class _Wrapper(SqliteTransactionWrapper):
    """A transaction that begins in one step: upstream always asks for a commit first, which has nothing to do."""

    async def begin(self) -> None:
        """Begin, after what somebody may have left open."""
        if self._connection.in_transaction:
            await self._connection.commit()
        try:
            await self._connection.execute("BEGIN")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class _Turn(ConnectionWrapper[Any]):
    """One query's turn on the connection, which it may have to make."""

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class OneConnection(SqliteClient):
    """A connection to a file that this process owns."""

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """Wait for one's turn."""
        return _Turn(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(_Wrapper(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - upstream's signature
        """Connect, or leave nothing behind."""
        # aiosqlite (0.22) does not wait for its thread when it cannot connect, and the thread then speaks to a loop
        # that may be closed: see first, without a thread, whether the file can be opened
        sqlite3.connect(self.filename).close()
        try:
            await super().create_connection(with_db)
        except BaseException:
            await self.close()
            raise


client_class: Any = OneConnection
