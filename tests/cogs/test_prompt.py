"""Discord waits three seconds: whatever asks the store first promises an answer, for one person's eyes."""

import logging

import pytest

from tests.cogs.stage import Stage, expect_answer
from tests.logged import line

_PROMISED, _PROMISED_EDIT = 5, 6


async def test_commands_promise_before_they_look(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        for words, options in (
            ("blog list", {}),
            ("blog show", {"blog": "1"}),
            ("blog pause", {"blog": "1"}),
            ("blog resume", {"blog": "1"}),
            ("blog preview", {"blog": "1"}),
            ("blog remove", {"blog": "1"}),
            ("relay connect", {"blog": "1"}),
            ("relay mode", {"blog": "1", "mode": "off"}),
            ("relay mine", {}),
            ("alerts on", {"blog": "1"}),
            ("alerts show", {}),
            ("alerts off", {}),
            ("status", {}),
        ):
            answer = await stage.olga.command(words, **options)
            assert answer.interaction.callback_type == _PROMISED, words
            assert answer.ephemeral, words
            assert answer.text, words
            failed = await stage.olga.command(words, **(options | {"blog": "99"})) if "blog" in options else answer
            assert failed.ephemeral, words


@pytest.mark.parametrize("button", ["Start", "Cancel"])
async def test_buttons_promise_too(stage: Stage, button: str) -> None:
    async with stage.bot():
        pressed = expect_answer(await stage.olga.press(await stage.add(), button))
        assert pressed.interaction.callback_type == _PROMISED_EDIT
        assert (pressed.buttons, pressed.embeds) == ([], [])


@pytest.mark.parametrize("option", ["blog", "author"])
async def test_suggestions_that_break_off_are_none(
    stage: Stage, option: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.bot() as life:
        await stage.start()

        async def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(life.bridge.admin, "suggest", broken)
        monkeypatch.setattr(life.bridge.alerts, "suggest_authors", broken)
        assert await stage.mia.autocomplete("alerts on", option=option, value="a", blog="1") == []
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.exc_info
    assert "action=interaction_crashed" in line(record)
