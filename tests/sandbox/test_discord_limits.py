"""Rate limits by a clock that the test holds."""

import pytest

from sandbox.discord.limits import Limits

MESSAGES = "/channels/{channel_id}/messages"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_bucket_empties_and_fills_again(clock: Clock) -> None:
    limits = Limits("real", clock)
    remaining = [limits.take("POST", MESSAGES, "1").headers["X-RateLimit-Remaining"] for _ in range(5)]
    assert remaining == ["4", "3", "2", "1", "0"]
    clock.now += 2
    verdict = limits.take("POST", MESSAGES, "1")
    assert verdict.refusal == {"message": "You are being rate limited.", "retry_after": 3.0, "global": False}
    assert verdict.headers["Retry-After"] == "3"
    assert verdict.headers["X-RateLimit-Scope"] == "user"
    assert verdict.headers["Via"]
    clock.now += 3
    assert limits.take("POST", MESSAGES, "1").refusal is None


def test_channels_have_buckets_of_their_own_under_one_hash(clock: Clock) -> None:
    limits = Limits("real", clock)
    for _ in range(5):
        first = limits.take("POST", MESSAGES, "1")
    other = limits.take("POST", MESSAGES, "2")
    assert other.refusal is None
    assert first.headers["X-RateLimit-Bucket"] == other.headers["X-RateLimit-Bucket"]


def test_setting_reactions_and_taking_them_off_draw_from_one_bucket(clock: Clock) -> None:
    limits, reaction = Limits("real", clock), f"{MESSAGES}/{{message_id}}/reactions/{{emoji_name}}/@me"
    first, other = limits.take("PUT", reaction, "1"), limits.take("DELETE", reaction, "1")
    assert (first.refusal, other.refusal is None) == (None, False)
    assert first.headers["X-RateLimit-Bucket"] == other.headers["X-RateLimit-Bucket"]
    clock.now += 0.25
    assert limits.take("DELETE", reaction, "1").refusal is None


def test_the_global_limit_spares_interactions(clock: Clock) -> None:
    limits = Limits("real", clock)
    verdicts = [limits.take("GET", "/users/{user_id}", "") for _ in range(50)]
    assert not any(verdict.refusal for verdict in verdicts)
    refused = limits.take("GET", "/guilds/{guild_id}", "1")
    assert refused.refusal is not None
    assert refused.refusal["global"] is True
    assert refused.headers["X-RateLimit-Scope"] == "global"
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    assert limits.take("POST", callback, "").refusal is None


def test_relaxed_sends_headers_and_refuses_nothing_of_a_test(clock: Clock) -> None:
    limits = Limits("relaxed", clock)
    verdicts = [limits.take("POST", MESSAGES, "1") for _ in range(500)]
    assert not any(verdict.refusal for verdict in verdicts)
    assert int(verdicts[-1].headers["X-RateLimit-Remaining"]) > 1000


def test_only_two_modes_are_known() -> None:
    with pytest.raises(ValueError, match="real"):
        Limits("strict")
