"""What Discord's gateway can send that no client reads, over real sockets: it costs itself, and never the bot."""

import asyncio
import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from bot import gateway_connection
from bot.cogs._network_errors import UNANSWERED
from bot.gateway import Gateway
from bot.model.errors import PermanentError
from sandbox.discord.gateway import Connection
from tests.cogs.stage import Life, Stage
from tests.cogs.test_welcome import a_guild, invite
from tests.logged import actions, line

#: What stands in place of what a client expects.
WRONG: tuple[object, ...] = (None, 7, "x", [], {}, [{}], {"id": None})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_connection, "_WAITS", (0.02,))
    monkeypatch.setattr(gateway_connection, "_WAITS_AFTER_A_BREAK", (0.02,))
    monkeypatch.setattr("bot.gateway._REFUSED", timedelta(seconds=0.05))


async def works(stage: Stage, life: Life, title: str) -> None:
    """Commands are answered, and what the blog publishes is posted."""
    await stage.discord.until(life.gateway.ready.is_set, 20, "a connection")
    assert "not published" in (await stage.mia.command("relay mine")).content
    await stage.posted(life, title)


def wrongs(data: dict[str, Any], depth: int = 2) -> Iterator[dict[str, Any]]:
    """An event with each of its fields, and of theirs, missing or of another type."""
    for key, value in data.items():
        yield {name: each for name, each in data.items() if name != key}
        for wrong in WRONG:
            yield data | {key: wrong}
        if depth > 1 and isinstance(value, dict):
            yield from (data | {key: each} for each in wrongs(value, depth - 1))
        if depth > 1 and isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (data | {key: [each]} for each in wrongs(value[0], depth - 1))


