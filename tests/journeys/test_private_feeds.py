"""A feed that only its address keeps private: nobody but its blog hears of the secret in it."""

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot import logs
from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged
from tests.journeys.test_health_and_metrics import free_port

SECRET = "hushhush"
RANDOM = "5ecdef0123456789abcdef0123456789"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as it is written at the level debug."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root, ours = logging.getLogger(), logging.getLogger("bot")
    kept, level, own = root.handlers[:], root.level, ours.level
    try:
        logs.set_up("debug", "text")
        yield written
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
        ours.setLevel(own)


async def test_a_secret_in_a_feeds_address_is_shown_logged_and_counted_nowhere(
    sandbox_blog: SandboxBlog, tmp_path: Path, logged: io.StringIO
) -> None:
    port = free_port()
    host = sandbox_blog.url.rstrip("/").removeprefix("http://")
    private = f"http://{host}/feed/?token={SECRET}&k={RANDOM}"
    async with (
        staged(sandbox_blog) as stage,
        aiohttp.ClientSession() as session,
        bot_running(stage, tmp_path, HTTP_PORT=str(port)),
    ):
        proposal = await stage.olga.command("blog add", url=private, channel=stage.channel, timeout=PATIENCE)
        said = [proposal.text]
        started = await stage.olga.press(proposal, "Start", timeout=PATIENCE)
        said.append(started.text)
        post = await stage.blog.publish(title="Members only", html="<p>x</p>")
        said.append((await stage.announced(post)).text)
        sandbox_blog.faults.status("*", 500, times=None)
        status = await failing(stage)
        said.append(status)
        said += [(await stage.olga.command(f"blog {each}", blog="1")).text for each in ("show", "filter")]
        said += [(await stage.olga.command("blog why", blog="1", entry=private)).text]
        said.append((await stage.olga.command("blog list")).text)
        said += [str(await stage.olga.autocomplete("blog show", option="blog", value=""))]
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            said.append(await response.text())
        said.append(logged.getvalue())
    assert any(SECRET in asked.path for asked in sandbox_blog.requests), "the blog itself is asked with it"
    assert "action=poll_failed" in said[-1]
    assert host in status
    for text in said:
        assert text
        assert SECRET not in text
        assert RANDOM not in text


async def failing(stage: Stage) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = await stage.olga.command("status")
            if "Last error" in shown.text:
                return shown.text
