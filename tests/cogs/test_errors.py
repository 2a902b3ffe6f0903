"""Every failure is answered, once, and only bugs are logged with a traceback."""

import logging

import pytest

from bot.model.errors import TemporaryError
from tests.cogs.stage import Stage, expect_answer
from tests.logged import line

BROKEN = "Something went wrong inside the bot; its log says what."


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.exc_info]


async def test_a_bug_in_a_command_is_logged_once_and_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.blog.trouble = ZeroDivisionError("of the fake")
    async with stage.bot():
        answer = await stage.add()
        assert answer.content == BROKEN
        assert answer.ephemeral
        assert answer.followups == []
    [record] = tracebacks(caplog)
    assert record.name == "bot.cogs._responses"
    assert 'interaction="blog add"' in line(record)


async def test_a_bug_behind_a_button_is_logged_once_and_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.bot():
        found = await stage.add()
        await stage.store.close()
        answer = expect_answer(await stage.olga.press(found, "Start"))
        assert answer.content == BROKEN
        assert answer.ephemeral
        assert found.buttons == ["Start", "Cancel"]
        own = [record for record in tracebacks(caplog) if record.name == "bot.cogs._responses"]
        assert len(own) == 1
        assert not [record for record in caplog.records if record.name.startswith("discord.ui")]
        await stage.store.open()


async def test_an_expected_failure_is_told_and_not_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.blog.hands_on = False
    async with stage.bot():
        found = await stage.add()
        stage.blog.trouble = TemporaryError("The blog does not answer.")
        answer = expect_answer(await stage.olga.press(found, "Start"))
        assert answer.content.startswith("The blog does not answer.")
        assert found.buttons == ["Start", "Cancel"]
        stage.blog.trouble = None
        assert expect_answer(await stage.olga.press(found, "Start")).content.startswith("Started")
    assert tracebacks(caplog) == []


async def test_a_form_that_nobody_knows_is_answered(stage: Stage) -> None:
    async with stage.bot():
        form = (await stage.mia.command("relay profile", name="Mia")).modal
        assert form is not None
        form.custom_id = "form-of-old"
        answer = await stage.mia.submit(form, consent=True)
        assert "do not know this" in answer.content


async def test_what_people_type_pings_nobody(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        answer = await stage.olga.command("blog show", blog=f"@everyone {stage.mia.mention}")
        assert answer.message.pings == []


async def test_an_act_that_discord_sends_twice_is_done_and_answered_once(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is resumed may bring again what came before it broke off."""
    async with stage.bot():
        [session] = stage.discord.sessions.connected
        dispatch = session.dispatch

        def twice(name: str, data: object) -> None:
            dispatch(name, data)
            if name == "INTERACTION_CREATE":
                dispatch(name, data)

        monkeypatch.setattr(session, "dispatch", twice)
        found = await stage.add()
        started = expect_answer(await stage.olga.press(found, "Start"))
        await started.wait_until(lambda shown: "Start" not in shown.buttons, timeout=20)
        listed = await stage.olga.command("blog list")
        assert listed.text.count("active") == 1
        for answer in (found, started, listed):
            assert answer.followups == []
        await stage.discord.until(
            lambda: "action=interaction_answered_already" in caplog.text, 20, "the log's word on a second act"
        )
    assert tracebacks(caplog) == []
    assert "action=answer_failed" not in caplog.text
