"""The whole bot between a sandbox Discord and a blog, and the people who use it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord as discord_py

from bot import app
from bot.settings import read_settings
from sandbox.blog.interface import Blog, Comment, Post
from sandbox.discord import Answer, Channel, Message, Modal, SandboxDiscord, Thread
from sandbox.discord.guilds import SandboxGuild
from sandbox.discord.person import Person
from tests.databases import migrated_sqlite

#: A bound for conditions, most of which are met in a second. What left a feed is looked for twice, ten seconds apart,
#: and a real WordPress beside other tests takes some seconds for one page.
PATIENCE = 30.0


@dataclass
class Stage:
    """A guild with an admin, a member and an author; one blog; a channel for it."""

    discord: SandboxDiscord
    blog: Blog
    guild: SandboxGuild
    channel: Channel
    olga: Person
    mia: Person
    ada: Person

    async def add(self, *, start: bool = True, **options: object) -> Answer:
        """``/blog add``, and Start."""
        answer = await self.olga.command(
            "blog add", url=self.blog.url, channel=self.channel, timeout=PATIENCE, **options
        )
        if not start:
            return answer
        started = await self.olga.press(answer, "Start", timeout=PATIENCE)
        assert isinstance(started, Answer)
        await started.wait_until(lambda shown: "Start" not in shown.buttons, timeout=PATIENCE)
        return started

    async def connect(self, *, role: str = "subscriber", mode: str = "menu") -> Answer:
        """Give the bot an account on the blog and switch replies on."""
        await self.blog.add_user("bridge", role=role)
        password = await self.blog.application_password("bridge")
        answer = await self.connect_with("bridge", password)
        await self.olga.command("relay mode", blog=await self.blog_option("relay mode"), mode=mode)
        return answer

    async def connect_with(self, username: str, password: str) -> Answer:
        """``/relay connect`` by the form."""
        offered = await self.olga.command(
            "relay connect", blog=await self.blog_option("relay connect"), timeout=PATIENCE
        )
        if "Replace" in offered.buttons:
            replaced = await self.olga.press(offered, "Replace")
            assert isinstance(replaced, Answer)
            offered = replaced
        form = await self.olga.press(offered, "Enter an application password")
        return await self.olga.submit(form, username=username, password=password, timeout=PATIENCE)

    async def blog_option(self, words: str) -> str:
        """Pick the only blog from the list, as a person would."""
        choices = await self.olga.autocomplete(words, option="blog", value="")
        assert len(choices) == 1, choices
        return str(choices[0][1])

    async def announced(self, post: Post) -> Message:
        """Wait for a post's message."""

        def stands() -> Message | None:
            starters = [thread.messages[0] for thread in self.channel.threads if thread.messages]
            for message in (*self.channel.messages, *starters):
                if message.embeds and message.embeds[0].get("url") == post.link:
                    return message
            return None

        found = await self.discord.until(stands, PATIENCE, f"a message for {post.link}")
        assert isinstance(found, Message)
        return found

    async def thread_of(self, post: Post) -> Thread:
        """Wait for a post's thread."""
        message = await self.announced(post)
        found = await self.discord.until(
            lambda: next((each for each in self.channel.threads if each.id == message.id), None),
            PATIENCE,
            f"a thread for {post.title}",
        )
        assert isinstance(found, Thread)
        return found

    async def mirrored(self, comment: Comment, where: Channel) -> Message:
        """Wait for a comment's message."""
        found = await self.discord.until(
            lambda: next((each for each in where.messages if f"comment-{comment.id}" in str(each.embeds)), None),
            PATIENCE,
            f"a message for comment {comment.id}: {comment.content!r}",
        )
        assert isinstance(found, Message)
        return found

    async def reply_by_button(self, message: Message, text: str, *, first: bool = False) -> Answer:
        """Answer a card on the blog; returns the ephemeral answer, which tells the result later."""
        form = await self.press_reply(message)
        assert isinstance(form, Modal), form
        if first:
            preview = await self.mia.submit(form, text=text, name="Mia", consent=True)
        else:
            preview = await self.mia.submit(form, text=text)
        return await self.publish(preview)

    async def press_reply(self, message: Message) -> Answer | Modal:
        """Press the button under a card; a busy machine may be too slow for Discord, and then it says so."""
        while True:
            shown = await self.mia.press(message, "Reply on the blog")
            if isinstance(shown, Modal) or "try again in a minute" not in shown.text:
                return shown

    async def publish(self, preview: Answer) -> Answer:
        """Press Publish on a preview."""
        published = await self.mia.press(preview, "Publish")
        assert isinstance(published, Answer)
        return published

    async def told(self, answer: Answer, words: str) -> str:
        """Wait until an ephemeral answer says something."""
        await answer.wait_until(lambda shown: words in shown.text, timeout=PATIENCE)
        return answer.text


@contextlib.asynccontextmanager
async def staged(blog: Blog, **discord_options: object) -> AsyncIterator[Stage]:
    """Set the stage; at its end the sandbox says whether the bot sent anything that Discord refuses."""
    async with SandboxDiscord.running(**discord_options) as discord:
        guild = discord.add_guild("Stargazers")
        yield Stage(
            discord=discord,
            blog=blog,
            guild=guild,
            channel=guild.add_channel("blog"),
            olga=discord.add_person("Olga", guild, admin=True),
            mia=discord.add_person("Mia", guild),
            ada=discord.add_person("Ada", guild),
        )
        discord.assert_valid()


@contextlib.asynccontextmanager
async def bot_running(stage: Stage, folder: Path, **settings: str) -> AsyncIterator[None]:
    """Run the whole bot in this process, over real sockets."""
    environment = {
        "DISCORD_TOKEN": stage.discord.token,
        "DISCORD_API_URL": stage.discord.api_url,
        "DATABASE_URL": f"sqlite://{folder / 'backchannel.db'}",
        "SECRET_KEY": "for tests",
        "OUTBOUND_ALLOW": "127.0.0.0/8",
        "POLL_INTERVAL_MIN": "1s",
        "POLL_INTERVAL_MAX": "1s",
        "HTTP_PORT": "0",
        **settings,
    }
    kept = folder / "backchannel.db"
    if not kept.exists():
        kept.write_bytes(migrated_sqlite())
    stop = asyncio.Event()
    base, gateway = discord_py.http.Route.BASE, discord_py.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    running = asyncio.create_task(app.serve(read_settings(environment), stage.discord.token, stop))
    ready = asyncio.create_task(stage.discord.wait_ready(2 * PATIENCE))
    try:
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            ready.cancel()
            await running
        await ready
        yield
    finally:
        stop.set()
        await running
        discord_py.http.Route.BASE = base
        discord_py.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
