"""Trouble ordered on the page, with the real bot: nothing is lost and nothing is doubled, and the page tells so."""

from pathlib import Path

import aiohttp

from sandbox.blog.interface import Post
from sandbox.demo import set_up, staged
from sandbox.discord import Answer, Message
from sandbox.page.server import PageServer
from sandbox.page.stage import Stage
from sandbox.page.tally import count

#: A start of the bot as a process and, after Discord was away, its waits before it connects again: ten seconds alone.
_PATIENCE = 40.0


async def test_what_goes_wrong_is_made_good(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, PageServer(stage).running() as page:
        await stage.discord.wait_ready(_PATIENCE)
        await set_up(stage, lambda _: None)
        post = await stage.blog.publish(title="Weather", html="It rains.")
        card = await _card(stage, post)
        headers = {"Origin": page.url.rstrip("/")}
        async with aiohttp.ClientSession(page.url, headers=headers) as visitor:
            await _order(visitor, "lost")
            await _reply(stage, card)
            await stage.discord.until(lambda: page.trouble.left("lost") is None, _PATIENCE, "the answer to be lost")
            await _order(visitor, "broken")
            await _order(visitor, "away")
            assert page.trouble.left("away")
            await stage.blog.comment(post, author="Ines", text="Said in the storm.")
            await _order(visitor, "broken")
            await _order(visitor, "away")
            await _order(visitor, "kill")
        await stage.discord.until(lambda: page.trouble.left("kill") is None, _PATIENCE, "the bot to be started again")
        await stage.discord.until(
            lambda: [each.state for each in count(stage).counts] == ["all there", "all there", "1 held"],
            _PATIENCE,
            "everything to arrive",
        )
        assert count(stage).doubles == 0
        told = [event.text for event in page.watch.events]
        assert "A reply reached the blog, but the blog’s answer was lost" in told
        assert told.count("The bot is connected to Discord") == 2
        async with aiohttp.ClientSession(page.url) as visitor, visitor.get("/?tab=bot") as response:
            text = await response.text()
            assert text.count("all there") == 2
            assert "1 held" in text
            assert "Not counted: 1 older post" in text


async def _order(visitor: aiohttp.ClientSession, name: str) -> None:
    async with visitor.post("/act/trouble", data={"name": name}, allow_redirects=False) as response:
        assert response.status == 303


async def _card(stage: Stage, post: Post) -> Message:
    found = await stage.discord.until(
        lambda: next((each for each in stage.channel.messages if each.thread and post.title in each.text), None),
        _PATIENCE,
        "the post's card",
    )
    assert isinstance(found, Message)
    return found


async def _reply(stage: Stage, card: Message) -> None:
    form = await stage.mia.press(card, "Reply on the blog")
    preview = await stage.mia.submit(form, text="Bring a coat.", name="Mia", consent=True)
    assert isinstance(await stage.mia.press(preview, "Publish"), Answer)
