"""The command line as a person uses it: each command in a process of its own."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from tests.webserver import serving

PROJECT = Path(__file__).resolve().parent.parent


async def bot(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run ``python -m bot``; returns status, output and error output."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = {**kept, "PYTHONPATH": str(PROJECT), "OUTBOUND_ALLOW": "127.0.0.0/8", **settings}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment, stdout=-1, stderr=-1
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_preview_shows_a_blog_without_any_discord(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    post = await sandbox_blog.publish(title="Seen from afar", html="<p>Some <b>words</b>.</p>")
    remark = await sandbox_blog.comment(post, author="Ben", text="Hello")
    await sandbox_blog.comment(post, author="Ann", text="Hello Ben", parent=remark.id)
    status, out, _ = await bot(tmp_path, "preview", sandbox_blog.url)
    assert status == 0
    for seen in ("Seen from afar", post.link, "Some words.", "Ben", "Hello Ben", "comment system: WordPress"):
        assert seen in out
    status, out, _ = await bot(tmp_path, "preview", sandbox_blog.url, "--json")
    assert status == 0
    look = json.loads(out)
    assert look["found"]["system"] == "wordpress"
    assert [each["system"] for each in look["systems"]] == ["wordpress"]
    assert look["candidates"][0]["url"] == look["found"]["entries"]["url"]
    assert look["push"] is None
    assert look["entries"][0]["title"] == "Seen from afar"
    assert [each["author"] for each in look["comments"]] == ["Ben", "Ann"]
    assert "T" in look["entries"][0]["timestamp"]
    assert os.listdir(tmp_path) == [], "a look keeps nothing"


RSS = """<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel><title>Notes</title>
<item><title>Caf\xe9 & more</title><link>{url}/one?token=hush</link><guid>one</guid>
<pubDate>Tue, 10 Mar 2026 10:00:00 GMT</pubDate><description>Some <b>words</description></item>
<item><title>Two</title><link>{url}/two</link><guid>two</guid></item></channel></rss>"""


async def test_preview_traces_each_request_and_decision_without_a_secret(tmp_path: Path) -> None:
    async with serving() as server:
        page = f'<!DOCTYPE html><link rel="alternate" type="application/rss+xml" href="{server.url}/old?token=hush">'
        server.serve("/", page)
        server.redirect("/old", "/feed?token=hush", status=301)
        feed = RSS.format(url=server.url).encode("windows-1252")
        server.serve("/feed", feed, headers={"Content-Type": "application/rss+xml"})
        status, out, err = await bot(tmp_path, "preview", server.url, "--trace")
        assert status == 0
        assert (status, out) == (await bot(tmp_path, "preview", server.url))[:2], "the answer is the same"
        where = server.url
    stages = [
        f"action=http_answer method=GET url={where} status=200",
        f"action=page_found url={where} links=1",
        f"action=http_answer method=GET url={where}/old status=301",
        f"action=http_answer method=GET url={where}/feed status=200 bytes={len(feed)} content_type=application/rss+xml",
        f"action=document_parsed url={where}/feed kind=entries",
        'parsed_as="cp1252, rss20, lenient parser after SAXParseException" items=2 entries=2 comments=0',
        f'action=item_read uid=one link={where}/one published_at="2026-03-10 10:00:00+00:00"',
        f"action=item_read uid=two link={where}/two",
        f"action=blog_found entries={where}/feed",
    ]
    at = 0
    for stage in stages:
        assert stage in err[at:], f"{stage}\n{err}"
        at = err.index(stage, at)
    assert "hush" not in err


async def test_preview_traces_why_no_feed_was_found(tmp_path: Path) -> None:
    async with serving() as server:
        server.serve("/", '<!DOCTYPE html><link rel="alternate" type="application/rss+xml" href="/feed">')
        server.serve("/feed", "<p>It moved.")
        status, _, err = await bot(tmp_path, "preview", server.url, "--trace")
        where = server.url
    assert status == 1
    assert f"action=document_refused url={where}/feed kind=entries why=not_a_feed" in err
    assert f"action=feed_ruled_out url={where}/feed why=NotAFeed" in err


async def test_preview_says_in_a_sentence_what_is_wrong(tmp_path: Path) -> None:
    status, out, err = await bot(tmp_path, "preview", "http://127.0.0.1:9/")
    assert (status, out) == (1, "")
    assert "127.0.0.1" in err
    assert "Traceback" not in err


async def test_preview_of_a_private_address_names_the_setting_that_allows_it(tmp_path: Path) -> None:
    status, out, err = await bot(tmp_path, "preview", "http://127.0.0.1:8099/", OUTBOUND_ALLOW="")
    assert (status, out) == (1, "")
    assert "OUTBOUND_ALLOW=127.0.0.1/32" in err
    assert len(err.strip().splitlines()) == 1


async def test_preview_reads_as_plain_text_in_a_terminal(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    html = f"""<p>Some <b>bold_words</b> and <a href="{sandbox_blog.url}about">a page</a>, 2 * 3 * 4.</p>
<p><img src="/boat.jpg" alt="A boat"></p><blockquote>Said <em>so</em>.</blockquote><pre>x = *p</pre>"""
    post = await sandbox_blog.publish(title="A *starred* [title]", html=html)
    remark = await sandbox_blog.comment(post, author="Ben_B", text="Hello")
    await sandbox_blog.comment(post, author="Ann", text="Hello Ben", parent=remark.id)
    status, out, _ = await bot(tmp_path, "preview", sandbox_blog.url)
    assert status == 0
    for seen in (
        "* A *starred* [title]",
        f"Some bold_words and a page ({sandbox_blog.url}about), 2 * 3 * 4.",
        f"picture: {sandbox_blog.url}boat.jpg",
        "> Said so.",
        "x = *p",
        "* Ben_B on “A *starred* [title]”,",
        "* Ann on “A *starred* [title]”, in reply to Ben_B,",
    ):
        assert seen in out
    for markdown in ("**", "\\", "](", "-#", "[A boat]", "\u200b"):
        assert markdown not in out


async def test_run_without_a_token_says_where_to_get_one(tmp_path: Path) -> None:
    status, _, err = await bot(tmp_path, "run")
    assert status == 2
    assert len(err.strip().splitlines()) == 1
    assert "discord.com/developers" in err
    assert "make demo" in err


async def test_run_names_every_problem_at_once(tmp_path: Path) -> None:
    status, _, err = await bot(tmp_path, "run", DISCORD_TOKEN="a b", HTTP_PORT="x", LOG_LEVEL="loud")
    assert status == 2
    assert len(err.strip().splitlines()) == 3


async def test_migrate_may_be_repeated(tmp_path: Path) -> None:
    status, _, err = await bot(tmp_path, "migrate")
    assert status == 0
    assert "was brought up to date. action=migrated" in err
    status, _, err = await bot(tmp_path, "migrate")
    assert status == 0
    assert "is up to date" in err


@pytest.mark.parametrize("arguments", [["--help"], ["preview", "--help"]])
async def test_help(tmp_path: Path, arguments: list[str]) -> None:
    status, out, _ = await bot(tmp_path, *arguments)
    assert status == 0
    assert "usage" in out
