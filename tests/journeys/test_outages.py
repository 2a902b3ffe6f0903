"""Lost channels, closed messages, Discord and the blog away, two guilds: nothing is lost, nothing comes twice."""

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.process import BotProcess
from tests.databases import MakeDatabase
from tests.journeys.stage import PATIENCE, bot_running, staged
from tests.logged import actions
from tests.postgres import own_postgres


@pytest.mark.postgres
async def test_the_main_job_on_postgres(sandbox_blog: SandboxBlog, make_database: MakeDatabase, tmp_path: Path) -> None:
    blog = sandbox_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    url = make_database("postgres", False)
    async with staged(blog) as stage:
        async with bot_running(stage, tmp_path, DATABASE_URL=url):
            await stage.add()
            await stage.connect()
            post = await blog.publish(title="On PostgreSQL", html="<p>x</p>")
            card = await stage.announced(post)
            thread = await stage.thread_of(post)
            remark = await blog.comment(post, text="Remark")
            message = await stage.mirrored(remark, thread)
            await stage.told(await stage.reply_by_button(message, "Answer", first=True), "Published")
        # everything is still known to the next process
        async with bot_running(stage, tmp_path, DATABASE_URL=url):
            await stage.told(await stage.reply_by_button(card, "Another"), "Published")
            assert [row.content for row in await blog.comments(post)][1:] == ["Answer", "Another"]
            assert len([each for each in stage.channel.messages if each.embeds]) == 1


