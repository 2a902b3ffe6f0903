"""/blog why: the card, stage by stage, and the entries that are suggested."""

import pytest

from sandbox.discord import NotAllowed
from tests.cogs.stage import Stage
from tests.fakes.blog import HOME

STAGES = ["Fetched", "Parsed", "Identity", "New or known", "Routed", "Filtered", "Queued", "Rendered", "Sent"]


async def test_the_way_of_an_entry_that_was_posted(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.start()
        card = await stage.card(life, "Ink")
        answer = await stage.olga.command("blog why", blog="1", entry=f"{HOME}1/")
        assert answer.ephemeral
        (embed,) = answer.embeds
        place, *lines, conclusion = [line for line in embed["description"].splitlines() if line]
        assert place == f"In <#{stage.channel.id}>:"
        assert [line.split("**")[1] for line in lines] == STAGES
        assert all(line.startswith("✅") and "<t:" in line for line in lines)
        assert f"Queued for <#{stage.channel.id}>" in embed["description"]
        assert "Titled “Ink”" in embed["description"]
        assert conclusion == f"Posted: https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{card.id}"
        assert embed["title"] == "Ink"
        assert embed["url"] == f"{HOME}1/"


async def test_entries_are_suggested_by_title(stage: Stage) -> None:
    stage.blog.write("Old ink *dry*")
    stage.blog.write("x" * 300)
    async with stage.bot():
        await stage.start()
        offered = await stage.olga.autocomplete("blog why", option="entry", value="", blog="1")
        assert [name[:7] for name, _ in offered] == ["xxxxxxx", "Old ink"]
        assert await stage.olga.autocomplete("blog why", option="entry", value="x") == []
        ((name, value),) = await stage.olga.autocomplete("blog why", option="entry", value="INK", blog="1")
        answer = await stage.olga.command("blog why", blog="1", entry=value)
        assert (name, answer.embeds[0]["title"]) == ("Old ink *dry*", r"Old ink \*dry\*")
        assert "✅ **Seen**" in answer.text
        assert "▫️ **Sent**" in answer.text
        assert answer.text.rstrip().splitlines()[-1].startswith("Not posted, because ")


async def test_what_is_not_known_and_who_may_ask(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        answer = await stage.olga.command("blog why", blog="1", entry="https://[elsewhere/@everyone")
        assert "never seen" in answer.text
        answer = await stage.olga.command("blog why", blog="1", entry="x" * 3000)
        assert "never seen" in answer.text
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog why", blog="1", entry="x")
