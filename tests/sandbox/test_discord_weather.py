"""What goes wrong: limits, lost answers, dropped gateways, absence; and what the bot may not read or send."""

import time

import aiohttp
import discord
import pytest

from sandbox.discord import SandboxDiscord
from sandbox.discord.pointing import pointed_at
from tests.sandbox.discord_stage import Bot, Stage, a_stage


@pytest.fixture
async def stage():
    async with a_stage() as stage:
        yield stage


async def test_stored_but_answered_500_gives_one_message_by_its_nonce(stage: Stage) -> None:
    async with stage.bot() as client:
        stage.discord.faults.fail(method="POST", path=r"/channels/\d+/messages$", status=500, after_storing=True)
        sent = await client.get_channel(stage.channel.id).send("once", nonce="outbox-1")
        assert [message.id for message in stage.channel.messages] == [sent.id]
        assert [line.status for line in stage.discord.requests if line.method == "POST"] == [500, 200]


async def test_failure_before_storing_stores_nothing(stage: Stage) -> None:
    async with stage.bot() as client:
        stage.discord.faults.fail(method="POST", path=r"/messages$", status=503)
        with pytest.raises(discord.DiscordServerError):
            await client.get_channel(stage.channel.id).send("lost")
        assert stage.channel.messages == []


async def test_dropped_answer_and_garbage(stage: Stage) -> None:
    async with stage.bot() as client:
        channel = client.get_channel(stage.channel.id)
        stage.discord.faults.fail(method="POST", path=r"/messages$", drop=True, after_storing=True)
        with pytest.raises(aiohttp.ClientConnectionError):
            await channel.send("stored")
        assert [message.content for message in stage.channel.messages] == ["stored"]
        stage.discord.faults.garbage(method="GET", path=r"/users/\d+$")
        with pytest.raises((TypeError, ValueError)):
            await client.fetch_user(stage.mia.id)


async def test_slowness(stage: Stage) -> None:
    async with stage.bot() as client:
        stage.discord.faults.slow(0.2, method="GET", path=r"/users/\d+$")
        start = time.monotonic()
        await client.fetch_user(stage.mia.id)
        assert time.monotonic() - start >= 0.2


async def test_429_is_waited_out(stage: Stage) -> None:
    stage.discord.limits.set("POST", "/channels/{channel_id}/messages", 1, 0.3)
    async with stage.bot() as client:
        # The client does not know yet that the bucket is empty.
        channel = client.get_channel(stage.channel.id)
        stage.discord.limits.take("POST", "/channels/{channel_id}/messages", str(channel.id))
        await channel.send("late")
        statuses = [line.status for line in stage.discord.requests if line.path.endswith("/messages")]
        assert statuses == [429, 200]


async def test_real_limits_are_told_ahead_so_that_no_429_comes() -> None:
    async with a_stage(rate_limits="real") as stage, stage.bot() as client:
        message = await stage.mia.post(stage.channel, "x")
        target = await client.get_channel(stage.channel.id).fetch_message(message.id)
        start = time.monotonic()
        for emoji in "👍🎉👀":
            await target.add_reaction(emoji)
        assert time.monotonic() - start >= 0.4
        assert 429 not in [line.status for line in stage.discord.requests]


async def test_resume_brings_the_missed_messages(stage: Stage) -> None:
    async with stage.bot() as client:
        assert stage.discord.drop_gateway(resumable=True) == 1
        await stage.mia.post(stage.channel, "while away")
        await stage.discord.until(lambda: client.events("message"), what="the missed message")
        assert client.events("resumed")
        assert len(client.events("ready")) == 1


async def test_a_session_that_is_gone_begins_anew(stage: Stage) -> None:
    async with stage.bot() as client:
        stage.discord.drop_gateway(resumable=False)
        await stage.discord.until(lambda: len(client.events("ready")) == 2, what="a second READY")
        await stage.mia.post(stage.channel, "hello")
        await stage.discord.until(lambda: client.events("message"))
        assert client.events("resumed") == []


