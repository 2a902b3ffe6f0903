"""/blog import and export: a file in, a file out, and the buttons between."""

import pytest

from bot.model.errors import Refused
from bot.model.feed import FeedKind, FoundFeed
from bot.model.opml import ListedFeed
from bot.rules.opml import parse_opml
from sandbox.discord import NotAllowed
from tests.cogs.stage import Stage, expect_answer
from tests.fakes.blog import HOME

INK = FoundFeed(url=f"{HOME}ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
LIST = f"""<opml><body>
<outline text="Paper"><outline text="Ink *and* more" xmlUrl="{INK.url}"/></outline>
<outline text="Gone" xmlUrl="https://gone.example/"/>
</body></opml>""".encode()


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.blog.others = [INK]
    stage.blog.broken = {"https://gone.example/": Refused("Nothing is at gone.example.")}
    return stage


async def test_a_list_is_shown_started_and_reported(stage: Stage) -> None:
    async with stage.bot():
        file = stage.olga.attach("feeds.opml", LIST)
        shown = await stage.olga.command("blog import", file=file, channel=stage.channel)
        assert shown.ephemeral
        assert shown.buttons == ["Start", "Cancel"]
        assert "2 feeds in 1 folder" in shown.text
        assert r"Ink \*and\* more (Paper)" in shown.text
        started = expect_answer(await stage.olga.press(shown, "Start"))
        assert started.message is shown.message
        assert started.buttons == ["Progress"]
        (report,) = await stage.discord.until(lambda: stage.olga.dms, 10, "a report")
        assert "1 started, 1 failed" in report.text
        assert "Gone: Nothing is at gone.example." in report.text
        assert "1 started, 1 failed" in expect_answer(await stage.olga.press(started, "Progress")).text
        exported = await stage.olga.command("blog export")
        (back,) = exported.files
        assert exported.ephemeral
        assert (exported.content, back.name) == ("1 blog.", "backchannel.opml")
        assert parse_opml(back.data) == (ListedFeed(url=INK.url, title=INK.title, home_url=HOME, folder=("Paper",)),)
        assert b"Blogs on Example" in back.data


async def test_the_buttons_outlive_a_restart_and_are_for_managers(stage: Stage) -> None:
    async with stage.bot():
        file = stage.olga.attach("feeds.opml", LIST)
        shown = await stage.olga.command("blog import", file=file, channel=stage.channel)
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog import", file=file, channel=stage.channel)
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog export")
        roles = stage.guild.members[stage.olga.id].roles
        kept = list(roles)
        roles.clear()
        for button in ("Start", "Cancel"):
            assert "Manage Server" in expect_answer(await stage.olga.press(shown, button)).content
        roles.extend(kept)
    async with stage.bot():
        assert "Cancelled" in expect_answer(await stage.olga.press(shown, "Cancel")).content
        assert await stage.store.subscriptions.of_guild(stage.guild.id) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("a.opml", b"<html>", "no OPML"), ("a.opml", b"x" * (2**20 + 1), "too large"), ("a.opml", b"", "no OPML")],
    ids=["no list", "large", "empty"],
)
async def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    stage: Stage, name: str, data: bytes, words: str
) -> None:
    async with stage.bot():
        answer = await stage.olga.command("blog import", file=stage.olga.attach(name, data), channel=stage.channel)
        assert words in answer.content
        assert answer.buttons == []


async def test_a_file_that_discord_does_not_give_is_told(stage: Stage) -> None:
    async with stage.bot():
        file = stage.olga.attach("feeds.opml", LIST)
        stage.discord.world.files._files.clear()
        answer = await stage.olga.command("blog import", file=file, channel=stage.channel)
        assert "did not hand the file over" in answer.content


async def test_an_address_that_holds_a_secret_is_named_when_it_was_left_out(stage: Stage) -> None:
    stage.blog.others = [FoundFeed(url="https://x.example/feed?token=hush", kind=FeedKind.ENTRIES, title="X")]
    async with stage.bot():
        assert "nothing to export" in (await stage.olga.command("blog export")).content
        added = await stage.olga.command("blog add", url=stage.blog.others[0].url, channel=stage.channel)
        await stage.olga.press(added, "Start")
        exported = await stage.olga.command("blog export")
        assert "1 hold a password or a key" in exported.content
        assert b"hush" not in exported.files[0].data
