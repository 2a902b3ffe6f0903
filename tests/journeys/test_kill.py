"""The bot's process is killed in the middle of its work, and nothing is lost and nothing is doubled."""

from collections import Counter
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Post
from sandbox.discord import Answer, Message
from sandbox.discord.interact import begin
from sandbox.discord.interactions import COMPONENT
from sandbox.process import BotProcess
from tests.databases import migrated_sqlite
from tests.journeys.stage import PATIENCE, Stage, staged

_ENTRIES = 6
_REPLIES = 4


def cards(stage: Stage) -> Counter[str]:
    """How often each entry stands in the channel, by its link."""
    links = [message.embeds[0].get("url") for message in stage.channel.messages if message.embeds]
    return Counter(str(link) for link in links)


def spoken(stage: Stage) -> list[Message]:
    """Mia's words, as the bot has posted them."""
    found = [message for thread in stage.channel.threads for message in thread.messages]
    return [each for each in found if each.embeds and each.embeds[0].get("author", {}).get("name") == "Mia"]


async def running_with_blog(stage: Stage, folder: Path) -> BotProcess:
    # A first start migrates, which is tried elsewhere and takes a busy machine longer than the rest of the start.
    (folder / "backchannel.db").write_bytes(migrated_sqlite())
    bot = BotProcess(stage.discord, folder)
    await bot.start()
    await stage.discord.wait_ready(PATIENCE)
    await stage.blog.configure(flood_seconds=0, comment_previously_approved=False)
    await stage.add()
    await stage.connect()
    return bot


async def restart(stage: Stage, bot: BotProcess) -> None:
    await bot.kill()
    await bot.start()
    await stage.discord.wait_ready(PATIENCE)


async def test_killed_while_announcing_every_entry_stands_once(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage:
        bot = await running_with_blog(stage, tmp_path)
        posts = [await stage.blog.publish(title=f"Post {number}", html="<p>x</p>") for number in range(_ENTRIES)]
        for seen in (1, 2, 4):
            # The message is stored and its answer is on the way when the power goes.
            await stage.discord.until(lambda seen=seen: len(cards(stage)) >= seen, PATIENCE, f"{seen} entries")
            await restart(stage, bot)
        threads = {thread.id for thread in stage.channel.threads}
        await stage.discord.until(lambda: len(stage.channel.threads) >= _ENTRIES, PATIENCE, "all threads")
        assert threads <= {thread.id for thread in stage.channel.threads}
        await bot.stop()
        assert cards(stage) == Counter({post.link: 1 for post in posts})
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert titles == [f"Post {number}" for number in range(_ENTRIES)]


@pytest.mark.parametrize("minutes", [0, 10], ids=["at once", "after the nonce is forgotten"])
async def test_killed_between_sending_and_recording(sandbox_blog: SandboxBlog, tmp_path: Path, minutes: int) -> None:
    async with staged(sandbox_blog) as stage:
        bot = await running_with_blog(stage, tmp_path)
        # Discord stores the message and its answer never comes: the delivery is neither recorded nor failed.
        stage.discord.faults.fail("POST", r"/channels/\d+/messages$", status=502, times=None, after_storing=True)
        post = await stage.blog.publish(title="Once", html="<p>x</p>")
        await stage.discord.until(lambda: cards(stage)[post.link] == 1, PATIENCE, "the stored message")
        await bot.kill()
        stage.discord.faults.clear()
        if minutes:
            stage.discord.world.nonces.clear()
        await bot.start()
        await stage.thread_of(post)
        await bot.stop()
        assert cards(stage) == Counter({post.link: 1})


async def test_killed_while_relaying_every_reply_is_published_once(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage:
        bot = await running_with_blog(stage, tmp_path)
        post = await stage.blog.publish(title="Discuss", html="<p>x</p>")
        card = await stage.announced(post)
        await stage.thread_of(post)
        for number in range(_REPLIES):
            # Each second answer of the blog is lost after it stored the comment.
            if number % 2:
                sandbox_blog.faults.drop_after("*/wp/v2/comments", method="POST")
            await stage.reply_by_button(card, f"Reply {number}", first=number == 0)
            await stage.discord.until(
                lambda number=number: len(spoken(stage)) > number, PATIENCE, f"reply {number} in the thread"
            )
            await restart(stage, bot)
        await stage.discord.until(
            lambda: sum("✅" in message.reactions for message in spoken(stage)) == _REPLIES, PATIENCE, "all marks"
        )
        await bot.stop()
        assert replies_on(await stage.blog.comments(post)) == [f"Reply {number}" for number in range(_REPLIES)]
        assert sorted(message.embeds[0]["description"] for message in spoken(stage)) == [
            f"Reply {number}" for number in range(_REPLIES)
        ]


def replies_on(rows: list) -> list[str]:
    return sorted(row.content for row in rows)


async def test_stops_within_ten_seconds_and_drains(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage:
        bot = await running_with_blog(stage, tmp_path)
        posts: list[Post] = [await stage.blog.publish(title=f"Post {each}", html="<p>x</p>") for each in range(3)]
        await stage.discord.until(lambda: cards(stage), PATIENCE, "a first entry")
        assert await bot.stop(10) == 0
        assert "Traceback" not in bot.log
        await bot.start()
        for post in posts:
            await stage.announced(post)
        await bot.stop()
        assert cards(stage) == Counter({post.link: 1 for post in posts})


@pytest.mark.parametrize("moment", ["told", "stored"])
async def test_killed_at_publish_no_reply_is_lost(sandbox_blog: SandboxBlog, tmp_path: Path, moment: str) -> None:
    async with staged(sandbox_blog) as stage:
        bot = await running_with_blog(stage, tmp_path)
        post = await stage.blog.publish(title="Discuss", html="<p>x</p>")
        card = await stage.announced(post)
        await stage.thread_of(post)
        await stage.told(await stage.reply_by_button(card, "Opening", first=True), "Published")
        for number in range(2):
            form = await stage.mia.press(card, "Reply on the blog")
            preview = await stage.mia.submit(form, text=f"Reply {number}")
            refused = None
            if moment == "stored":
                # Nobody can be told anything: the process ends between the transaction and the answer.
                refused = stage.discord.faults.fail("PATCH", r"/webhooks/", status=502, times=None)
            interaction = begin(
                stage.mia.world,
                COMPONENT,
                stage.mia,
                stage.channel,
                {"component_type": 2, "custom_id": custom_id_of(preview, "Publish"), "id": 1},
                preview.message,
            )
            await stage.discord.until(
                lambda shown=preview, fault=refused: fault.met if fault else "On its way" in shown.content,
                PATIENCE,
                "the promise that it is on its way, or an attempt to make it",
            )
            await bot.kill()
            stage.discord.faults.clear()
            await bot.start()
            await stage.discord.wait_ready(PATIENCE)
            told = Answer(stage.mia.world, interaction)
            await told.wait_until(lambda shown: "Published" in shown.text, timeout=PATIENCE)
        await bot.stop()
        texts = ["Opening", "Reply 0", "Reply 1"]
        assert replies_on(await stage.blog.comments(post)) == texts
        assert sorted(message.embeds[0]["description"] for message in spoken(stage)) == texts


def custom_id_of(shown: Answer, label: str) -> str:
    parts = [part for row in shown.components for part in row["components"]]
    return next(part["custom_id"] for part in parts if part.get("label") == label)
