"""Files in and out: an attachment as an option of a command, and one in an answer."""

import io

import discord
import pytest
from discord import app_commands

from tests.sandbox.discord_stage import Bot, a_stage


def _echo(client: Bot) -> None:
    @client.tree.command(description="Give a file back")
    async def echo(interaction: discord.Interaction, file: discord.Attachment) -> None:
        await interaction.response.defer(ephemeral=True)
        data = await file.read()
        assert (file.size, file.filename) == (len(data), "list.opml")
        back = discord.File(io.BytesIO(data[::-1]), "back.opml")
        await interaction.edit_original_response(content="Here", attachments=[back])

    @client.tree.command(description="Look at a file that is gone")
    async def gone(interaction: discord.Interaction, file: discord.Attachment) -> None:
        file.url = file.url.replace(str(file.id), "1")
        try:
            await file.read()
        except discord.NotFound:
            await interaction.response.send_message("gone")

    assert isinstance(echo, app_commands.Command)


async def test_a_file_goes_in_and_another_comes_back() -> None:
    async with a_stage() as stage, stage.bot(_echo):
        given = stage.ada.attach("list.opml", b"<opml/>")
        answer = await stage.ada.command("echo", file=given)
        (back,) = answer.files
        assert (back.name, back.data) == ("back.opml", b">/lmpo<")
        assert answer.content == "Here"
        assert (await stage.ada.command("gone", file=given)).content == "gone"
        with pytest.raises(ValueError, match="option's type"):
            await stage.ada.command("echo", file="list.opml")