async def test_away_and_back(stage: Stage) -> None:
    async with stage.bot() as client:
        stage.discord.away()
        with pytest.raises(discord.DiscordServerError):
            await client.fetch_user(stage.mia.id)
        await stage.mia.post(stage.channel, "anyone?")
        stage.discord.come_back()
        await stage.discord.until(lambda: client.events("message"), what="the message after the absence")


async def test_wrong_token_and_refused_intents(stage: Stage) -> None:
    async with Bot() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with stage.bot(intents=discord.Intents(guilds=True, message_content=True)):
            pass


async def test_content_of_others_is_blank_without_the_intent(stage: Stage) -> None:
    bot = stage.discord.bot_user
    async with stage.bot() as client:
        own = await client.get_channel(stage.channel.id).send("mine")
        mine = stage.channel.messages[0]
        await stage.mia.post(stage.channel, "private")
        await stage.mia.post(stage.channel, f"hey {bot.mention}")
        await stage.mia.reply(mine, "with ping")
        await stage.mia.reply(mine, "without ping", ping=False)
        await stage.mia.dm("direct")
        await stage.discord.until(lambda: len(client.events("message")) == 6, what="the messages of the channel")
        heard = [message.content for message in client.events("message")[:5]]
        assert heard == ["mine", "", f"hey {bot.mention}", "with ping", ""]
        assert client.events("message")[5].content == "direct"
        read = [message.content async for message in own.channel.history(oldest_first=True)]
        assert read == heard


async def test_content_comes_with_the_intent() -> None:
    intents = discord.Intents(guilds=True, messages=True, message_content=True)
    async with a_stage(privileged_intents=["message_content"]) as stage, stage.bot(intents=intents) as client:
        await stage.mia.post(stage.channel, "public")
        await stage.discord.until(lambda: client.events("message"))
        assert client.events("message")[0].content == "public"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"content": "x" * 2001}, "content: Must be 2000 or fewer in length."),
        ({"embed": discord.Embed(title="x" * 257)}, "embeds.0.title: Must be 256"),
        ({"embed": discord.Embed(description="x" * 4097)}, "embeds.0.description: Must be 4096"),
        ({"embeds": [discord.Embed(description="x" * 3001)] * 2}, "embeds: Embed size exceeds"),
        ({"embed": discord.Embed(title="x", url="javascript:alert(1)")}, "embeds.0.url: Not a well formed URL"),
        ({"content": "x", "nonce": "n" * 26}, "nonce: Must be 25"),
    ],
)
async def test_too_much_is_refused_and_fails_the_test_that_caused_it(arguments, fault: str) -> None:
    async with SandboxDiscord.running() as server:
        with pointed_at(server.api_url, server.gateway_url):
            stage = Stage(server)
            async with stage.bot() as client:
                with pytest.raises(discord.HTTPException) as refusal:
                    await client.get_channel(stage.channel.id).send(**arguments)
                assert refusal.value.code == 50035
        with pytest.raises(AssertionError, match="refuses") as failure:
            server.assert_valid()
        assert fault in str(failure.value)


async def test_wrong_shapes_and_unknown_routes_are_violations_and_can_be_excused(stage: Stage) -> None:
    async with stage.bot() as client:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=stage.channel.id)
        with stage.discord.excused("embeds"), pytest.raises(discord.HTTPException):
            await client.http.request(route, json={"embeds": "none"})
        with stage.discord.excused("no such route"), pytest.raises(discord.NotFound):
            await client.http.request(discord.http.Route("GET", "/nothing"))
        with pytest.raises(AssertionError, match="no violation"), stage.discord.excused("embeds"):
            pass
        assert stage.discord.violations == []


async def test_waiting_in_vain_says_for_what(stage: Stage) -> None:
    await stage.mia.post(stage.channel, "only this")
    with pytest.raises(TimeoutError, match=r"a miracle.*only this"):
        await stage.discord.until(lambda: False, 0.05, "a miracle")