@pytest.mark.postgres
async def test_a_database_that_goes_away_is_told_twice_and_costs_nothing(
    sandbox_blog: SandboxBlog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blog = sandbox_blog
    with own_postgres() as server:
        async with staged(blog) as stage, bot_running(stage, tmp_path, DATABASE_URL=f"{server.address}/postgres"):
            await stage.add()
            await stage.announced(await blog.publish(title="Before", html="<p>x</p>"))
            caplog.clear()
            # Not at once: this server writes its last moments down late, and a crash would take them back.
            server.stop(signal.SIGINT)
            during = await blog.publish(title="Meanwhile", html="<p>x</p>")

            def said(action: str) -> list[str]:
                return [each for each in actions(caplog) if each == action]

            await stage.discord.until(lambda: said("database_unavailable"), PATIENCE, "a line about the database")
            answer = await stage.olga.command("blog list")
            assert "database cannot be reached" in answer.text
            # Each loop comes round once a second, and the hubs' every five.
            await asyncio.sleep(6)
            server.start()
            await stage.announced(during)
            assert len(said("database_unavailable")) == len(said("database_available")) == 1
            assert [each.getMessage() for each in caplog.records if each.exc_info] == []
            titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
            assert sorted(titles) == ["Before", "Meanwhile"]


async def test_a_full_disk_is_told_twice_and_costs_nothing(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage:
        bot = BotProcess(stage.discord, tmp_path)
        await bot.start()
        await stage.discord.wait_ready(2 * PATIENCE)
        await stage.add()
        await stage.announced(await blog.publish(title="Before", html="<p>x</p>"))
        before = len(bot.log)
        # Its log goes on, its database does not.
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (before + 4000, resource.RLIM_INFINITY))
        during = await blog.publish(title="Meanwhile", html="<p>x</p>")

        def said(action: str) -> int:
            return bot.log.count(f"action={action}")

        async with asyncio.timeout(PATIENCE):
            while not said("database_unavailable"):  # noqa: ASYNC110 - of a process of its own nobody tells an event
                await asyncio.sleep(0.05)
        refused = await stage.olga.command("blog filter", blog=await stage.blog_option("blog filter"), exclude="x")
        assert "cannot be written to" in refused.text
        listed = await stage.olga.command("blog list")
        assert "active" in listed.text
        # Each loop comes round once a second, and the hubs' every five.
        await asyncio.sleep(6)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await stage.announced(during)
        assert await bot.stop() == 0
        assert said("database_unavailable") == said("database_available") <= 3
        assert "Traceback" not in bot.log
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert sorted(titles) == ["Before", "Meanwhile"]


async def test_closed_direct_messages_switch_an_alert_off_with_one_notice(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    await blog.add_user("ada", role="author", display_name="Ada")
    await blog.publish(title="First", html="<p>x</p>", author="ada")
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        option = await stage.blog_option("blog show")
        unknown = await stage.ada.command("alerts on", blog=option, author="Nobody")
        assert "Ada" in unknown.text
        names = await stage.ada.autocomplete("alerts on", option="author", value="ad", blog=option)
        assert [name for name, _ in names] == ["Ada"]
        await stage.ada.command("alerts on", blog=option, author="ada")
        await stage.ada.command("alerts on", blog=option)
        post = await blog.publish(title="By Ada", html="<p>x</p>", author="ada")
        thread = await stage.thread_of(post)
        await blog.comment(post, author="Ann", text="Seen?")
        await stage.discord.until(lambda: stage.ada.dms, PATIENCE, "an alert")
        (alert,) = stage.ada.dms
        assert "Seen?" in alert.text
        assert str(thread.id) in str(alert.components)
        assert "#comment-" in str(alert.components)

        stage.ada.close_dms()
        for text in ("one", "two", "three"):
            await blog.comment(post, author="Ann", text=text)
        notice = await stage.discord.until(
            lambda: next((each for each in thread.messages if "Alerts are off" in each.text), None),
            PATIENCE,
            "the notice",
        )
        assert notice.pings == [stage.ada]
        last = await blog.comment(post, author="Ann", text="four")
        await stage.mirrored(last, thread)
        assert len([each for each in thread.messages if "Alerts are off" in each.text]) == 1
        assert "off" in (await stage.ada.command("alerts show")).text
        assert len(stage.ada.dms) == 1


async def test_a_lost_channel_parks_and_resume_brings_what_waited(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        option = await stage.blog_option("blog show")
        stage.guild.deny_bot(stage.channel, "SEND_MESSAGES", "VIEW_CHANNEL")
        posts = [await blog.publish(title=f"Waiting {number}", html="<p>x</p>") for number in range(2)]
        elsewhere = stage.guild.add_channel("elsewhere")

        async def parked() -> bool:
            shown = await stage.olga.command("blog show", blog=option, where=elsewhere)
            return "may not" in shown.text or "cannot" in shown.text or "Grant" in shown.text

        await _eventually(parked)
        refused = [each for each in stage.discord.requests if each[2] == 403]
        assert len(refused) <= 3, "a channel that said no must not be asked again and again"
        stage.guild.allow_bot(stage.channel, "SEND_MESSAGES", "VIEW_CHANNEL")
        await stage.olga.command("blog resume", blog=option, where=elsewhere)
        for post in posts:
            await stage.announced(post)
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert titles == ["Waiting 0", "Waiting 1"]
        assert not await parked()


async def test_pause_and_resume_post_nothing_of_the_time_between(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        option = await stage.blog_option("blog show")
        await stage.olga.command("blog pause", blog=option)
        await blog.publish(title="Between", html="<p>x</p>")
        await stage.olga.command("blog resume", blog=option, timeout=PATIENCE)
        after = await blog.publish(title="After", html="<p>x</p>")
        await stage.announced(after)
        assert [each.embeds[0]["title"] for each in stage.channel.messages if each.embeds] == ["After"]


async def test_discord_away_and_the_blog_failing_lose_nothing(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        stage.discord.away()
        posts = [await blog.publish(title=f"Meanwhile {number}", html="<p>x</p>") for number in range(2)]
        before = len(blog.requests)
        blog.faults.status("/feed/*", 500, times=2)
        await _eventually(lambda: _true_when(len(blog.requests) > before + 4))
        stage.discord.come_back()
        for post in posts:
            await stage.thread_of(post)
        assert len([each for each in stage.channel.messages if each.embeds]) == 2


async def test_a_second_guild_starts_silently_and_takes_nothing_from_the_first(
    sandbox_blog: SandboxBlog, tmp_path: Path
) -> None:
    blog = sandbox_blog
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        other = stage.discord.add_guild("Others")
        channel = other.add_channel("news")
        max_ = stage.discord.add_person("Max", other, admin=True)
        await stage.add()
        await stage.connect()
        first = await blog.publish(title="First", html="<p>x</p>")
        card = await stage.announced(first)
        found = await max_.command("blog add", url=blog.url, channel=channel, timeout=PATIENCE)
        await max_.press(found, "Start", timeout=PATIENCE)
        second = await blog.publish(title="Second", html="<p>x</p>")
        await stage.announced(second)
        await stage.discord.until(lambda: channel.messages, PATIENCE, "the second entry in the second guild")
        # a reply of the first guild is a comment like any other in the second
        await stage.told(await stage.reply_by_button(card, "Hello from the first", first=True), "Published")
        await stage.discord.until(
            lambda: any("Hello from the first" in each.text for thread in channel.threads for each in thread.messages),
            PATIENCE,
            "the first guild's reply in the second",
        )
        titles = [message.embeds[0]["title"] for message in channel.messages if message.embeds]
        assert titles == ["Second", "First"]
        assert "Reply on the blog" not in channel.messages[0].buttons


async def _true_when(value: bool) -> bool:
    return value


async def _eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again."""
    async with asyncio.timeout(PATIENCE):
        # What is asked has no event of its own.
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.3)
