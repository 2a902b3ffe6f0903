"""A visitor in front of everything, set up as the demo does it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.visit import Visit, visiting


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    async with visiting(tmp_path) as visit:
        yield visit
