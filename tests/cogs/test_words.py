"""Words of answers fit the blog's placement, and say what is connected already."""

import pytest

from sandbox.discord import Channel
from tests.cogs.stage import Stage, expect_answer


def channel_for(stage: Stage, placement: str) -> Channel:
    return stage.guild.add_channel("forum", "forum") if placement == "forum" else stage.channel


@pytest.mark.parametrize(
    ("placement", "opens", "menu", "fits"),
    [
        ("thread", "that opens its thread)", "in the threads with", "in the thread,"),
        ("forum", "that opens its post)", "in the posts with", "in the post,"),
        ("channel", "that has it posted)", "that reply to one of mine with", "in the channel,"),
    ],
)
async def test_words_fit_the_placement(stage: Stage, placement: str, opens: str, menu: str, fits: str) -> None:
    stage.channel = channel_for(stage, placement)
    async with stage.bot() as life:
        started = await stage.start(placement=placement)
        assert opens in started.content
        await stage.sign_in(mode="off")
        moded = await stage.olga.command("relay mode", blog="1", mode="menu")
        assert menu in moded.content
        card = await stage.posted(life)
        preview = await stage.mia.submit(
            await stage.mia.press(card, "Reply on the blog"), text="Words", name="Mia", consent=True
        )
        assert fits in preview.text
        if placement != "thread":
            assert "thread" not in started.content + moded.content + preview.text


async def test_a_mode_that_does_not_exist_is_not_offered(stage: Stage) -> None:
    async with stage.bot():
        await stage.connect()
        with pytest.raises(ValueError, match="not one of the choices"):
            await stage.olga.command("relay mode", blog="1", mode="auto")


async def test_add_says_connected_where_it_is(stage: Stage) -> None:
    other = stage.guild.add_channel("other")
    async with stage.bot():
        assert "once it is connected" in (await stage.add()).text
        await stage.connect()
        again = await stage.olga.command("blog add", url="blog.example", channel=other)
        assert "connected as **bridge**" in again.text
        assert "once it is connected" not in again.text
        started = expect_answer(await stage.olga.press(again, "Start"))
        assert "connected already" in started.content
