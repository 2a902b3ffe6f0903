"""/relay: connecting, modes, names, own replies."""

import logging

import pytest

from bot.model.connection import Account
from bot.model.feed import CommentSystem
from sandbox.discord import NotAllowed
from tests.cogs.stage import Stage, expect_answer, expect_modal
from tests.fakes.blog import HOME, PASSWORD


async def test_connect_by_form(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    async with stage.bot():
        await stage.start()
        offered = await stage.olga.command("relay connect", blog="1")
        assert offered.ephemeral
        assert offered.buttons == ["Enter an application password"]
    async with stage.bot():
        form = expect_modal(await stage.olga.press(offered, "Enter an application password"))
        assert [part["custom_id"] for part in form.inputs] == ["username", "password"]
        refused = await stage.olga.submit(form, username="bridge", password="wrong")
        assert "does not accept" in refused.content
        form = expect_modal(await stage.olga.press(offered, "Enter an application password"))
    async with stage.bot():
        # the form was open while the bot was away
        connected = await stage.olga.submit(form, username="bridge", password=PASSWORD)
        assert connected.ephemeral
        assert r"Connected to **Ann's \*blog\*** as **bridge** (subscriber)" in connected.content
        assert "/relay mode" in connected.content
        assert "connected" in (await stage.olga.command("blog show", blog="1")).text
    assert PASSWORD not in caplog.text


async def test_connect_tells_what_is_risky(stage: Stage) -> None:
    stage.blog.account = Account(name="ann", roles=("administrator",), may_publish_raw_html=True, may_moderate=True)
    async with stage.bot():
        await stage.start()
        offered = await stage.olga.command("relay connect", blog="1")
        form = await stage.olga.press(offered, "Enter an application password")
        connected = await stage.olga.submit(form, username="ann", password=PASSWORD)
        assert "⚠️" in connected.content
        assert "raw HTML" in connected.content


@pytest.mark.parametrize(("path", "buttons"), [("", ["Authorise on the blog"]), ("x" * 600, [])])
async def test_connect_by_click_through(stage: Stage, path: str, buttons: list[str]) -> None:
    stage.blog.authorize = f"https://blog.example/wp-admin/authorize-application.php?{path}"
    async with stage.bot(public_url="https://bot.example"):
        await stage.start()
        offered = await stage.olga.command("relay connect", blog="1")
        assert offered.buttons == [*buttons, "Enter an application password"]
        assert "https://bot.example/connect/wordpress/" in str(offered.components) + offered.content


async def test_connect_and_mode_are_for_managers(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        for words, options in (("relay connect", {}), ("relay mode", {"mode": "menu"})):
            refused = await stage.mia.command(words, blog="1", **options)
            assert "Manage Server" in refused.content
            assert refused.ephemeral
        offered = await stage.olga.command("relay connect", blog="1")
        form = await stage.olga.press(offered, "Enter an application password")
        stage.guild.members[stage.olga.id].roles.clear()
        refused = expect_answer(await stage.olga.press(offered, "Enter an application password"))
        assert "Manage Server" in refused.content
        refused = await stage.olga.submit(form, username="bridge", password=PASSWORD)
        assert "Manage Server" in refused.content


async def test_a_blog_without_comment_system_is_refused(stage: Stage) -> None:
    stage.blog.system = CommentSystem.UNKNOWN
    async with stage.bot():
        assert "none that I can write to" in (await stage.add()).text
        await stage.start()
        assert "no comment system" in (await stage.olga.command("relay connect", blog="1")).content


async def test_a_blog_whose_readers_use_another_system_is_refused(stage: Stage) -> None:
    stage.blog.system, stage.blog.api_root = CommentSystem.DISQUS, f"{HOME}wp-json/"
    async with stage.bot():
        await stage.start()
        refused = (await stage.olga.command("relay connect", blog="1")).content
        assert "comment with Disqus, which I cannot write to yet" in refused
        assert "none of them would see" in refused


async def test_modes(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        assert "not connected" in (await stage.olga.command("relay mode", blog="1", mode="button")).content
        assert "`off`" in (await stage.olga.command("relay mode", blog="1", mode="off")).content


async def test_profile(stage: Stage) -> None:
    async with stage.bot():
        assert "/relay profile" in (await stage.mia.command("relay profile")).content
        form = (await stage.mia.command("relay profile", name="Mia M.")).modal
        assert form is not None
        refused = await stage.mia.submit(form)
        assert "agreement" in refused.content
        agreed = await stage.mia.submit(form, consent=True)
        assert "**Mia M.**" in agreed.content
        assert agreed.ephemeral
        changed = await stage.mia.command("relay profile", name="Mi_a")
        assert r"**Mi\_a**" in changed.content
        assert "you agreed <t:" in (await stage.mia.command("relay profile")).content
        assert "start with @" in (await stage.mia.command("relay profile", name="@mia")).content


async def test_mine_is_empty_at_first(stage: Stage) -> None:
    async with stage.bot():
        assert "not published" in (await stage.mia.command("relay mine")).content


async def test_it_is_for_servers_only(stage: Stage) -> None:
    async with stage.bot():
        with pytest.raises(NotAllowed):
            await stage.mia.command("relay mine", where=stage.discord.world.direct_channel(stage.mia))


async def test_disconnect(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        assert "Reply on the blog" in card.buttons
        assert "Manage Server" in (await stage.mia.command("relay disconnect", blog="1")).content
        ended = await stage.olga.command("relay disconnect", blog="1")
        assert ended.ephemeral
        assert "deleted its password" in ended.content
        assert "revoked the password" in ended.content
        await stage.discord.until(lambda: "Reply on the blog" not in card.buttons, 10, "the button to go")
        assert "nothing to end" in (await stage.olga.command("relay disconnect", blog="1")).content
        assert "not connected" in (await stage.olga.command("blog show", blog="1")).text
