"""/blog import and export: a file in, a file out, and the buttons between."""

import asyncio
import re

import pytest

from bot.model.errors import Refused, TemporaryError
from bot.model.feed import Discovered, FeedKind, FoundFeed
from bot.model.ids import GuildId
from bot.model.opml import ListedFeed
from bot.rules.opml import parse_opml
from sandbox.discord import Message, NotAllowed, Person
from tests.cogs.stage import Stage, expect_answer
from tests.fakes.blog import HOME

INK = FoundFeed(url=f"{HOME}ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
LIST = f"""<opml><body>
<outline text="Paper"><outline text="Ink *and* more" xmlUrl="{INK.url}"/></outline>
<outline text="Gone" xmlUrl="https://gone.example/"/>
</body></opml>""".encode()


def reports(person: Person) -> list[Message]:
    """The direct messages that end a list; on a slow machine one that shows how far it is comes before."""
    return [each for each in person.dms if re.fullmatch(r"[0-9]+ feeds? of your list", str(each.embeds[0]["title"]))]


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
        assert started.buttons == ["Progress", "Stop"]
        (report,) = await stage.discord.until(lambda: reports(stage.olga), 10, "a report")
        assert "1 started, 1 failed" in report.text
        assert "Gone: Nothing is at gone.example." in report.text
        assert "1 started, 1 failed" in expect_answer(await stage.olga.press(started, "Progress")).text
        exported = await stage.olga.command("blog export")
        (back,) = exported.files
        assert exported.ephemeral
        assert (exported.content, back.name) == ("1 blog.", "backchannel.opml")
        assert parse_opml(back.data) == (ListedFeed(url=INK.url, title=INK.title, home_url=HOME, folder=("Paper",)),)
        assert b"Blogs on Example" in back.data


async def test_a_list_is_watched_and_stopped_by_managers_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()
    discover = stage.blog.discover

    async def waiting(url: str, *, guild_id: GuildId | None = None) -> Discovered:
        reached.set()
        await go_on.wait()
        return await discover(url)

    monkeypatch.setattr(stage.blog, "discover", waiting)
    async with stage.bot():
        file = stage.olga.attach("feeds.opml", LIST)
        shown = await stage.olga.command("blog import", file=file, channel=stage.channel)
        started = expect_answer(await stage.olga.press(shown, "Start"))
        assert started.buttons == ["Progress", "Stop"]
        await asyncio.wait_for(reached.wait(), 10)
        again = await stage.olga.command("blog import", file=file, channel=stage.channel)
        assert "being imported already" in again.content
        assert "2 still to come" in again.text
        assert again.buttons == ["Progress", "Stop"]
        roles = stage.guild.members[stage.olga.id].roles
        kept = list(roles)
        roles.clear()
        assert "Manage Server" in expect_answer(await stage.olga.press(again, "Stop")).content
        roles.extend(kept)
        stopped = expect_answer(await stage.olga.press(again, "Stop"))
        assert "Stopped" in stopped.content
        assert stopped.buttons == ["Progress"]
        go_on.set()
        (report,) = await stage.discord.until(lambda: reports(stage.olga), 10, "a report")
        assert "2 left out, as it was stopped" in report.text
        assert await stage.store.subscriptions.of_guild(stage.guild.id) == []  # type: ignore[arg-type]
        assert "nothing to stop" in expect_answer(await stage.olga.press(started, "Stop")).content


async def test_what_timed_out_is_tried_again_by_a_button(stage: Stage) -> None:
    stage.blog.broken = {"https://gone.example/": TemporaryError("gone.example did not answer.")}
    async with stage.bot():
        file = stage.olga.attach("feeds.opml", LIST)
        shown = await stage.olga.command("blog import", file=file, channel=stage.channel)
        started = expect_answer(await stage.olga.press(shown, "Start"))
        await stage.discord.until(lambda: reports(stage.olga), 10, "a report")
        progress = expect_answer(await stage.olga.press(started, "Progress"))
        assert progress.buttons == ["Progress", "Try again"]
        stage.blog.broken = {}
        expect_answer(await stage.olga.press(progress, "Try again"))
        (*_, report) = await stage.discord.until(lambda: reports(stage.olga)[1:], 10, "another report")
        assert "failed" not in report.text


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
