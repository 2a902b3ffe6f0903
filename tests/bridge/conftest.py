import pytest

from bot.storage.database import Database
from tests.bridge.house import House, build_house


@pytest.fixture
async def house(store: Database) -> House:
    return build_house(store)
