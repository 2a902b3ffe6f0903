"""Tortoise's SQLite engine with two corrections: its lock is always released, and a full disk is one error.

In Tortoise 1.1.9, a task cancelled while its transaction begins, or a query whose connect fails, keeps the
connection's lock for ever, and every later query hangs.
"""

import asyncio
import sqlite3
from typing import Any, Final

from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from bot.storage.database_errors import primary_code
from bot.storage.database_outage import Outage

#: Errors of SQLite that prevent writing for now: the disk is full or fails, the file is read-only, or another program
#: keeps it locked (https://sqlite.org/rescode.html).
_AWAY: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


def _is_away(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and primary_code(error) in _AWAY


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
                # the connection's thread has BEGIN already: wait for it, then roll back
                await asyncio.gather(begun, return_exceptions=True)
                await self.connection.rollback()
                raise
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        outage: Outage = self.connection._parent.outage
        try:
            await super().__aexit__(exc_type, exc_val, exc_tb)
        except sqlite3.Error as error:
            outage.note(error)
            raise
        if exc_type is None:
            outage.end()


class _Wrapper(SqliteTransactionWrapper):
    """A transaction that begins in one step; Tortoise would always commit first, without effect."""

    _parent: "OneConnection"

    async def begin(self) -> None:
        """Begin, after a rollback of any transaction that was left open."""
        if self._connection.in_transaction:
            await self._connection.commit()
        try:
            await self._connection.execute("BEGIN")
        except sqlite3.OperationalError as error:
            self._parent.outage.note(error)
            raise TransactionManagementError(error) from error

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """Wait for one's turn."""
        return _Turn(self._lock, self, self._parent.outage)


class _Turn(ConnectionWrapper[Any]):
    """The turn of one query on the connection, which it connects if necessary."""

    __slots__ = ("_changes", "_outage")

    def __init__(self, lock: asyncio.Lock, client: Any, outage: Outage) -> None:
        super().__init__(lock, client)
        self._outage = outage
        self._changes = 0

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        self._changes = self.connection.total_changes
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        # Reads still work while writing fails, and a transaction does not write before its commit.
        wrote = self.connection.total_changes > self._changes and not self.connection.in_transaction
        await super().__aexit__(exc_type, exc_val, exc_tb)
        if exc_val is not None:
            self._outage.note(exc_val)
        elif wrote:
            self._outage.end()


class OneConnection(SqliteClient):
    """A connection to a file that this process owns."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.outage = Outage(_is_away, "written to")

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """Wait for one's turn."""
        return _Turn(self._lock, self, self.outage)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(_Wrapper(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - upstream's signature
        """Connect; if that fails, leave no thread behind."""
        # aiosqlite (0.22) does not wait for its thread when it cannot connect, and the thread then calls a loop that
        # may be closed: check first, without a thread, that the file can be opened
        sqlite3.connect(self.filename).close()
        try:
            await super().create_connection(with_db)
        except BaseException:
            await self.close()
            raise


client_class: Any = OneConnection
