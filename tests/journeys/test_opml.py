"""Choosing among feeds, and lists of feeds in and out, over real sockets and through a kill."""

import asyncio
import re
from pathlib import Path

from aiohttp import web

from bot.model.opml import ListedFeed
from bot.rules.opml import parse_opml
from sandbox.blog.blog import SandboxBlog
from sandbox.discord import Answer, Message, Person
from sandbox.process import BotProcess
from tests.databases import migrated_sqlite
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged
from tests.webserver import WebServer, serving

_RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>{url}/{path}/</link>'
    "<item><title>Old</title><link>{url}/{path}/1</link></item></channel></rss>"
)
_LINK = '<link rel="alternate" type="application/rss+xml" title="{title}" href="/{path}.rss">'


def serve_feeds(server: WebServer, **titles: str) -> None:
    """Serve feeds by path, each with a page of its own that names it, and a front page that names them all."""
    for path, title in titles.items():
        feed = _RSS.format(title=title, url=server.url, path=path)
        server.serve(f"/{path}.rss", feed, headers={"Content-Type": "application/rss+xml"})
        page = f"<html><head>{_LINK.format(title=title, path=path)}</head></html>"
        server.serve(f"/{path}/", page, headers={"Content-Type": "text/html"})
    links = "".join(_LINK.format(title=title, path=path) for path, title in titles.items())
    server.serve("/", f"<html><head>{links}</head></html>", headers={"Content-Type": "text/html"})


def opml(server: WebServer, *paths: str) -> bytes:
    feeds = "".join(f'<outline text="{path}" xmlUrl="{server.url}/{path}.rss"/>' for path in paths)
    return f'<opml version="2.0"><body><outline text="Paper &amp; ink">{feeds}</outline></body></opml>'.encode()


def reports(person: Person) -> list[Message]:
    """The direct messages that end a list; on a slow machine one that shows how far it is comes before."""
    return [each for each in person.dms if re.fullmatch(r"[0-9]+ feeds? of your list", str(each.embeds[0]["title"]))]


async def blogs(stage: Stage) -> str:
    return (await stage.olga.command("blog list", where=stage.channel)).text


async def import_list(stage: Stage, data: bytes) -> Answer:
    file = stage.olga.attach("feeds.opml", data)
    shown = await stage.olga.command("blog import", file=file, channel=stage.channel, where=stage.channel)
    started = await stage.olga.press(shown, "Start", timeout=PATIENCE)
    assert isinstance(started, Answer)
    return started


async def reported(stage: Stage, count: int = 1) -> str:
    await stage.discord.until(lambda: len(reports(stage.olga)) >= count, PATIENCE, "a report")
    return reports(stage.olga)[-1].text


async def test_another_feed_than_the_first_is_chosen(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, serving() as web, bot_running(stage, tmp_path):
        serve_feeds(web, all="All notes", ink="Notes on ink")
        found = await stage.olga.command("blog add", url=web.url, channel=stage.channel, timeout=PATIENCE)
        assert "1 more was found" in found.text
        (menu,) = [part for part in found.message.parts if part["type"] == 3]
        assert [option["label"] for option in menu["options"]] == ["All notes", "Notes on ink"]
        other = await stage.olga.select(found, menu["custom_id"], "Notes on ink", timeout=PATIENCE)
        assert isinstance(other, Answer)
        assert f"{web.url}/ink.rss" in other.text
        started = await stage.olga.press(other, "Start", timeout=PATIENCE)
        assert isinstance(started, Answer)
        assert "Started: **Notes on ink**" in started.text


async def test_what_one_server_exports_another_imports(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, serving() as web, bot_running(stage, tmp_path):
        serve_feeds(web, ink="Notes on ink", glue="Glue & more")
        await import_list(stage, opml(web, "ink", "glue", "gone"))
        report = await reported(stage)
        assert "2 started, 1 failed" in report
        assert "gone" in report
        assert "404" in report
        exported = await stage.olga.command("blog export", where=stage.channel)
        (file,) = exported.files
        first = parse_opml(file.data)
        assert set(first) == {
            ListedFeed(url=f"{web.url}/{path}.rss", title=title, home_url=f"{web.url}/{path}/", folder=("Paper & ink",))
            for path, title in (("ink", "Notes on ink"), ("glue", "Glue & more"))
        }
        elsewhere = stage.discord.add_guild("Elsewhere")
        olga, channel = stage.discord.add_person("Olga", elsewhere, admin=True), elsewhere.add_channel("blog")
        given = olga.attach(file.name, file.data)
        shown = await olga.command("blog import", file=given, channel=channel, where=channel)
        assert "2 feeds in 1 folder" in shown.text
        await olga.press(shown, "Start", timeout=PATIENCE)
        await stage.discord.until(lambda: reports(olga), PATIENCE, "a report")
        assert "2 started" in reports(olga)[0].text
        (second,) = (await olga.command("blog export", where=channel)).files
        assert set(parse_opml(second.data)) == set(first)


async def test_a_list_goes_on_after_the_process_was_killed(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, serving() as server:
        serve_feeds(server, ink="Notes on ink", glue="Glue", wax="Wax")
        reached, go_on = asyncio.Event(), asyncio.Event()
        feed = _RSS.format(title="Glue", url=server.url, path="glue")

        async def slow(request: web.Request) -> web.Response:
            reached.set()
            await go_on.wait()
            return web.Response(text=feed, content_type="application/rss+xml")

        server.on("/glue.rss", slow)
        (tmp_path / "backchannel.db").write_bytes(migrated_sqlite())
        bot = BotProcess(stage.discord, tmp_path)
        await bot.start()
        await stage.discord.wait_ready(PATIENCE)
        started = await import_list(stage, opml(server, "ink", "glue", "wax"))
        async with asyncio.timeout(PATIENCE):
            await reached.wait()
        await bot.kill()
        go_on.set()
        await bot.start()
        await stage.discord.wait_ready(PATIENCE)
        assert "3 started" in await reported(stage)
        progress = await stage.olga.press(started, "Progress")
        assert isinstance(progress, Answer)
        assert "3 started" in progress.text
        for title in ("Notes on ink", "Glue", "Wax"):
            assert (await blogs(stage)).count(title) == 1
        await bot.stop()
        assert len(reports(stage.olga)) == 1
