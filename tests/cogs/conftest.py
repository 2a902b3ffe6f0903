"""A stage on SQLite; the store's own tests hold PostgreSQL to the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Store
from sandbox.discord.pointing import pointed_at
from tests.cogs.stage import Stage, staged
from tests.databases import KEYS, migrated_sqlite


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(migrated_sqlite())
    store = Store(f"sqlite://{path}", keys=KEYS)
    await store.open()
    try:
        async with staged(store) as stage:
            with pointed_at(stage.discord.api_url, stage.discord.gateway_url):
                yield stage
    finally:
        await store.close()
