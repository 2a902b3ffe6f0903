"""The control surface over HTTP, and the gateway spoken to by hand."""

import asyncio
import json

import aiohttp
import discord
import pytest

from tests.sandbox.discord_stage import Bot, Stage, a_stage
from tests.sandbox.test_discord_interactions import ReplyButton, with_button


@pytest.fixture
async def stage():
    async with a_stage() as stage:
        yield stage


@pytest.fixture
async def http(stage: Stage):
    async with aiohttp.ClientSession(stage.discord.api_url.removesuffix("/api/v10")) as session:
        yield session


async def act(http: aiohttp.ClientSession, **order: object) -> tuple[int, dict]:
    async with http.post("/sandbox/act", json=order) as response:
        return response.status, await response.json()


async def test_a_person_acts_and_the_world_shows_it(stage: Stage, http: aiohttp.ClientSession) -> None:
    status, body = await act(http, **{"as": "mia", "do": "post", "channel": "blog", "content": "hi"})
    assert (status, body["result"]["text"]) == (200, "hi")
    key = body["result"]["id"]
    await act(http, **{"as": "ada", "do": "reply", "message": key, "content": "hello"})
    await act(http, **{"as": "ada", "do": "react", "message": key, "emoji": "👍"})
    async with http.get("/sandbox/world") as response:
        world = await response.json()
    channel = world["guilds"][0]["channels"][0]
    assert [(message["author"], message["text"]) for message in channel["messages"]] == [
        ("Mia", "hi"),
        ("Ada", "hello"),
    ]
    assert channel["messages"][0]["reactions"] == {"👍": ["Ada"]}
    assert channel["messages"][1]["reference"] == key


async def test_commands_buttons_and_modals(stage: Stage, http: aiohttp.ClientSession) -> None:
    def setup(bot: Bot) -> None:
        with_button(bot)

        @bot.tree.command(description="Where to")
        async def follow(interaction: discord.Interaction, channel: discord.TextChannel) -> None:
            view = discord.ui.View(timeout=None)
            view.add_item(ReplyButton(1))
            await interaction.response.send_message(f"to {channel.name}", view=view, ephemeral=True)

    async with stage.bot(setup):
        status, body = await act(
            http, **{"as": "mia", "do": "command", "command": "follow", "options": {"channel": "#blog"}}
        )
        assert (status, body["result"]["message"]["text"]) == (200, "to blog\nReply on the blog")
        pressed = {"as": "mia", "do": "press", "message": body["result"]["message"]["id"]}
        _, body = await act(http, **pressed, button="Reply on the blog")
        assert body["result"]["modal"]["title"] == "Reply on the blog"
        values = {"text": "by hand", "kind": "Full"}
        order = {"as": "mia", "do": "submit", "answer": body["result"]["answer"], "values": values}
        _, body = await act(http, **order)
        assert body["result"]["message"]["content"] == "['by hand', 'Full', False]"


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"as": "nobody", "do": "post"}, "nobody is called"),
        ({"as": "mia", "do": "dance"}, "no act 'dance'"),
        ({"as": "mia", "do": "post", "channel": "blog"}, "'content' is missing"),
        ({"as": "mia", "do": "command", "command": "nothing"}, "no command 'nothing'"),
    ],
)
async def test_what_cannot_be_done_is_told(http: aiohttp.ClientSession, order: dict, reason: str) -> None:
    status, body = await act(http, **order)
    assert status == 400
    assert reason in body["error"]


async def test_forms_of_other_sites_cannot_act(http: aiohttp.ClientSession, stage: Stage) -> None:
    order = {"as": "mia", "do": "post", "channel": "blog", "content": "forged"}
    async with http.post("/sandbox/act", data=json.dumps(order), headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
    assert stage.channel.messages == []


async def test_gateway_without_compression(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect("/gateway?v=10&encoding=json") as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": stage.discord.token, "intents": 1}})
        ready, guild = await socket.receive_json(), await socket.receive_json()
        assert (ready["t"], guild["t"], guild["s"]) == ("READY", "GUILD_CREATE", 2)
        await socket.send_json({"op": 1, "d": 2})
        assert (await socket.receive_json())["op"] == 11


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "sandbox-token", "intents": 1 << 15}}, 4014),
        ({"op": 77, "d": None}, 4003),
    ],
)
async def test_gateway_closes_with_the_reason(http: aiohttp.ClientSession, payload: dict, code: int) -> None:
    async with http.ws_connect("/gateway?v=10&encoding=json") as socket:
        await socket.receive_json()
        await socket.send_json(payload)
        await socket.receive()
        assert socket.close_code == code


async def test_subscribers_are_told_of_changes(stage: Stage) -> None:
    changes = stage.discord.changes()
    waiting = asyncio.ensure_future(changes.__anext__())
    await asyncio.sleep(0)
    await stage.mia.post(stage.channel, "news")
    assert await asyncio.wait_for(waiting, 1) > 0
    await changes.aclose()


async def test_commands_outlive_the_process(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        @bot.tree.command(description="Say something")
        async def say(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("something")

    commands = stage.discord.world.commands
    async with stage.bot(setup):
        await stage.discord.wait_ready()
    key = commands.find(None, "say")["id"]
    with pytest.raises(TimeoutError, match="did not respond"):
        await stage.mia.command("say", timeout=0.1)
    async with stage.bot(setup):
        assert commands.find(None, "say")["id"] == key
        assert (await stage.mia.command("say", where=stage.mia.dm_channel)).content == "something"
