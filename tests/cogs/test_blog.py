"""/blog: what an admin sees, and who may press what."""

import pytest

from bot.model.errors import PermanentError
from sandbox.discord import NotAllowed
from tests.cogs.stage import Stage, expect_answer


async def test_add_shows_what_was_found_and_start_begins(stage: Stage) -> None:
    stage.blog.write("Old *news*", html="<p>Long ago.</p>")
    async with stage.bot():
        found = await stage.add()
        assert found.ephemeral
        assert found.buttons == ["Start", "Cancel"]
        for words in (
            r"Ann's \*blog\*",
            "https://blog.example/feed/",
            "https://blog.example/comments/feed/",
            "WordPress",
            "Old",
            "Long ago",
            f"<#{stage.channel.id}>",
            "thread",
        ):
            assert words in found.text
        started = expect_answer(await stage.olga.press(found, "Start"))
        assert started.message is found.message
        assert started.buttons == []
        assert "1 entry is known already and not posted" in started.text
        assert "/relay connect" in started.text
        assert stage.channel.messages == []


async def test_without_comments_it_says_so(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add(placement="channel", comments=False)
        assert "chose not to have comments" in found.text
        assert "without a thread" in found.text
        assert "none yet" in found.text


async def test_cancel_forgets(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add()
        cancelled = expect_answer(await stage.olga.press(found, "Cancel"))
        assert cancelled.content.startswith("Cancelled")
        assert (cancelled.buttons, cancelled.embeds) == ([], [])
        assert await stage.store.subscriptions.of_guild(stage.guild.id) == []  # type: ignore[arg-type]


async def test_start_works_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add()
    async with stage.bot():
        started = expect_answer(await stage.olga.press(found, "Start"))
        assert started.content.startswith("Started")


async def test_start_needs_manage_server_at_that_moment(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add()
        stage.guild.members[stage.olga.id].roles.clear()
        refused = expect_answer(await stage.olga.press(found, "Start"))
        assert "Manage Server" in refused.content
        assert refused.ephemeral
        assert found.buttons == ["Start", "Cancel"]
        assert await stage.store.subscriptions.of_guild(stage.guild.id) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("placement", "denied", "missing"),
    [
        (None, ["CREATE_PUBLIC_THREADS", "EMBED_LINKS"], "Create Public Threads, Embed Links"),
        ("thread", ["SEND_MESSAGES_IN_THREADS"], "Send Messages in Threads"),
        ("channel", ["CREATE_PUBLIC_THREADS", "READ_MESSAGE_HISTORY"], "Read Message History"),
        ("channel", ["ADD_REACTIONS", "SEND_MESSAGES"], "Send Messages, Add Reactions"),
        (None, ["VIEW_CHANNEL"], "View Channel"),
    ],
)
async def test_permissions_are_the_bots_and_named_as_discord_does(
    stage: Stage, placement: str | None, denied: list[str], missing: str
) -> None:
    stage.guild.deny_bot(stage.channel, *denied)
    other = stage.guild.add_channel("elsewhere")
    async with stage.bot():
        options = {"placement": placement} if placement else {}
        answer = await stage.olga.command("blog add", url="x", channel=stage.channel, where=other, **options)
        named = answer.content.split(": ")[1].split(". ")[0]
        assert sorted(named.split(", ")) == sorted(missing.split(", "))


async def test_a_forum_needs_no_permission_to_create_threads(stage: Stage) -> None:
    forum = stage.guild.add_channel("posts", "forum")
    stage.guild.deny_bot(forum, "CREATE_PUBLIC_THREADS")
    async with stage.bot():
        answer = await stage.olga.command("blog add", url="x", channel=forum)
        assert "forum post" in answer.text
        assert "Start" in answer.buttons


async def test_only_channels_that_fit_are_offered(stage: Stage) -> None:
    voice = stage.guild.add_channel("talk", "voice")
    news = stage.guild.add_channel("announcements", "announcement")
    async with stage.bot():
        with pytest.raises(ValueError, match="channel"):
            await stage.olga.command("blog add", url="x", channel=voice)
        assert "Start" in (await stage.olga.command("blog add", url="x", channel=news)).buttons


async def test_what_discovery_says_is_told_as_it_is(stage: Stage) -> None:
    stage.blog.trouble = PermanentError("There is no feed at this address.")
    async with stage.bot():
        answer = await stage.add()
        assert answer.content == "There is no feed at this address."
        assert answer.ephemeral


async def test_list_show_pause_resume_preview(stage: Stage) -> None:
    stage.blog.write("Newest", html="<p>Its text.</p>")
    async with stage.bot():
        assert "No blog" in (await stage.olga.command("blog list")).text
        assert "No blog" in (await stage.olga.command("blog show", blog="x")).text
        await stage.start()
        listed = await stage.olga.command("blog list")
        assert "active, replies off (not connected)" in listed.text
        shown = await stage.olga.command("blog show", blog="Ann's *blog*")
        assert "<t:" in shown.text
        assert "https://blog.example/comments/feed/" in shown.text
        paused = await stage.olga.command("blog pause", blog="1")
        assert paused.content.startswith("Paused")
        assert "paused <t:" in (await stage.olga.command("blog show", blog="1")).text
        resumed = await stage.olga.command("blog resume", blog="1")
        assert resumed.content.startswith("Resumed")
        preview = await stage.olga.command("blog preview", blog="1")
        assert preview.embeds[0]["title"] == "Newest"
        assert preview.embeds[0]["url"] == "https://blog.example/1/"
        assert "Its text." in preview.text
        for answer in (listed, shown, paused, resumed, preview):
            assert answer.ephemeral


async def test_remove_asks_first(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        asked = await stage.olga.command("blog remove", blog="1")
        assert asked.buttons == ["Remove", "Keep"]
        kept = expect_answer(await stage.olga.press(asked, "Keep"))
        assert kept.content.startswith("Kept")
        asked = await stage.olga.command("blog remove", blog="1")
    async with stage.bot():
        removed = expect_answer(await stage.olga.press(asked, "Remove"))
        assert removed.content.startswith("Removed")
        assert removed.buttons == []
        assert "No blog" in (await stage.olga.command("blog list")).text


async def test_a_press_that_comes_too_late_is_told(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add()
        again = await stage.add()
        await stage.olga.press(found, "Start")
        late = expect_answer(await stage.olga.press(again, "Start"))
        assert "already" in late.content
        assert late.ephemeral


async def test_members_are_not_offered_it(stage: Stage) -> None:
    async with stage.bot():
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog add", url="x", channel=stage.channel)


async def test_a_blog_that_is_connected_need_not_be_connected_again(stage: Stage) -> None:
    other = stage.guild.add_channel("second")
    async with stage.bot():
        await stage.connect()
        found = await stage.olga.command("blog add", url="blog.example", channel=other)
        started = expect_answer(await stage.olga.press(found, "Start"))
    assert "/relay mode" in started.text
    assert "/relay connect" not in started.text
