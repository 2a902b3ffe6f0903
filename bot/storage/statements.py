"""Raw statements that run on both databases, in the current transaction.

They are for claims, and for inserts that return the new rows: Tortoise's query builder has neither.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context

from bot.storage.column_values import utc

#: Both databases take 32,766 parameters a statement; no table has 30 columns.
_ROWS_A_STATEMENT = 500
#: Such a statement depends on its number of rows, so its SQLite form is not cached.
_LONG = 4_000
_SQLITE = "sqlite"
_PARAMETER = re.compile(r"\$(\d+)")
_LOCKING = re.compile(r"\{(skip_locked|key_share|share|for_update)\}")
_CAST = re.compile(r"(\$\d+)::\w+")


def _connection() -> BaseDBAsyncClient:
    return require_context().db()


def _keepable(value: object) -> object:
    return utc(value) if isinstance(value, datetime) else value


def _as_text(value: object) -> object:
    """As :func:`_keepable`, with times as Tortoise has SQLite keep them: its adapter would cost four times as much."""
    return utc(value).isoformat(" ") if isinstance(value, datetime) else value


async def fetch(sql: str, *values: object) -> list[dict[str, Any]]:
    """Run one statement written with PostgreSQL's ``$1``; return its rows.

    ``{skip_locked}`` lets claims on PostgreSQL skip rows that others have locked. ``{for_update}`` locks rows until the
    transaction ends, ``{share}`` keeps them as they are until then, ``{key_share}`` keeps them from being deleted.
    SQLite has no row locks and needs none: one connection writes at a time. Casts of parameters (``$1::bigint``) are
    left out for it.
    """
    connection = _connection()
    if connection.capabilities.dialect == _SQLITE:
        sql, order = _in_sqlite(sql) if len(sql) < _LONG else _in_sqlite.__wrapped__(sql)
        _, rows = await connection.execute_query(sql, [_as_text(values[number]) for number in order])
        # Not execute_query_dict: it looks up each column of each row by name.
        names = rows[0].keys() if rows else ()
        return [dict(zip(names, row, strict=True)) for row in rows]
    sql = sql.replace("{skip_locked}", "FOR UPDATE SKIP LOCKED")
    sql = (
        sql.replace("{key_share}", "FOR KEY SHARE")
        .replace("{share}", "FOR SHARE")
        .replace("{for_update}", "FOR UPDATE")
    )
    return await connection.execute_query_dict(sql, [_keepable(value) for value in values])


async def fetch_columns(columns: Sequence[str], rest: str, *values: object) -> list[dict[str, Any]]:
    """Select these columns, or expressions with their names, of possibly many rows.

    From SQLite they come as one JSON text: each row would be a step, before which the connection's thread waits for a
    busy event loop.
    """
    names = [column.rpartition(" ")[2] for column in columns]
    select = f"SELECT {', '.join(columns)} {rest}"
    if has_row_locks():
        return await fetch(select, *values)
    [answer] = await fetch(f"SELECT json_group_array(json_array({', '.join(names)})) AS found FROM ({select})", *values)  # noqa: S608 - names are ours
    return [dict(zip(names, row, strict=True)) for row in json.loads(answer["found"])]


def has_row_locks() -> bool:
    """Return True if the database has row locks (PostgreSQL)."""
    return _connection().capabilities.dialect != _SQLITE


async def fetch_among(sql: str, *values: object, among: Sequence[object]) -> list[dict[str, Any]]:
    """Run a statement for each few hundred of many values, which replace ``{among}`` in ``IN ({among})``."""
    found = []
    for start in range(0, len(among), _ROWS_A_STATEMENT):
        chunk = among[start : start + _ROWS_A_STATEMENT]
        places = ", ".join(f"${len(values) + number}" for number in range(1, len(chunk) + 1))
        found += await fetch(sql.replace("{among}", places), *values, *chunk)
    return found


@lru_cache(maxsize=256)
def _in_sqlite(sql: str) -> tuple[str, tuple[int, ...]]:
    """Return the SQLite form of a statement, and the order of its values."""
    bare = _CAST.sub(r"\1", _LOCKING.sub("", sql))
    return _PARAMETER.sub("?", bare), tuple(int(number) - 1 for number in _PARAMETER.findall(bare))


async def insert_new(table: str, rows: Sequence[dict[str, object]], *, unique: str) -> list[dict[str, Any]]:
    """Insert rows of equal columns; return only the new ones, in no order.

    :param unique: the columns of the constraint.
    """
    new = []
    for chunk in _chunks(rows):
        new += await fetch(f"{_insert(table, chunk)} ON CONFLICT ({unique}) DO NOTHING RETURNING *", *_values(chunk))
    return new


async def upsert_all(table: str, rows: Sequence[dict[str, object]], *, unique: str) -> None:
    """Insert rows of equal columns, or overwrite the existing ones; no two of them may have equal unique columns."""
    fixed = unique.split(", ")
    for chunk in _chunks(rows):
        overwrite = ", ".join(f"{column} = excluded.{column}" for column in chunk[0] if column not in fixed)
        await fetch(f"{_insert(table, chunk)} ON CONFLICT ({unique}) DO UPDATE SET {overwrite}", *_values(chunk))


async def update_all(
    table: str, rows: Sequence[dict[str, object]], *, types: Mapping[str, str], assign: str, where: str = "TRUE"
) -> None:
    """Update rows by their ``id``, each by its own values, some hundred of them at once.

    :param types: the columns of the rows, and PostgreSQL's names of their types.
    :param assign: the assignments behind SET; a row's values are ``v.column``.
    :param where: a condition for each update.
    """
    connection = _connection()
    for chunk in _chunks(rows):
        if connection.capabilities.dialect == _SQLITE:
            values = [[_as_text(row[column]) for column in types] for row in chunk]
            await connection.execute_query(_update_in_sqlite(table, tuple(types), assign, where), [json.dumps(values)])
            continue
        places = iter(range(1, len(types) * len(chunk) + 1))
        tuples = ", ".join(f"({', '.join(f'${next(places)}::{kind}' for kind in types.values())})" for _ in chunk)
        given = f"(VALUES {tuples}) AS v({', '.join(types)})"
        update = f"UPDATE {table} SET {assign} FROM {given} WHERE {table}.id = v.id AND {where}"  # noqa: S608
        await connection.execute_query(update, [_keepable(row[column]) for row in chunk for column in types])


@lru_cache(maxsize=64)
def _update_in_sqlite(table: str, columns: tuple[str, ...], assign: str, where: str) -> str:
    """Return SQLite's statement for all rows, as one JSON array.

    One statement a row would be a step each, before which the connection's thread waits for a busy event loop.
    """
    given = ", ".join(f"json_extract(value, '$[{number}]') AS {column}" for number, column in enumerate(columns))
    values = f"(SELECT {given} FROM json_each(?)) AS v"  # noqa: S608
    return f"UPDATE {table} SET {assign} FROM {values} WHERE {table}.id = v.id AND {where}"  # noqa: S608


async def upsert(table: str, row: dict[str, object], *, unique: str, keep: Sequence[str] = ()) -> dict[str, Any]:
    """Insert a row, or overwrite the existing one.

    :param keep: columns that an existing row keeps, beside those of ``unique``.
    """
    fixed = {*unique.split(", "), *keep}
    overwrite = ", ".join(f"{column} = excluded.{column}" for column in row if column not in fixed)
    rows = await fetch(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f'${n}' for n in range(1, len(row) + 1))}) "  # noqa: S608
        f"ON CONFLICT ({unique}) DO UPDATE SET {overwrite} RETURNING *",
        *row.values(),
    )
    return rows[0]


def _chunks(rows: Sequence[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _ROWS_A_STATEMENT)):
        yield chunk


def _insert(table: str, rows: Sequence[dict[str, object]]) -> str:
    columns = list(rows[0])
    places = iter(range(1, len(columns) * len(rows) + 1))
    tuples = ", ".join(f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {tuples}"  # noqa: S608 - names are ours


def _values(rows: Sequence[dict[str, object]]) -> Iterator[object]:
    return (row[column] for row in rows for column in rows[0])
