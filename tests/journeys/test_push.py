"""A blog that tells its hub of a new post: it stands in Discord at once, though nobody polls for hours."""

import socket
from pathlib import Path

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.hub import SandboxHub
from tests.journeys.stage import PATIENCE, bot_running, staged


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def test_a_post_arrives_by_push_while_polls_are_hours_apart(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog, port = sandbox_blog, free_port()
    topic = f"{blog.url}feed/"
    hours = {"POLL_INTERVAL_MIN": "3h", "POLL_INTERVAL_MAX": "6h"}
    async with SandboxHub.running() as hub, staged(blog) as stage:
        blog.state.hub_url = hub.url
        async with bot_running(stage, tmp_path, PUBLIC_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port), **hours):
            await blog.publish(title="Before", html="<p>x</p>")
            await stage.add()
            await stage.discord.until(lambda: hub.verified, PATIENCE, "the hub to verify what was asked")
            assert hub.verified == [("subscribe", True)]
            polls = len(blog.requests)

            post = await blog.publish(title="Told at once", html="<p>News.</p>")
            assert await hub.publish(topic) == [202]
            await stage.announced(post)
            assert await hub.publish(topic) == [202]
            again = await blog.publish(title="And again", html="<p>More.</p>")
            assert await hub.publish(topic) == [202]
            await stage.announced(again)
            by_us = [each for each in blog.requests[polls:] if "Backchannel" in each.headers.get("User-Agent", "")]
            assert [each.path for each in by_us if each.path.startswith("/feed")] == []

            option = await stage.blog_option("blog show")
            shown = await stage.olga.command("blog show", blog=option)
            assert "Push: trusted" in str(shown.embeds)

            await stage.olga.command("blog remove", blog=option)
        titles = [message.embeds[0]["title"] for message in stage.channel.messages if message.embeds]
        assert titles == ["Told at once", "And again"]
