"""The whole bot, as whoever watches it sees it: is it ready, and what has it done?"""

import asyncio
import socket
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import PATIENCE, bot_running, staged


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def numbers(session: aiohttp.ClientSession, url: str) -> dict[str, float]:
    """Every sample, by its name and the values of its labels, in the order of their names."""
    async with session.get(f"{url}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        text = await response.text()
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[":".join([sample.name, *(value for _, value in sorted(sample.labels.items()))])] = sample.value
    return found


async def answer_of(session: aiohttp.ClientSession, url: str, wanted: str) -> tuple[int, str]:
    """Ask until the answer is the wanted one; returns the last."""
    last = (0, "")
    for _ in range(200):
        async with session.get(url) as response:
            last = response.status, await response.text()
        if last[1] == wanted:
            break
        await asyncio.sleep(0.05)
    return last


async def test_readiness_and_numbers_follow_what_happens(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with (
        staged(sandbox_blog) as stage,
        aiohttp.ClientSession() as session,
        bot_running(stage, tmp_path, HTTP_PORT=str(port)),
    ):
        assert await answer_of(session, f"{url}/readyz", "ok") == (200, "ok")
        await stage.blog.configure(flood_seconds=0, comment_previously_approved=False)
        await stage.add()
        await stage.connect()
        post = await stage.blog.publish(title="Counted", html="<p>x</p>")
        card = await stage.announced(post)
        await stage.thread_of(post)
        # Discord stumbles once; the reply is said all the same.
        stage.discord.faults.fail("POST", r"/channels/\d+/messages$", status=503)
        await stage.told(await stage.reply_by_button(card, "Count me.", first=True), "Published")
        seen: dict[str, float] = {}
        async with asyncio.timeout(PATIENCE):
            while not seen.get("backchannel_deliveries_total:confirm_reply:done"):
                seen = await numbers(session, url)
        assert seen["backchannel_deliveries_total:announce_entry:done"] == 1
        assert seen["backchannel_deliveries_total:publish_reply:done"] == 1
        assert seen["backchannel_deliveries_total:post_reply:retry"] == 1
        assert seen["backchannel_errors_total:TemporaryError:discord"] == 1
        assert seen["backchannel_announce_delay_seconds_count"] == 1
        assert seen["backchannel_publish_delay_seconds_count:no"] == 1
        assert seen["backchannel_polls_total:new_items"] >= 1
        assert seen["backchannel_polls_total:unchanged"] >= 1
        assert seen["backchannel_outbox_oldest_due_seconds"] < PATIENCE
        assert "backchannel_outbox_waiting" in seen

        sandbox_blog.faults.status("*", 500, times=None)
        async with asyncio.timeout(PATIENCE):
            while not (await numbers(session, url)).get("backchannel_errors_total:poll_other:blog"):
                pass
        sandbox_blog.faults.clear()

        stage.discord.away()
        assert await answer_of(session, f"{url}/readyz", "not ready: discord") == (503, "not ready: discord")
        async with session.get(f"{url}/healthz") as response:
            assert response.status == 200
        stage.discord.come_back()
