"""Storage of connections, their encrypted passwords, and unfinished requests to connect."""

from datetime import datetime

from tortoise.expressions import Q

from bot.model.connection import Connection, ConnectionTrouble, ConnectRequest, Credential, Secret
from bot.model.errors import PermanentError
from bot.model.feed import CommentSystem
from bot.model.ids import BlogId, ConnectionId, GuildId, UserId
from bot.storage import tables_relay as tables
from bot.storage.column_values import fingerprint, scrub, utc
from bot.storage.encryption import Encryption
from bot.storage.polls import MAY_READ
from bot.storage.statements import fetch, upsert

#: A credential is for one API root and is never used for another.
_OF_BLOG = """
SELECT c.* FROM connections c JOIN blogs b ON b.id = c.blog_id AND b.api_root = c.api_root
WHERE c.guild_id = $1 AND c.blog_id = $2
"""

_OF_READERS = f"""
SELECT c.* FROM connections c JOIN blogs b ON b.id = c.blog_id
WHERE c.blog_id = $1 AND {MAY_READ} ORDER BY c.id LIMIT 3
"""  # noqa: S608


class ConnectionRepository:
    """The connections of guilds to blogs; passwords are encrypted at rest."""

    def __init__(self, vault: Encryption) -> None:
        self._vault = vault

    async def save(
        self,
        *,
        guild_id: GuildId,
        blog_id: BlogId,
        system: CommentSystem,
        api_root: str,
        credential: Credential,
        connected_by: UserId,
        checked_at: datetime | None = None,
    ) -> Connection:
        """Save the connection of a guild's blog, in place of an earlier one."""
        row: dict[str, object] = {
            "guild_id": guild_id,
            "blog_id": blog_id,
            "system": system,
            "api_root": scrub(api_root),
            "username": scrub(credential.username),
            "secret": self._vault.lock(credential.password),
            "connected_by": connected_by,
            "trouble": None,
            "trouble_since": None,
            "checked_at": checked_at,
        }
        return self._connection_from(
            tables.Connection._init_from_db(**await upsert("connections", row, unique="guild_id, blog_id"))
        )

    async def of_blog(self, guild_id: GuildId, blog_id: BlogId) -> Connection | None:
        """Return the connection of a guild's blog, if it was made for the blog's present API root.

        :raises PermanentError: the password can no longer be decrypted.
        """
        rows = await fetch(_OF_BLOG, guild_id, blog_id)
        return self._connection_from(tables.Connection._init_from_db(**rows[0])) if rows else None

    async def usable_for_reading(self, blog_id: BlogId) -> list[Connection]:
        """Return some connections with which a blog's comments can be read now.

        Leave out those that the blog refuses, or whose password can no longer be decrypted.
        """
        rows = [tables.Connection._init_from_db(**row) for row in await fetch(_OF_READERS, blog_id)]
        found = [self._connection_from(row, strict=False) for row in rows]
        return [connection for connection in found if connection.password]

    async def is_connected(self, guild_id: GuildId, blog_id: BlogId) -> bool:
        """Return True if there is a connection for the blog's API root, even with an unreadable password."""
        return bool(await fetch(_OF_BLOG, guild_id, blog_id))

    async def username(self, guild_id: GuildId, blog_id: BlogId) -> str | None:
        """Return the account of a guild's connection for the blog's API root; None without such a connection."""
        rows = await fetch(_OF_BLOG, guild_id, blog_id)
        return str(rows[0]["username"]) if rows else None

    async def save_trouble(self, guild_id: GuildId, blog_id: BlogId, text: str, at: datetime) -> bool:
        """Save a trouble of a guild's connection; True if it had none before."""
        here = tables.Connection.filter(guild_id=guild_id, blog_id=blog_id)
        new = await here.filter(trouble__isnull=True).update(trouble=scrub(text), trouble_since=utc(at))
        await here.update(trouble=scrub(text))
        return new > 0

    async def clear_trouble(self, guild_id: GuildId, blog_id: BlogId) -> None:
        """Save that a guild's connection works."""
        here = tables.Connection.filter(guild_id=guild_id, blog_id=blog_id, trouble__isnull=False)
        await here.update(trouble=None, trouble_since=None)

    async def troubles(self, guild_id: GuildId) -> list[ConnectionTrouble]:
        """Return the troubles of a guild's connections."""
        rows = await tables.Connection.filter(guild_id=guild_id, trouble__isnull=False).order_by("id")
        return [
            ConnectionTrouble(
                guild_id=GuildId(row.guild_id),
                blog_id=BlogId(row.blog_id),
                connected_by=UserId(row.connected_by),
                text=row.trouble or "",
                since=row.trouble_since,
            )
            for row in rows
            if row.trouble_since is not None
        ]

    async def claim_next_check(self, before: datetime, now: datetime) -> tuple[GuildId, BlogId] | None:
        """Choose the connection that was checked longest ago, and save that it is checked now; None: none is due."""
        due = Q(checked_at__isnull=True) | Q(checked_at__lt=utc(before))
        row = await tables.Connection.filter(due).order_by("checked_at", "id").first()
        if row is None:
            return None
        await tables.Connection.filter(id=row.id).update(checked_at=utc(now))
        return GuildId(row.guild_id), BlogId(row.blog_id)

    async def all_of_blog(self, blog_id: BlogId) -> list[Connection]:
        """Return every guild's connections of a blog, for any API root.

        A password that can no longer be decrypted is empty.
        """
        return [self._connection_from(row, strict=False) for row in await tables.Connection.filter(blog_id=blog_id)]

    async def remove(self, blog_id: BlogId, guild_id: GuildId | None = None) -> list[Connection]:
        """Delete and return a blog's connections, with their requests: one guild's, or (None) every guild's.

        A password that can no longer be decrypted is empty.
        """
        whose = {"blog_id": blog_id} if guild_id is None else {"blog_id": blog_id, "guild_id": guild_id}
        await tables.ConnectRequest.filter(**whose).delete()
        rows = await tables.Connection.filter(**whose).order_by("id")
        await tables.Connection.filter(**whose).delete()
        return [self._connection_from(row, strict=False) for row in rows]

    async def add_request(self, state: str, request: ConnectRequest, *, expires_at: datetime) -> None:
        """Save a request to connect, under a hash of ``state``.

        It replaces the person's earlier request for the same blog, so that abandoned ones do not pile up.
        """
        await tables.ConnectRequest.filter(
            guild_id=request.guild_id, blog_id=request.blog_id, user_id=request.user_id
        ).delete()
        await tables.ConnectRequest.create(
            state_hash=fingerprint(state),
            guild_id=request.guild_id,
            blog_id=request.blog_id,
            user_id=request.user_id,
            expires_at=utc(expires_at),
        )

    async def get_request(self, state: str, *, now: datetime) -> ConnectRequest | None:
        """Return the request with this state, if it has not expired."""
        row = await tables.ConnectRequest.get_or_none(state_hash=fingerprint(state), expires_at__gt=utc(now))
        if row is None:
            return None
        return ConnectRequest(guild_id=GuildId(row.guild_id), blog_id=BlogId(row.blog_id), user_id=UserId(row.user_id))

    async def delete_request(self, state: str) -> None:
        """Delete a request, as its state is good only once."""
        await tables.ConnectRequest.filter(state_hash=fingerprint(state)).delete()

    async def delete_expired_requests(self, before: datetime) -> int:
        """Delete requests that expired before this; return how many."""
        return await tables.ConnectRequest.filter(expires_at__lt=utc(before)).delete()

    def _password(self, row: tables.Connection, *, strict: bool) -> Secret:
        try:
            return self._vault.open(row.secret)
        except PermanentError:
            if strict:
                raise
            return Secret("")

    def _connection_from(self, row: tables.Connection, *, strict: bool = True) -> Connection:
        return Connection(
            id=ConnectionId(row.id),
            guild_id=GuildId(row.guild_id),
            blog_id=BlogId(row.blog_id),
            system=CommentSystem(row.system),
            api_root=row.api_root,
            username=row.username,
            password=self._password(row, strict=strict),
            connected_by=UserId(row.connected_by),
        )
