"""A reply's lines: in the preview, and in the copies that other channels get."""

from tests.cogs.stage import Stage, expect_answer, thread_of
from tests.rules.shown_lines import chat_lines

WRITTEN = "First the soil.\n\nThen water.\nThen wait.\n- rake\n  - hoe\n```\nif dry:\n\n    water()\n```\n> ask\n> Ann"
LINES = [
    "First the soil.",
    "Then water.",
    "Then wait.",
    "• rake",
    "  • hoe",
    "if dry:",
    "·",
    "    water()",
    "ask",
    "Ann",
]


async def test_preview_and_copies_keep_the_lines(stage: Stage) -> None:
    other = stage.guild.add_channel("other")
    async with stage.bot() as life:
        await stage.connect()
        await stage.olga.press(await stage.olga.command("blog add", url="blog.example", channel=other), "Start")
        card = await stage.card(life)
        form = await stage.mia.press(card, "Reply on the blog")
        preview = await stage.mia.submit(form, text=WRITTEN, name="Mia", consent=True)
        assert chat_lines(preview.embeds[0]["description"]) == LINES
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        copy = await stage.discord.until(
            lambda: next(
                (
                    message
                    for thread in stage.guild.threads.values()
                    if thread.parent is other
                    for message in thread.messages
                    if "First the soil." in message.text
                ),
                None,
            ),
            10,
            "a copy in the other channel",
        )
        assert chat_lines(copy.embeds[0]["description"]) == LINES
        assert thread_of(card).parent is stage.channel
