import tomllib
from pathlib import Path

import pytest

from bot.adapters.net.headers import user_agent


@pytest.mark.parametrize(
    ("contact", "subscribers", "said"),
    [
        ("https://bridge.example", 12, "Backchannel/0.3 (+https://bridge.example; 12 subscribers)"),
        ("https://bridge.example", 1, "Backchannel/0.3 (+https://bridge.example; 1 subscriber)"),
        ("ops@bridge.example", 0, "Backchannel/0.3 (+ops@bridge.example)"),
        (None, 3, "Backchannel/0.3 (3 subscribers)"),
        (None, 0, "Backchannel/0.3"),
        ("", 0, "Backchannel/0.3"),
        # nothing may end the comment or begin another header
        ("Zoë (me)\r\nX-Evil: 1; \\", 2, "Backchannel/0.3 (+Zo me X-Evil: 1; 2 subscribers)"),
    ],
)
def test_servers_are_told_who_asks_and_for_how_many(contact: str | None, subscribers: int, said: str) -> None:
    assert user_agent(contact, subscribers) == said


def test_the_user_agent_has_the_versions_first_two_numbers() -> None:
    version = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]["version"]
    assert user_agent(None) == f"Backchannel/{version.rpartition('.')[0]}"
