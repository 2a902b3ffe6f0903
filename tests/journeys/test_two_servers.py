"""Two servers on one bot, and two blogs on one host: a neighbour's page changes nothing of a blog."""

import json
from pathlib import Path
from types import SimpleNamespace

from sandbox.discord import Answer, Channel
from sandbox.discord.person import Person
from tests.journeys.stage import PATIENCE, bot_running, staged
from tests.webserver import WebServer, serving

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}
FEED = (
    "<rss version='2.0'><channel><title>Victim's notes</title><link>{home}</link>"
    "<item><title>One</title><guid>{home}one/</guid><link>{home}one/</link></item></channel></rss>"
)


def serve_page(server: WebServer, path: str, api_root: str) -> None:
    server.serve(
        path,
        "<!doctype html><html><head><title>Page</title>"
        f'<link rel="alternate" type="application/rss+xml" href="{server.url}/~victim/feed/">'
        f'<link rel="https://api.w.org/" href="{api_root}"></head></html>',
        headers=HTML,
    )


def serve_api(server: WebServer, root: str) -> None:
    account = {"id": 1, "name": "bridge", "roles": ["subscriber"], "capabilities": {"read": True}}
    server.serve(root, json.dumps({"namespaces": ["wp/v2"], "authentication": []}), headers=JSON)
    server.serve(f"{root}wp/v2/comments", "[]", headers=JSON)
    server.serve(f"{root}wp/v2/users/me", json.dumps(account), headers=JSON)


async def add(person: Person, url: str, channel: Channel) -> Answer:
    """``/blog add``, and Start."""
    found = await person.command("blog add", url=url, channel=channel, where=channel, timeout=PATIENCE)
    started = await person.press(found, "Start", timeout=PATIENCE)
    assert isinstance(started, Answer)
    await started.wait_until(lambda shown: "Start" not in shown.buttons, timeout=PATIENCE)
    return started


async def test_a_neighbours_page_changes_nothing_and_a_real_change_is_told(tmp_path: Path) -> None:
    async with serving() as server:
        victims, eves = f"{server.url}/~victim/", f"{server.url}/~eve/"
        server.serve("/~victim/feed/", FEED.format(home=victims))
        serve_page(server, "/~victim/", f"{victims}wp-json/")
        serve_page(server, "/~eve/", f"{eves}wp-json/")
        for root in ("/~victim/wp-json/", "/~eve/wp-json/", "/~victim/api/"):
            serve_api(server, root)
        blog = SimpleNamespace(url=victims)
        async with staged(blog) as stage, bot_running(stage, tmp_path):  # type: ignore[arg-type]
            there = stage.discord.add_guild("Eve's")
            eve, channel = stage.discord.add_person("Eve", there, admin=True), there.add_channel("notes")
            await stage.add()
            assert "Connected" in (await stage.connect_with("bridge", "abcd efgh ijkl mnop")).content

            assert "Victim's notes" in (await add(eve, eves, channel)).text
            shown = await stage.olga.command("blog show", blog=await stage.blog_option("blog show"))
            assert "(connected)" in shown.text
            assert stage.olga.dms == []
            asked = [request for request in server.requests if "Authorization" in request.headers]
            assert asked
            assert {request.path.split("/")[1] for request in asked} == {"~victim"}
            assert not [path for path in server.paths if path.startswith("/~eve/wp-json")]

            # The blog's own page names another address: the password is gone, and was not sent there.
            serve_page(server, "/~victim/", f"{victims}api/")
            await add(eve, victims, there.add_channel("more-notes"))
            told = await stage.discord.until(lambda: stage.olga.dms, PATIENCE, "the notice")
            assert "/relay connect" in told[0].text
            shown = await stage.olga.command("blog show", blog=await stage.blog_option("blog show"))
            assert "(not connected)" in shown.text
            asked = [request for request in server.requests if "Authorization" in request.headers]
            assert not [request for request in asked if request.path.startswith("/~victim/api/")]
