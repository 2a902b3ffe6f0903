"""A file with all tables, to copy from."""

from tests.databases import migrated_sqlite

__all__ = ["migrated_sqlite"]
