import pytest

from bot.storage.database import Store
from tests.bridge.harness import BridgeHarness, build_harness

#: The journeys with most statements of their own run on both databases; ``tests/storage`` tries each statement on both.
ON_BOTH = {
    "test_broken_items",
    "test_cases_feeds",
    "test_cases_windows",
    "test_concurrent_moments",
    "test_one_comment_a_message",
    "test_outbox_and_intake",
    "test_poll_statements",
    "test_poller",
    "test_push_hubs",
    "test_retention",
    "test_refile",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if not _needless(item)]


def _needless(item: pytest.Item) -> bool:
    package, _, module = (item.module.__name__ if isinstance(item, pytest.Function) else "").rpartition(".")
    on_postgres = item.get_closest_marker("postgres") is not None
    return package == __package__ and module not in ON_BOTH and on_postgres


@pytest.fixture
async def harness(store: Store) -> BridgeHarness:
    return build_harness(store)
