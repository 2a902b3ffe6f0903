import pytest

from bot.storage.database import Database
from tests.bridge.house import House, build_house

#: The journeys with most statements of their own run on both databases; ``tests/storage`` tries each statement on both.
ON_BOTH = {"test_cases_feeds", "test_cases_windows", "test_outbox_and_intake", "test_poller", "test_push_hubs"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] not in ON_BOTH:
        metafunc.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def house(store: Database) -> House:
    return build_house(store)
