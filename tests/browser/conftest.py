"""A visitor in front of everything, set up as in the demo: in a house of their own, or in one that a file shares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.visit import BridgeHarness, Visit, opened, visiting


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    """The only visitor of a house."""
    async with opened(tmp_path) as harness, visiting(harness) as visit:
        yield visit


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def harness(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BridgeHarness]:
    """A house for all tests of a file, each of which has posts of its own."""
    async with opened(tmp_path_factory.mktemp("house")) as harness:
        yield harness


@pytest_asyncio.fixture(loop_scope="module")
async def guest(harness: BridgeHarness) -> AsyncIterator[Visit]:
    """One of several visitors of the file's house."""
    async with visiting(harness) as visit:
        yield visit
