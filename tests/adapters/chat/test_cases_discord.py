"""Cases 85 to 94 of feeds in the wild, as far as one act on Discord tells."""

from datetime import timedelta

import pytest

from bot.adapters.chat.faults import translate
from bot.model.errors import Barred, TemporaryError
from bot.model.ids import ChannelId
from tests.adapters.chat.conftest import Stage
from tests.adapters.chat.posts import PLAIN
from tests.adapters.chat.test_faults import refusal


async def test_case_94_a_ban_of_our_address_is_told_from_a_limit_and_says_for_how_long(stage: Stage) -> None:
    stage.discord.faults.ban(1800)
    with pytest.raises(Barred) as told:
        await stage.sender.post(ChannelId(stage.channel.id), PLAIN, nonce="1")
    assert told.value.retry_after == timedelta(minutes=30)
    assert stage.asked("POST", "/messages") == 1, "asking on prolongs a ban"


@pytest.mark.parametrize("said", ["nonsense", "nan", "inf", "1e400", "-5", "99999999999"])
def test_case_94_a_wait_that_cannot_be_is_bounded(said: str) -> None:
    error = translate(refusal(429, headers={"Retry-After": said}), "")
    assert isinstance(error, Barred)
    assert error.retry_after is not None
    assert timedelta(0) <= error.retry_after <= timedelta(days=1)


def test_case_94_a_limit_of_one_route_concerns_that_route_only() -> None:
    shared = {"Via": "1.1 google", "X-RateLimit-Scope": "shared", "Retry-After": "3"}
    assert type(translate(refusal(429, headers=shared), "")) is TemporaryError
    assert type(translate(refusal(429, headers=shared | {"X-RateLimit-Scope": "global"}), "")) is Barred
