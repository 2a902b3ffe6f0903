"""What Discord's refusals mean for us."""

import json
from datetime import timedelta
from types import SimpleNamespace

import discord
import pytest
from multidict import CIMultiDict

from bot.adapters.discord.errors import bridge_error, discord_errors
from bot.model.errors import (
    Blocked,
    BridgeError,
    ChannelLost,
    DirectMessagesClosed,
    NotFound,
    PermanentError,
    Refused,
    TemporaryError,
    ThreadLocked,
)


def refusal(status: int, code: int = 0, headers: dict[str, str] | None = None) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="No", headers=CIMultiDict(headers or {}))
    return discord.HTTPException(response, {"code": code, "message": "secret words of Discord"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, NotFound),
        (404, 10004, NotFound),
        (404, 10008, NotFound),
        (404, 10014, NotFound),
        (404, 0, TemporaryError),
        (403, 50001, ChannelLost),
        (403, 50013, ChannelLost),
        (403, 160002, ChannelLost),
        (403, 99999, ChannelLost),
        (400, 50008, ChannelLost),
        (400, 50006, ChannelLost),
        (403, 50007, DirectMessagesClosed),
        (403, 50278, DirectMessagesClosed),
        (403, 20026, TemporaryError),
        (403, 160005, ThreadLocked),
        (400, 160006, TemporaryError),
        (400, 200000, Refused),
        (400, 200001, Refused),
        (400, 40067, ChannelLost),
        (400, 10087, TemporaryError),
        (400, 50083, Refused),
        (400, 50035, PermanentError),
        (400, 30046, TemporaryError),
        (429, 0, Blocked),
        (401, 0, Blocked),
        (403, 0, TemporaryError),
        (500, 0, TemporaryError),
        (503, 0, TemporaryError),
        (418, 0, PermanentError),
    ],
)
def test_every_refusal_has_a_meaning(status: int, code: int, kind: type[BridgeError]) -> None:
    error = bridge_error(refusal(status, code), "Send Messages")
    assert type(error) is kind
    assert error.text.endswith(".")
    assert "secret words" not in error.text
    assert not any(sign.isdigit() for sign in error.text)


@pytest.mark.parametrize("code", [50001, 50013])
def test_a_closed_channel_names_what_to_grant(code: int) -> None:
    assert "Send Messages" in bridge_error(refusal(403, code), "Send Messages").text


def test_slowing_down_keeps_discords_own_word() -> None:
    error = bridge_error(refusal(429, headers={"Retry-After": "7.5", "Via": "1.1 google"}), "")
    assert type(error) is TemporaryError
    assert error.retry_after == timedelta(seconds=7.5)


def test_a_wrong_token_is_not_tried_again_soon() -> None:
    error = bridge_error(refusal(401), "")
    assert isinstance(error, TemporaryError)
    assert error.retry_after is not None
    assert error.retry_after >= timedelta(minutes=5)


def test_being_kept_from_everybody_ends_nobodys_alerts() -> None:
    error = bridge_error(refusal(403, 20026), "")
    assert isinstance(error, TemporaryError)
    assert error.retry_after == timedelta(hours=1)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (discord.RateLimited(30), TemporaryError),
        (json.JSONDecodeError("no", "", 0), TemporaryError),
        (ConnectionResetError(), TemporaryError),
        (TimeoutError(), TemporaryError),
        (discord.InvalidData("?"), PermanentError),
        (refusal(503), TemporaryError),
    ],
)
def test_what_a_client_raises_is_told(raised: Exception, kind: type[BridgeError]) -> None:
    with pytest.raises(kind), discord_errors(""):
        raise raised


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(KeyError), discord_errors(""):
        raise KeyError("oops")


def test_our_own_errors_pass() -> None:
    with pytest.raises(ChannelLost, match="as it is"), discord_errors(""):
        raise ChannelLost("as it is")
