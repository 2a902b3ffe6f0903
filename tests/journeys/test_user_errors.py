"""Every error that a user can cause has an answer that tells what to do."""

from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.discord import Answer
from sandbox.discord.person import NotAllowed
from tests.journeys.stage import PATIENCE, Stage, bot_running, staged
from tests.webserver import serving


async def refused(stage: Stage, url: str, **options: object) -> str:
    """What ``/blog add`` says against something; it offers no Start."""
    options.setdefault("channel", stage.channel)
    answer = await stage.olga.command("blog add", url=url, timeout=PATIENCE, **options)
    assert answer.ephemeral
    assert "Start" not in answer.buttons
    return answer.text


async def test_addresses_that_lead_to_no_blog(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, bot_running(stage, tmp_path), serving() as web:
        web.serve(
            "/", "<html><title>Shop</title><body>Nothing to follow</body></html>", headers={"Content-Type": "text/html"}
        )
        web.serve(
            "/feed.xml", "<!DOCTYPE html><html><title>Sign in</title></html>", headers={"Content-Type": "text/xml"}
        )
        web.serve("/broken.rss", b"\x00\x01garbage", headers={"Content-Type": "application/rss+xml"})
        assert "not the address of a blog" in await refused(stage, "just words")
        assert "http" in await refused(stage, "ftp://files.example/feed")
        page = await refused(stage, f"{web.url}/")
        assert "Shop" in page
        assert "no feed" in page.casefold()
        assert "web page" in await refused(stage, f"{web.url}/feed.xml")
        assert "feed" in await refused(stage, f"{web.url}/broken.rss")
        assert "404" in await refused(stage, f"{web.url}/nothing-here.xml")
        assert "127.0.0.1" in await refused(stage, "http://127.0.0.1:1/")
        private = await refused(stage, "http://10.1.2.3/feed")
        assert "private" in private or "public" in private


async def test_channels_that_cannot_be_used(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage:
        closed = stage.guild.add_channel("closed")
        stage.guild.deny_bot(closed, "SEND_MESSAGES", "EMBED_LINKS")
        forum = stage.guild.add_channel("posts", kind="forum")
        async with bot_running(stage, tmp_path):
            text = await refused(stage, stage.blog.url, channel=closed)
            assert "Send Messages" in text
            assert "Embed Links" in text
            assert "#closed" in text
            assert "not a forum" in await refused(stage, stage.blog.url, placement="forum")
            assert "is a forum" in await refused(stage, stage.blog.url, channel=forum, placement="channel")
            await stage.add()
            assert "already" in await refused(stage, stage.blog.url)


async def test_who_may_do_what(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        blog = await stage.blog_option("blog show")
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog list")
        with pytest.raises(NotAllowed):
            await stage.mia.command("status")
        assert "Manage Server" in (await stage.mia.command("relay connect", blog=blog)).text
        assert "Manage Server" in (await stage.mia.command("relay mode", blog=blog, mode="menu")).text


async def test_credentials_that_do_not_work(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    async with staged(sandbox_blog) as stage, bot_running(stage, tmp_path):
        await stage.add()
        blog = await stage.blog_option("relay mode")
        assert "connect" in (await stage.olga.command("relay mode", blog=blog, mode="menu")).text
        await stage.blog.add_user("bridge", role="subscriber")
        password = await stage.blog.application_password("bridge")
        wrong = await stage.connect_with("bridge", "abcd efgh ijkl mnop qrst uvwx")
        assert wrong.ephemeral
        assert "password" in wrong.text
        assert "abcd" not in wrong.text
        assert "connected to" not in wrong.text.casefold()
        await stage.blog.add_user("chief", role="administrator")
        risky = await stage.connect_with("chief", await stage.blog.application_password("chief"))
        assert "raw HTML" in risky.text
        assert "Subscriber" in risky.text
        good = await stage.connect_with("bridge", password)
        assert "Connected" in good.text
        assert "Subscriber" not in good.text
        assert "no blog" in (await stage.olga.command("blog show", blog="another")).text.casefold()


async def test_replies_that_cannot_be_published(sandbox_blog: SandboxBlog, tmp_path: Path) -> None:
    blog = sandbox_blog
    async with staged(blog) as stage, bot_running(stage, tmp_path):
        await blog.configure(flood_seconds=0, comment_previously_approved=False, disallowed_words=["casino"])
        await stage.add()
        await stage.connect(mode="button")
        post = await blog.publish(title="Talk", html="<p>x</p>")
        card = await stage.announced(post)
        thread = await stage.thread_of(post)

        # without the tick nothing happens; a private text stays; the menu is not allowed in this mode
        form = await stage.mia.press(card, "Reply on the blog")
        assert "agreement" in (await stage.mia.submit(form, text="Hi", name="Mia", consent=False)).text
        form = await stage.mia.press(card, "Reply on the blog")
        assert "stays on Discord" in (await stage.mia.submit(form, text="// psst", name="Mia", consent=True)).text
        written = await stage.mia.post(thread, "My words")
        assert "/relay mode" in (await stage.mia.message_command(written, "Publish to blog")).text
        mode = await stage.olga.command("relay mode", blog=await stage.blog_option("relay mode"), mode="menu")
        assert "menu" in mode.text

        # somebody else's message, and a message that belongs to no blog
        other = await stage.ada.message_command(written, "Publish to blog")
        assert isinstance(other, Answer)
        assert "Only the person who wrote" in other.text
        loose = await stage.mia.post(stage.channel, "Not in a thread")
        assert "not in the thread" in (await stage.mia.message_command(loose, "Publish to blog")).text

        # two previews of one message are one comment
        await stage.mia.submit(
            await stage.mia.press(card, "Reply on the blog"), text="A draft", name="Mia", consent=True
        )
        twice = await stage.mia.post(thread, "Only once")
        first = await stage.mia.message_command(twice, "Publish to blog")
        second = await stage.mia.message_command(twice, "Publish to blog")
        assert isinstance(first, Answer)
        assert isinstance(second, Answer)
        await stage.told(await stage.publish(first), "Published")
        await stage.told(await stage.publish(second), "published already")
        assert [row.content for row in await blog.comments(post)] == ["Only once"]

        # nobody speaks under the name of the blog's author
        await stage.mia.command("relay profile", name="ADA")
        form = await stage.mia.press(card, "Reply on the blog")
        assert "author of this blog" in (await stage.mia.submit(form, text="I am Ada")).text
        await stage.mia.command("relay profile", name="Mia")

        # the blog says no: the member is told why, the message shows it, and it is not tried again
        preview = await stage.mia.message_command(await stage.mia.post(thread, "Best casino!"), "Publish to blog")
        assert isinstance(preview, Answer)
        told = await stage.publish(preview)
        assert "was not published" in (await stage.told(told, "not published")).casefold()
        casino = next(message for message in thread.messages if "casino" in message.content)
        await stage.discord.until(lambda: set(casino.reactions) == {"❌"}, PATIENCE, "the mark of refusal")
        mine = await stage.mia.command("relay mine")
        assert "Talk" in mine.text
        assert "ot published" in mine.text

        # the credential is revoked: told, and nothing is published as nobody
        await blog.revoke_application_passwords("bridge")
        told = await stage.reply_by_button(card, "Still here?")
        assert "password" in await stage.told(told, "not published")
        assert not [row for row in await blog.comments(post) if "Still here" in row.content]
