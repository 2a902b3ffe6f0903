"""What goes to a channel that a member may not see, no command and no forged button tells them."""

from bot.model.ids import EntryId, SubscriptionId
from bot.model.message import ReplyTarget
from sandbox.discord import Answer
from tests.cogs.presses import press, send_form
from tests.cogs.stage import Stage, expect_answer

TITLE = "Board's own diary"


async def started(stage: Stage) -> None:
    """Have a blog go to a channel that only managers may see."""
    stage.blog.title = TITLE
    stage.blog.write("Layoffs", author="Ann")
    hidden = stage.guild.add_channel("board-room", hidden_from_everyone=True)
    stage.guild.allow_bot(hidden, "VIEW_CHANNEL")
    found = await stage.olga.command("blog add", url="blog.example", channel=hidden)
    assert expect_answer(await stage.olga.press(found, "Start")).content.startswith("Started")


async def test_a_member_is_offered_and_told_nothing_of_a_hidden_channel(stage: Stage) -> None:
    async with stage.bot():
        await started(stage)
        assert len(await stage.olga.autocomplete("alerts on", option="blog", value="")) == 1
        assert await stage.mia.autocomplete("alerts on", option="blog", value="") == []
        assert await stage.mia.autocomplete("alerts on", option="author", value="", blog="1") == []
        for named in ("1", TITLE, "b", "nothing like it"):
            for command in ("alerts on", "alerts off"):
                told = await stage.mia.command(command, blog=named)
                assert TITLE not in told.text, (command, named)
                assert "are on" not in told.text
        assert await stage.store.members.alerts_of_user(stage.guild.id, stage.mia.id) == []  # type: ignore[arg-type]
        assert "Alerts are on" in (await stage.olga.command("alerts on", blog="1")).text


async def test_a_member_is_offered_what_goes_to_channels_that_they_see(stage: Stage) -> None:
    async with stage.bot():
        await started(stage)
        await stage.start()
        [(name, value)] = await stage.mia.autocomplete("alerts on", option="blog", value="")
        assert (name, value) == (f"{TITLE} (#blog)", "2")
        assert "Alerts are on" in (await stage.mia.command("alerts on", blog=TITLE)).text


async def test_a_forged_button_tells_nothing_of_a_hidden_channel(stage: Stage) -> None:
    async with stage.bot():
        await started(stage)
        await stage.sign_in("button")
        target = ReplyTarget(subscription_id=SubscriptionId(1), entry_id=EntryId(1)).custom_id
        told: list[Answer] = [
            await press(stage.mia, stage.channel, target),
            await send_form(stage.mia, stage.channel, f"form-{target}", text="Words", name="Mia"),
        ]
        for each in told:
            assert each.modal is None
            assert "is not here any more" in each.content
