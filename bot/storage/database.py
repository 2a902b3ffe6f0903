"""The store: all repositories over one connection or pool, opened once per process.

``migrate.py`` makes the tables. Tortoise keeps the connection in a global context: a process has one open store, and
every task uses it, including those that started before it was opened.
"""

import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from bot.model.errors import DatabaseUnavailable, PermanentError
from bot.storage.comment_batches import CommentBatchRepository
from bot.storage.comments import CommentRepository
from bot.storage.connections import ConnectionRepository
from bot.storage.database_errors import damaged, is_damage
from bot.storage.decisions import DecisionRepository
from bot.storage.encryption import Encryption
from bot.storage.entries import AliasRepository, EntryRepository
from bot.storage.feeds import FeedRepository
from bot.storage.future_times import FutureTimeRepository
from bot.storage.imports import ImportRepository
from bot.storage.location import locate
from bot.storage.locks import FileLock
from bot.storage.members import MemberRepository
from bot.storage.messages import PostedMessageRepository
from bot.storage.notices import NoticeRepository
from bot.storage.outbox import OutboxRepository
from bot.storage.polls import PollRepository
from bot.storage.post_proofs import PostProofRepository
from bot.storage.private_files import make_private_database
from bot.storage.proposals import ProposalRepository
from bot.storage.replies import ReplyRepository
from bot.storage.retention import RetentionRepository
from bot.storage.statements import fetch, has_row_locks
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.websub import HubSubscriptionRepository

#: For ``tortoise makemigrations`` and ``sqlmigrate``, which read models and migrations only. The file is never made:
#: ``tortoise migrate`` would lose rows on SQLite, ``python -m bot migrate`` does not.
TORTOISE_ORM = locate("sqlite://use-python-m-bot-migrate/none.sqlite3").config()

#: Errors of drivers that cannot connect.
NO_CONNECTION = (
    OSError,
    TimeoutError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    BaseORMException,
    DatabaseUnavailable,
)

#: Checks write to the database no more often than this.
_WRITE_AGAIN_SECONDS = 5.0
#: SQLite keeps the number as one of 32 bits with a sign.
_MOST = 2**31


class Store:
    """All repositories of one database.

    :param url: ``sqlite://folder/file``, ``sqlite:///absolute/file`` or ``postgres://user:password@host:port/name``.
    :param keys: for passwords at rest; see :class:`Encryption`.
    """

    def __init__(self, url: str, *, keys: Sequence[str]) -> None:
        self._location = locate(url)
        self._context = TortoiseContext()
        self._wrote_at: float | None = None
        self._owner = FileLock(self._location.lock_file("lock")) if self._location.file else None
        self.feeds = FeedRepository()
        self.polls = PollRepository()
        self.entries = EntryRepository()
        self.comments = CommentRepository()
        self.post_proofs = PostProofRepository()
        self.aliases = AliasRepository()
        self.decisions = DecisionRepository()
        self.notices = NoticeRepository()
        self.subscriptions = SubscriptionRepository()
        self.proposals = ProposalRepository()
        self.messages = PostedMessageRepository()
        self.replies = ReplyRepository()
        self.connections = ConnectionRepository(Encryption(keys))
        self.members = MemberRepository()
        self.hub_subscriptions = HubSubscriptionRepository(Encryption(keys))
        self.imports = ImportRepository()
        self.retention = RetentionRepository()
        self.outbox = OutboxRepository()
        self.future_times = FutureTimeRepository()
        self.comment_batches = CommentBatchRepository()

    async def open(self) -> None:
        """Connect.

        :raises PermanentError: the connection fails, or another process holds the SQLite file.
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
                cause = error.__cause__ if isinstance(error, DatabaseUnavailable) and error.__cause__ else error
                raise PermanentError(f"The database cannot be opened ({type(cause).__name__}).") from error
            raise

    async def close(self) -> None:
        """Disconnect; do nothing if the store is closed already."""
        try:
            await self._context.close_connections()
        finally:
            if self._owner:
                self._owner.free()

    async def check(self) -> None:
        """Run a query that needs no table; raise the driver's errors."""
        await fetch("SELECT 1")

    async def check_writable(self) -> None:
        """Write and commit, at most once in some seconds; raise the driver's errors."""
        await self.check()
        now = time.monotonic()
        if self._wrote_at is not None and now - self._wrote_at < _WRITE_AGAIN_SECONDS:
            return
        self._wrote_at = None
        if has_row_locks():
            # A transaction with a number of its own is written to disk when it commits.
            await fetch("SELECT pg_current_xact_id()")
        else:
            # A number that is free for any use: one page of the file (https://sqlite.org/pragma.html#pragma_user_version).
            [row] = await fetch("PRAGMA user_version")
            await fetch(f"PRAGMA user_version = {(int(row['user_version']) + 1) % _MOST}")
        self._wrote_at = now

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Run the block in a transaction, which all repositories join; a nested one is a savepoint."""
        async with in_transaction():
            yield
