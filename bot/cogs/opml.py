"""``/blog import`` and ``export``; calls :class:`OpmlFiles`."""

import io
from typing import Final, Literal

import discord
from discord import app_commands
from discord.app_commands import describe
from discord.ext import commands

from bot.bridge.admin.opml import ExportedOpml, ImportView, OpmlFiles
from bot.cogs._cards import button, render, row
from bot.cogs._components import ComponentCog, ComponentHandler, Ids
from bot.cogs._discord_values import guild_of, read_channel, read_file, user_of
from bot.cogs._options import ChannelOption
from bot.cogs._responses import defer, respond
from bot.model.ids import ImportId
from bot.model.subscription import Placement

#: A list of several thousand feeds has a megabyte.
_LARGEST: Final = 2**20
_FILE: Final = "backchannel.opml"
_RUNNING: Final = "A list is being imported already. Hand the next one in when this one is done, or stopped."


class OpmlCog(commands.Cog, ComponentCog):
    """Verbs of ``/blog`` that take lists of feeds in and give them out."""

    def __init__(self, lists: OpmlFiles) -> None:
        self._lists = lists

    def buttons(self) -> list[ComponentHandler]:
        """Return the buttons under a list."""
        return [
            ComponentHandler("import:start:{id}", self._start, manager=True),
            ComponentHandler("import:cancel:{id}", self._cancel, manager=True),
            ComponentHandler("import:show:{id}", self._show, manager=True),
            ComponentHandler("import:stop:{id}", self._stop, manager=True),
            ComponentHandler("import:retry:{id}", self._retry, manager=True),
        ]

    @app_commands.command(name="import", description="Import the feeds of an OPML file, as feed readers export it")
    @describe(
        file="The OPML file",
        channel="Where their entries go",
        placement="How an entry stands there; a forum always gets forum posts",
    )
    async def import_(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment,
        channel: app_commands.Transform[app_commands.AppCommandChannel, ChannelOption],
        placement: Literal["thread", "forum", "channel"] | None = None,
    ) -> None:
        """Show what is in a list."""
        await defer(interaction)
        running = await self._lists.running(guild_of(interaction))
        if running is not None:
            await respond(interaction, _RUNNING, embed=render(running.post), view=_buttons_for(running))
            return
        wanted = Placement(placement) if placement else None
        view = read_channel(interaction, channel, wanted)
        data = await read_file(file, largest=_LARGEST)
        handed_in = await self._lists.hand_in(data, view, user_of(interaction), placement=wanted)
        await respond(
            interaction,
            embed=render(handed_in.post),
            view=row(
                button("Start", f"import:start:{handed_in.id}", discord.ButtonStyle.success),
                button("Cancel", f"import:cancel:{handed_in.id}"),
            ),
        )

    async def _start(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        import_id = ImportId(ids["id"])
        shown = await self._lists.begin(import_id, guild_of(interaction))
        await respond(
            interaction,
            "Started. One blog after the other is looked at. How far I am, and the report at the end, I tell you by "
            "direct message.",
            embed=render(shown.post),
            view=_buttons_for(shown),
        )

    async def _cancel(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._lists.cancel(ImportId(ids["id"]), guild_of(interaction))
        await respond(interaction, "Cancelled. Nothing was started.")

    async def _show(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        shown = await self._lists.progress(ImportId(ids["id"]), guild_of(interaction))
        await respond(interaction, embed=render(shown.post), view=_buttons_for(shown))

    async def _stop(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        shown = await self._lists.stop(ImportId(ids["id"]), guild_of(interaction))
        await respond(
            interaction, "Stopped. What was started stays.", embed=render(shown.post), view=_buttons_for(shown)
        )

    async def _retry(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        shown = await self._lists.retry(ImportId(ids["id"]), guild_of(interaction))
        await respond(
            interaction, "What may work now is tried again.", embed=render(shown.post), view=_buttons_for(shown)
        )

    @app_commands.command(name="export", description="Export the blogs of this server as an OPML file for feed readers")
    async def export(self, interaction: discord.Interaction) -> None:
        """Hand out the guild's list."""
        await defer(interaction)
        name = interaction.guild.name if interaction.guild else ""
        exported = await self._lists.export(guild_of(interaction), name)
        await respond(interaction, _told(exported), file=discord.File(io.BytesIO(exported.data), _FILE))


def _buttons_for(shown: ImportView) -> discord.ui.View:
    return row(
        button("Progress", f"import:show:{shown.id}"),
        button("Stop", f"import:stop:{shown.id}", discord.ButtonStyle.danger) if shown.running else None,
        button("Try again", f"import:retry:{shown.id}") if shown.retryable and not shown.running else None,
    )


def _told(exported: ExportedOpml) -> str:
    text = f"{exported.feeds} {'blog' if exported.feeds == 1 else 'blogs'}."
    if exported.stripped:
        text += (
            f" The addresses of {exported.stripped} hold a password or a key, which I left out: "
            "without it they will not work elsewhere."
        )
    return text
