"""What every test gets: suites that cannot run are left out aloud, or fail where they are required."""

import pytest

from bot.logs import FieldsFormatter
from tests.suites import SUITES, required

#: One real WordPress and one PostgreSQL a process, whoever asks for them.
pytest_plugins = ["tests.databases", "tests.wordpress.fixtures"]

_left_out: dict[str, str] = {}


@pytest.fixture(autouse=True)
def _fields_in_captured_log(caplog: pytest.LogCaptureFixture) -> None:
    """Let ``caplog.text`` show the fields of each line."""
    caplog.handler.setFormatter(FieldsFormatter("%(levelname)s %(name)s: %(message)s"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unknown = required() - SUITES.keys()
    if unknown:
        raise pytest.UsageError(f"BACKCHANNEL_REQUIRE names unknown suites: {', '.join(sorted(unknown))}")
    reasons = {name: reason for name, probe in SUITES.items() if (reason := probe())}
    must = {name: reason for name, reason in reasons.items() if name in required()}
    if must:
        raise pytest.UsageError("\n".join(f"required suite {name}: {reason}" for name, reason in must.items()))
    deselected = []
    for item in list(items):
        missing = [name for name in reasons if item.get_closest_marker(name)]
        if missing:
            _left_out[missing[0]] = reasons[missing[0]]
            deselected.append(item)
            items.remove(item)
    if deselected:
        config.hook.pytest_deselected(items=deselected)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, reason in _left_out.items():
        terminalreporter.write_line(f"left out: the {name} tests: {reason}", yellow=True)
