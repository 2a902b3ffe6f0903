"""The Store: opened once a process, closed at its end; all repositories over one connection or pool.

Makes no tables (``migrate.py`` does). Tortoise keeps the connection in its context: while a Database is open it is the
process's only one, and every task sees it, those started before it was opened among them.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from bot.model.errors import PermanentError
from bot.storage.aliases import AliasRows
from bot.storage.decisions import DecisionRows
from bot.storage.endpoints import EndpointRows
from bot.storage.feeds import FeedRows
from bot.storage.imports import ImportRows
from bot.storage.items import ItemRows
from bot.storage.links import LinkRows
from bot.storage.location import locate
from bot.storage.locks import FileLock
from bot.storage.notices import NoticeRows
from bot.storage.outbox import OutboxRows
from bot.storage.people import PeopleRows
from bot.storage.polls import PollRows
from bot.storage.posts import PostProofRows
from bot.storage.private_files import make_private_database
from bot.storage.pushes import PushRows
from bot.storage.replies import ReplyRows
from bot.storage.statements import fetch
from bot.storage.subscriptions import SubscriptionRows
from bot.storage.unusable import damaged, is_damage
from bot.storage.vault import Vault

#: For ``tortoise makemigrations`` and ``sqlmigrate``, which read models and migrations only. The file is never made:
#: ``tortoise migrate`` would lose rows on SQLite, ``python -m bot migrate`` does not.
TORTOISE_ORM = locate("sqlite://use-python-m-bot-migrate/none.sqlite3").config()

#: What drivers raise when they cannot connect.
NO_CONNECTION = (
    OSError,
    TimeoutError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    BaseORMException,
)


class Database:
    """Everything that is kept.

    :param url: ``sqlite://folder/file``, ``sqlite:///absolute/file`` or ``postgres://user:password@host:port/name``.
    :param keys: for passwords at rest; see :class:`Vault`.
    """

    def __init__(self, url: str, *, keys: Sequence[str]) -> None:
        self._location = locate(url)
        self._context = TortoiseContext()
        self._owner = FileLock(self._location.lock_file("lock")) if self._location.file else None
        self.feeds = FeedRows()
        self.polls = PollRows()
        self.items = ItemRows()
        self.posts = PostProofRows()
        self.aliases = AliasRows()
        self.decisions = DecisionRows()
        self.notices = NoticeRows()
        self.subscriptions = SubscriptionRows()
        self.links = LinkRows()
        self.replies = ReplyRows()
        self.endpoints = EndpointRows(Vault(keys))
        self.people = PeopleRows()
        self.pushes = PushRows(Vault(keys))
        self.imports = ImportRows()
        self.outbox = OutboxRows()

    async def open(self) -> None:
        """Connect.

        :raises PermanentError: there is no connection to be had, or another process owns the SQLite file.
        """
        if self._owner and not self._owner.take():
            raise PermanentError(
                "Another process has this database open. Only one bot may run on one SQLite file: stop the other."
            )
        try:
            if self._location.file is not None:
                make_private_database(self._location.file)
            with self._context:
                await self._context.init(self._location.config(), _enable_global_fallback=True)
                # connect now and here: in a query, a first connect that fails would keep Tortoise's lock
                await self._context.db().create_connection(with_db=True)
                await self.check()
        except BaseException as error:
            await self.close()
            if self._location.file is not None and is_damage(error):
                raise damaged(self._location.file) from error
            if isinstance(error, NO_CONNECTION):
                raise PermanentError(f"The database cannot be opened ({type(error).__name__}).") from error
            raise

    async def close(self) -> None:
        """Disconnect; harmless when it is closed already."""
        try:
            await self._context.close_connections()
        finally:
            if self._owner:
                self._owner.free()

    async def check(self) -> None:
        """Ask the database for a sign of life; raises whatever the driver raises."""
        await fetch("SELECT 1")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """All or nothing; nesting is a savepoint. Ambient: repositories called inside take part by themselves."""
        async with in_transaction():
            yield
