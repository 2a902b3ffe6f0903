import pytest

from bot.adapters.net.headers import user_agent


@pytest.mark.parametrize(
    ("contact", "subscribers", "said"),
    [
        ("https://bridge.example", 12, "Backchannel/0.1 (+https://bridge.example; 12 subscribers)"),
        ("https://bridge.example", 1, "Backchannel/0.1 (+https://bridge.example; 1 subscriber)"),
        ("ops@bridge.example", 0, "Backchannel/0.1 (+ops@bridge.example)"),
        (None, 3, "Backchannel/0.1 (3 subscribers)"),
        (None, 0, "Backchannel/0.1"),
        ("", 0, "Backchannel/0.1"),
        # nothing may end the comment or begin another header
        ("Zoë (me)\r\nX-Evil: 1; \\", 2, "Backchannel/0.1 (+Zo me X-Evil: 1; 2 subscribers)"),
    ],
)
def test_servers_are_told_who_asks_and_for_how_many(contact: str | None, subscribers: int, said: str) -> None:
    assert user_agent(contact, subscribers) == said
