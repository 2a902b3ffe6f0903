"""A demonstration of the bot's main job: every line shows a state that was read back from the Discord or the blog.

It acts for the people (admin, author, reader, member); the bot does the rest by itself.
"""

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.interface import Comment, Post
from sandbox.discord import Answer, Message, Modal, SandboxDiscord, Thread
from sandbox.page import sample
from sandbox.page.server import PageServer
from sandbox.page.stage import Stage
from sandbox.process import BotProcess

_PATIENCE = 20.0
#: A first start on a small machine that has other things to do.
_START_PATIENCE = 60.0


class StepFailed(Exception):
    """Raised when a step has no visible result in time."""


def _say(text: str) -> None:
    print(text, flush=True)


@contextlib.asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Start a Discord, a blog and the bot, without any set-up."""
    async with (
        SandboxDiscord.running() as discord,
        SandboxBlog.running(title="The Observatory") as blog,
    ):
        guild = discord.add_guild("Stargazers")
        channel = guild.add_channel("blog")
        guild.add_channel("news")
        guild.add_channel("posts", kind="forum")
        guild.add_role("Night owls", mentionable=True)
        stage = Stage(
            discord=discord,
            blog=blog,
            bot=BotProcess(discord, folder, {"LOG_FORMAT": "json", **_web_side()}),
            guild=guild,
            channel=channel,
            olga=discord.add_person("Olga", guild, admin=True),
            ada=discord.add_person("Ada", guild),
            mia=discord.add_person("Mia", guild),
        )
        await stage.bot.start()
        try:
            yield stage
        finally:
            await stage.bot.stop()


def _web_side() -> dict[str, str]:
    """Return settings with a fixed address of the bot's web server, so that it stays the same after a restart."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return {"HTTP_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}


async def demonstrate(*, once: bool, port: int = 0) -> int:
    """Run the demonstration, with the page unless `once`; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="backchannel-") as name:
        async with staged(Path(name)) as stage:
            if once:
                return await _play(stage)
            async with PageServer(stage).running(port) as page:
                status = await _play(stage, sample.talk_on)
                if status == 0:
                    # Only now, as the page opens at a published reply.
                    _open_browser(page.url)
                    _say(_addresses(stage.discord, stage.blog, page.url))
                    await asyncio.Event().wait()
                return status


def _open_browser(url: str) -> None:
    """Open the page in a browser, from a terminal with a screen and never in CI."""
    screen = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if screen and sys.stdout.isatty() and not os.environ.get("CI"):
        webbrowser.open(url)


async def serve(discord_port: int, blog_port: int) -> int:
    """Serve a Discord with a guild and people, and a blog with a post, until Ctrl-C."""
    async with (
        SandboxDiscord.running(discord_port) as discord,
        SandboxBlog.running(port=blog_port, title="The Observatory") as blog,
    ):
        guild = discord.add_guild("Stargazers")
        guild.add_channel("blog")
        guild.add_channel("news")
        guild.add_channel("posts", kind="forum")
        discord.add_person("Olga", guild, admin=True)
        discord.add_person("Mia", guild)
        await blog.add_user("ada", role="author", display_name="Ada")
        await sample.publish_open(blog)
        _say(_addresses(discord, blog))
        await asyncio.Event().wait()
    return 0


def _addresses(discord: SandboxDiscord, blog: SandboxBlog, page: str = "") -> str:
    root = discord.api_url.removesuffix("/api/v10")
    act = json.dumps({"as": "Mia", "do": "post", "channel": "blog", "content": "hi"})
    bot = f"DISCORD_API_URL={discord.api_url} DISCORD_TOKEN={discord.token} OUTBOUND_ALLOW=127.0.0.0/8"
    shown = f"\n  See it work:     {page}" if page else ""
    return f"""{shown}
  The blog:        {blog.url}
  Discord's world: {root}/sandbox/world
  act as a person: curl {root}/sandbox/act -d '{act}'
  a bot of yours:  {bot} POLL_INTERVAL_MIN=2s make run

