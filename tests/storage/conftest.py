"""The store on both databases."""

from tests.databases import (
    database_url,
    empty_database_url,
    make_database,
    migrated_postgres,
    migrated_sqlite,
    postgres_server,
    spare_postgres,
    store,
)

__all__ = [
    "database_url",
    "empty_database_url",
    "make_database",
    "migrated_postgres",
    "migrated_sqlite",
    "postgres_server",
    "spare_postgres",
    "store",
]
