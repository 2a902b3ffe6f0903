"""A file with all tables, to copy from; and the web side over such a copy."""

from tests.databases import migrated_sqlite
from tests.web.site import site

__all__ = ["migrated_sqlite", "site"]
