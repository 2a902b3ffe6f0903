"""Notices as they reach an admin, and the button under them."""

from bot.bridge.announce.notices import Notices
from bot.model.ids import GuildId
from bot.model.notice import NoticeKind, WithheldEntries
from sandbox.discord import Message
from tests.cogs.stage import Stage, expect_answer
from tests.fakes.time import RealClock


async def test_a_direct_messages_button_ends_with_the_right_to_manage_the_server(stage: Stage) -> None:
    stage.blog.write("Old")
    async with stage.bot() as life:
        await stage.start()
        (entry,) = await stage.store.entries.newest(1, 1)  # type: ignore[arg-type]
        async with stage.store.transaction():
            taken = [WithheldEntries(entry_id=entry.id, uid=None)]
            notices = Notices(stage.store, RealClock())
            await notices.notify(entry.blog_id, NoticeKind.IDENTITY, "Names changed.", taken=taken)

        def told() -> Message | None:
            return next((each for each in stage.olga.dms if "Names changed." in each.text), None)

        message: Message = await stage.discord.until(told, 10, "the notice")
        roles = stage.guild.members[stage.olga.id].roles
        taken_away = list(roles)
        roles.clear()
        refused = expect_answer(await stage.olga.press(message, "Post them after all"))
        assert "Manage Server" in refused.content
        roles.extend(taken_away)
        done = expect_answer(await stage.olga.press(message, "Post them after all"))
        assert done.content.startswith("1 entries of")
        await stage.discord.until(lambda: any("Old" in each.text for each in stage.channel.messages), 10, "the entry")
        assert life.gateway.is_ready()


async def test_no_notice_tells_the_secret_of_a_feeds_address(stage: Stage) -> None:
    private = "https://ann:hushhush@blog.example/feed/?token=hushhush"
    async with stage.bot():
        await stage.start()
        (subscribed,) = await stage.store.subscriptions.of_guild(GuildId(stage.guild.id))
        for kind in NoticeKind:
            async with stage.store.transaction():
                await Notices(stage.store, RealClock()).notify(subscribed.blog.id, kind, f"{kind}: see {private}.")
        await stage.discord.until(lambda: len(stage.olga.dms) == len(NoticeKind), 10, "the notices")
        told = [each.text for each in stage.olga.dms]
        shown = (await stage.olga.command("blog show", blog="1")).text
    for text in (*told, shown):
        assert "blog.example/feed/" in text
        assert "hushhush" not in text
