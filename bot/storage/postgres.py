"""Tortoise's asyncpg engine with one mend: a transaction that is cancelled as it begins gives its connection back.

Upstream (1.1.9) such a connection leaves the pool for ever, and the task that goes on keeps talking to it.
"""

from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class _Transaction(TransactionContextPooled):
    """A transaction whose beginning may fail or be cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            # asyncpg rolls back whatever it finds open on a connection that comes back
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class Pool(AsyncpgDBClient):
    """A few connections to a server."""

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class: Any = Pool