Ctrl-C ends it."""


TalkOn = Callable[[SandboxBlog, Post, Comment], Awaitable[None]]


async def _play(stage: Stage, talk_on: TalkOn | None = None) -> int:
    """Run all steps; return the exit status."""
    began = time.monotonic()
    _say("A Discord and a blog are up on this machine, and the bot is starting.")
    try:
        await stage.discord.wait_ready(_START_PATIENCE)
        _say("  ✓ the bot is connected and has registered its commands")
        await set_up(stage, _say)
        await _discuss(stage, talk_on)
        stage.discord.assert_valid()
    except (StepFailed, LookupError, ValueError, AssertionError, TimeoutError) as error:
        _say(f"  ✗ {error}\n\nThe bot's log ends with:\n{stage.bot.log[-3000:]}")
        return 1
    _say(f"\nEvery step was seen, in {time.monotonic() - began:.1f} s.")
    return 0


async def _discuss(stage: Stage, talk_on: TalkOn | None) -> None:
    post = await sample.publish_open(stage.blog)
    thread = await _see_post(stage, post)
    remark = await stage.blog.comment(post, author="Ben", text="A comet! Which year was that?")
    mirrored = await _see_comment(stage, thread, remark, parent=None)
    answer = await stage.blog.comment(post, as_user="ada", text="The page says 1843.", parent=remark.id)
    await _see_comment(stage, thread, answer, parent=mirrored)
    if talk_on:
        await talk_on(stage.blog, post, answer)
    await _see_alert(stage, "Ben")
    await _reply(stage, post, mirrored, remark)


async def set_up(stage: Stage, say: Callable[[str], None]) -> None:
    """Do the set-up of an admin and an author; the bot must be ready."""
    await stage.blog.configure(flood_seconds=0, disallowed_words=["casino"])
    await stage.blog.add_user("ada", role="author", display_name="Ada")
    await sample.publish_closed(stage.blog)
    stage.known_posts |= stage.blog.state.posts.keys()
    stage.known_comments |= stage.blog.state.rows.keys()
    await stage.blog.add_user("bridge", role="subscriber")
    password = await stage.blog.application_password("bridge")
    found = await stage.olga.command("blog add", url=stage.blog.url, channel=stage.channel)
    say(f"  ✓ /blog add found: {_first_line(found)}")
    started = await stage.olga.press(found, "Start")
    say(f"  ✓ Start: {_first_line(started)}")
    connect = await stage.olga.command("relay connect", blog="The Observatory")
    form = await stage.olga.press(connect, "Enter an application password")
    connected = await stage.olga.submit(form, username="bridge", password=password)
    say(f"  ✓ /relay connect: {_first_line(connected)}")
    mode = await stage.olga.command("relay mode", blog="The Observatory", mode="menu")
    say(f"  ✓ /relay mode: {_first_line(mode)}")
    alerts = await stage.ada.command("alerts on", blog="The Observatory", author="Ada")
    say(f"  ✓ /alerts on: {_first_line(alerts)}")


async def _see_post(stage: Stage, post: Post) -> Thread:
    def stands() -> Thread | None:
        for message in stage.channel.messages:
            for thread in stage.channel.threads:
                if post.title in message.text and thread.id == message.id:
                    return thread
        return None

    thread: Thread = await stage.discord.until(stands, _PATIENCE, f"the post {post.title!r} in #blog, with a thread")
    _say(f"  ✓ the post stands in #{stage.channel.name} and has the thread “{thread.name}”")
    return thread


async def _see_comment(stage: Stage, thread: Thread, comment: Comment, *, parent: Message | None) -> Message:
    def stands() -> Message | None:
        for message in thread.messages:
            if f"#comment-{comment.id}" in str(message.embeds) and message.reference is parent:
                return message
        return None

    what = f"{comment.author}'s comment in the thread" + (" as a reply to its parent" if parent else "")
    message: Message = await stage.discord.until(stands, _PATIENCE, what)
    under = f", in reply to {_author(parent)}" if parent else ""
    _say(f"  ✓ {_author(message)}'s comment stands in the thread{under}: {_body(message)}")
    return message


async def _see_alert(stage: Stage, commenter: str) -> None:
    message: Message = await stage.discord.until(
        lambda: next((dm for dm in stage.ada.dms if commenter in dm.text), None), _PATIENCE, "an alert for Ada"
    )
    _say(f"  ✓ Ada was alerted by direct message: {message.embeds[0].get('title')}, by {_author(message)}")


async def _reply(stage: Stage, post: Post, message: Message, parent: Comment) -> None:
    form = await stage.mia.press(message, "Reply on the blog")
    preview = await stage.mia.submit(
        form, text="It must be the Great Comet of **March** 1843!", name="Mia", consent=True
    )
    _say("  ✓ Mia pressed Reply on the blog, and sees a preview that only she can see")
    published = await stage.mia.press(preview, "Publish")

    await stage.discord.until(lambda: "moderator" in published.text, _PATIENCE, "the blog's answer to Mia")
    _say(f"  ✓ the blog holds a newcomer's first comment, and Mia is told: {_first_line(published)}")
    rows = [row for row in await stage.blog.comments(post) if row.author == "Mia"]
    if [row.parent for row in rows] != [parent.id]:
        raise StepFailed(f"the blog has {rows!r} instead of one answer to comment {parent.id}")
    _say(f"  ✓ the blog has comment {rows[0].id} by {rows[0].author}, an answer to {parent.author}: {rows[0].content}")
    _say(f"  ✓ it links to its message in chat: {rows[0].author_url}")
    await stage.blog.moderate(rows[0].id, "approve")
    spoken = await stage.discord.until(
        lambda: next((each for each in message.channel.messages if "✅" in each.reactions and _link(each)), None),
        _PATIENCE,
        "the mark on Mia's reply, and its link",
    )
    _say(f"  ✓ approved: her reply in the thread carries ✅ and links to the comment: {_link(spoken)}")


def _first_line(shown: Answer | Modal) -> str:
    """Return the beginning of an answer for a terminal, without Discord's marks."""
    line = next((line.strip() for line in shown.text.splitlines() if line.strip()), "(nothing)")
    return re.sub(r"[*`]", "", re.sub(r"<#[0-9]+>", "#blog", line))


def _author(message: Message) -> str:
    return str(message.embeds[0].get("author", {}).get("name", "")) if message.embeds else ""


def _body(message: Message) -> str:
    return str(message.embeds[0].get("description", ""))


def _link(message: Message) -> str:
    return next((str(part["url"]) for part in message.parts if part.get("url")), "")