async def test_events_of_every_kind_that_cannot_be_read_are_skipped(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.bot() as life:
        await stage.start()
        [session] = stage.discord.sessions.connected
        where = {"guild_id": str(stage.guild.id), "channel_id": str(stage.channel.id)}
        names = sorted(life.gateway._connection.parsers.keys() - {"READY", "RESUMED"})
        assert {"GUILD_CREATE", "MESSAGE_CREATE", "INTERACTION_CREATE", "THREAD_UPDATE"} <= set(names)
        for name in names:
            for data in (*WRONG, where, where | {"id": "x"}, where | {"member": None, "message": {"thread": None}}):
                stage.discord.send_event(name, data)
        await works(stage, life, "Meanwhile")
        assert stage.discord.sessions.connected == [session], "not one of them ended the connection"
        skipped = [record for record in caplog.records if "event_skipped" in line(record)]
        assert {"GUILD_CREATE", "INTERACTION_CREATE"} <= {vars(each)["event"] for each in skipped}
        traced = [vars(each)["event"] for each in skipped if each.exc_info]
        assert len(traced) == len(set(traced)) > 20, "the traceback once for each"
        assert "interaction_crashed" not in actions(caplog)


async def test_events_as_discord_sends_them_with_one_wrong_field_are_skipped(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.bot() as life:
        await stage.start()
        card = await stage.posted(life)
        await stage.mia.command("relay mine")
        stage.channel.guild.add_channel("other")
        [session] = stage.discord.sessions.connected
        sent = {each["t"]: copy.deepcopy(each["d"]) for each in session.sent if each["t"] != "READY"}
        assert {"GUILD_CREATE", "INTERACTION_CREATE", "THREAD_CREATE", "CHANNEL_CREATE"} <= sent.keys()
        roles = {"id": str(card.id), "channel_id": str(stage.channel.id), "mention_roles": [{"id": "1", "name": "x"}]}
        stage.discord.send_event("MESSAGE_CREATE", roles)
        interaction = sent["INTERACTION_CREATE"]
        stage.discord.send_event("INTERACTION_CREATE", interaction | {"message": {"thread": None}, "type": 3})
        for name, data in sent.items():
            for wrong in wrongs(data):
                if name != "INTERACTION_CREATE" or not _readable(wrong):
                    stage.discord.send_event(name, wrong)
        stage.discord.send_event("GUILD_CREATE", sent["GUILD_CREATE"])
        await works(stage, life, "Meanwhile")
        assert stage.discord.sessions.connected == [session]
        assert "event_skipped event=INTERACTION_CREATE" in caplog.text


def _readable(interaction: dict[str, Any]) -> bool:
    """It would be answered, though it was answered already."""
    data = interaction.get("data")
    return isinstance(data, dict) and data.get("name") == "relay"


@pytest.mark.parametrize(
    "frame",
    [
        "no JSON",
        "[]",
        "7",
        json.dumps({"op": 10, "d": {}}),
        json.dumps({"op": 0, "t": "READY", "s": 1, "d": {}}),
        json.dumps({"op": 0, "t": "RESUMED", "s": 1, "d": None}),
        json.dumps({"op": 0, "t": ["GUILD_CREATE"], "s": 1, "d": {}}),
    ],
)
async def test_a_frame_that_breaks_the_connection_makes_another(
    stage: Stage, caplog: pytest.LogCaptureFixture, frame: str
) -> None:
    async with stage.bot() as life:
        await stage.start()
        [session] = stage.discord.sessions.connected
        stage.discord.send_frame(frame)
        await stage.discord.until(
            lambda: session not in stage.discord.sessions.connected, 10, "the end of a connection"
        )
        await works(stage, life, "Afterwards")
        assert caplog.text.count("action=gateway_connection_failed") == 1


async def test_a_ready_that_cannot_be_read_is_asked_for_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    ready = Connection._ready

    def wrong(self: Connection, *args: Any) -> Any:
        nonlocal asked
        asked += 1
        return ready(self, *args) if asked > 3 else ready(self, *args) | {"user": None}

    monkeypatch.setattr(Connection, "_ready", wrong)
    async with stage.bot() as life:
        await stage.start()
        await works(stage, life, "News")
    assert asked == 4


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4013, 4014])
async def test_a_bot_that_is_refused_later_goes_on_with_what_it_can(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr("bot.gateway._REFUSED", timedelta(minutes=15))
    async with stage.bot() as life:
        await stage.start()
        stage.discord.drop_gateway(resumable=False, code=code)
        await stage.discord.until(lambda: not life.gateway.ready.is_set(), 10, "the end of a connection")
        await stage.posted(life, "While it is deaf")
        assert "action=gateway_refused" in caplog.text


async def test_a_bot_that_is_accepted_again_listens_again(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.start()
        stage.discord.drop_gateway(resumable=False, code=4004)
        await stage.discord.until(lambda: not life.gateway.ready.is_set(), 10, "the end of a connection")
        await works(stage, life, "Again")


async def test_a_bot_that_was_never_accepted_is_told_why(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "_identify", lambda self, _: self._outbox.put_nowait(4014))
    async with Gateway() as gateway:
        with pytest.raises(PermanentError, match="closed the connection for good"):
            await asyncio.wait_for(gateway.start(stage.discord.token), 20)


async def test_a_connection_that_breaks_off_under_a_welcome_is_no_bug(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    guild = a_guild(stage, "general")
    async with stage.bot():
        # discord.py itself tries a broken connection again five times.
        stage.discord.faults.fail("POST", "/messages", drop=True, times=5)
        invite(stage, guild)
        await stage.discord.until(lambda: "action=welcome_failed" in caplog.text, 30, "a line in the log")
    assert "Ignoring exception" not in caplog.text


async def test_a_connection_that_breaks_off_under_an_answer_is_no_bug(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.bot():
        stage.discord.faults.fail("POST", "/callback", drop=True, times=None)
        asking = asyncio.create_task(stage.mia.command("relay mine"))
        await stage.discord.until(lambda: "action=answer_failed" in caplog.text, 30, "a line in the log")
        asking.cancel()
        await asyncio.wait({asking})
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        aiohttp.ClientOSError(),
        ConnectionResetError(),
        TimeoutError(),
        json.JSONDecodeError("", "", 0),
        PermanentError("No."),
    ],
)
def test_whatever_comes_instead_of_an_answer_is_in_one_list(error: Exception) -> None:
    assert isinstance(error, UNANSWERED)
    assert discord.HTTPException in UNANSWERED
