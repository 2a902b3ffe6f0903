"""Connecting a blog by its own "authorise this application" page: no password is typed into chat."""

import socket
from pathlib import Path

import aiohttp

from sandbox.blog.blog import SandboxBlog
from tests.journeys.stage import PATIENCE, bot_running, staged


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def test_an_admin_authorises_on_the_blog(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog, port = sandbox_blog, free_port()
    public = f"http://127.0.0.1:{port}"
    await blog.configure(flood_seconds=0, comment_previously_approved=False)
    async with (
        staged(blog) as stage,
        bot_running(stage, tmp_path, PUBLIC_URL=public, HTTP_PORT=str(port)),
        aiohttp.ClientSession() as browser,
    ):
        await stage.add()
        option = await stage.blog_option("relay connect")
        offered = await stage.olga.command("relay connect", blog=option, timeout=PATIENCE)
        assert {"Authorise on the blog", "Enter an application password"} <= set(offered.buttons)
        (link,) = [part["url"] for row in offered.components for part in row["components"] if part.get("url")]
        assert link.startswith(blog.url)
        page = await browser.get(link)
        assert "I approve" in await page.text()

        back = await browser.post(link, data={"decision": "approve"}, allow_redirects=False)
        returned = back.headers["Location"]
        assert returned.startswith(f"{public}/connect/wordpress/")
        assert "password=" in returned
        done = await browser.get(returned)
        assert done.status == 200
        assert "password=" not in str(done.url)
        assert "onnected" in await done.text()

        again = await browser.get(returned)
        assert again.status in (400, 404, 410), "a state is good once"
        await stage.olga.command("relay mode", blog=option, mode="button")
        post = await blog.publish(title="Connected", html="<p>x</p>")
        told = await stage.reply_by_button(await stage.announced(post), "It works", first=True)
        await stage.told(told, "Published")
        assert [row.content for row in await blog.comments(post)] == ["It works"]
