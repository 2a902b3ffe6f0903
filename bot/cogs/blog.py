"""``/blog``: add, list, show, pause, resume and remove; calls :class:`BlogProposals` and :class:`BlogAdmin`."""

from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import describe
from discord.ext import commands

from bot.bridge.admin.blogs import BlogAdmin
from bot.bridge.admin.subscribing import BlogProposals
from bot.cogs._blog_cards import blog_card, list_card, proposal_buttons, proposal_card, started_text
from bot.cogs._cards import button, escaped, row
from bot.cogs._components import ComponentCog, ComponentHandler, Ids, chosen_option
from bot.cogs._discord_values import guild_of, read_channel, user_of
from bot.cogs._options import BlogOptionCog, ChannelOption
from bot.cogs._responses import defer, respond
from bot.model.ids import ProposalId
from bot.model.subscription import Placement


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class BlogCog(
    commands.GroupCog, BlogOptionCog, ComponentCog, group_name="blog", group_description="Blogs on this server"
):
    """Sets blogs up, shows how they fare, ends them.

    :param others: cogs whose commands are further verbs of ``/blog``; they are not added to the client by themselves.
    """

    def __init__(self, admin: BlogAdmin, proposals: BlogProposals, *others: commands.Cog) -> None:
        super().__init__(admin)
        self._proposals = proposals
        self._component_cogs = [cog for cog in others if isinstance(cog, ComponentCog)]
        assert self.app_command is not None  # it is a group
        for cog in others:
            for command in cog.get_app_commands():
                self.app_command.add_command(command)

    def buttons(self) -> list[ComponentHandler]:
        """Return the menu and buttons under a proposal, those of the question whether to remove, and other verbs'."""
        return [
            ComponentHandler("proposal:feed:{id}", self._choose, manager=True),
            ComponentHandler("proposal:start:{id}", self._start, manager=True),
            ComponentHandler("proposal:cancel:{id}", self._cancel, manager=True),
            ComponentHandler("blog:remove:{id}", self._remove, manager=True),
            ComponentHandler("blog:keep:{id}", self._keep, manager=True),
            *(handler for cog in self._component_cogs for handler in cog.buttons()),
        ]

    def forms(self) -> list[ComponentHandler]:
        """Return the forms of the other verbs."""
        return [handler for cog in self._component_cogs for handler in cog.forms()]

    @app_commands.command(description="Add a blog: post its new entries and comments in a channel")
    @describe(
        url="The blog's address; any of its pages will do",
        channel="Where its entries go",
        placement="How an entry stands there; a forum always gets forum posts",
        comments="Post the blog's comments too (yes, unless you say no)",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        url: str,
        channel: app_commands.Transform[app_commands.AppCommandChannel, ChannelOption],
        placement: Literal["thread", "forum", "channel"] | None = None,
        comments: bool = True,  # noqa: FBT001 -- the option's name is always given
    ) -> None:
        """Show what is at an address."""
        await defer(interaction)
        wanted = Placement(placement) if placement else None
        view = read_channel(interaction, channel, wanted)
        proposed = await self._proposals.propose(url, view, user_of(interaction), placement=wanted, comments=comments)
        await respond(interaction, embed=proposal_card(proposed), view=proposal_buttons(proposed))

    async def _choose(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        proposal_id, number = ProposalId(ids["id"]), chosen_option(interaction)
        proposed = await self._proposals.propose_other(proposal_id, number, guild_of(interaction))
        await respond(interaction, embed=proposal_card(proposed), view=proposal_buttons(proposed))

    async def _start(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        started = await self._proposals.start(ProposalId(ids["id"]), guild_of(interaction))
        await respond(interaction, started_text(started))

    async def _cancel(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._proposals.cancel(ProposalId(ids["id"]), guild_of(interaction))
        await respond(interaction, "Cancelled. Nothing was started.")

    @app_commands.command(name="list", description="List the blogs on this server with their state")
    async def list_(self, interaction: discord.Interaction) -> None:
        """List the guild's blogs."""
        await defer(interaction)
        blogs = await self._admin.blogs(guild_of(interaction))
        if blogs:
            await respond(interaction, embed=list_card(blogs))
        else:
            await respond(interaction, "No blog goes to a channel of this server. Add one with `/blog add`.")

    @app_commands.command(description="Show one blog's settings and health: last and next poll, errors, replies")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def show(self, interaction: discord.Interaction, blog: str) -> None:
        """Show settings and health."""
        await defer(interaction)
        view = await self._admin.show(await self._admin.look_again(await self.chosen(interaction, blog)))
        undo = [button("Post them after all", f"notice:undo:{each.id}") for each in view.notices if each.undoable]
        await respond(interaction, embed=blog_card(view), view=row(*undo) if undo else None)

    @app_commands.command(description="Stop posting a blog until it is resumed")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def pause(self, interaction: discord.Interaction, blog: str) -> None:
        """Stop posting."""
        chosen = await self.defer_and_find(interaction, blog)
        await self._admin.pause(chosen.subscription)
        title = escaped(chosen.blog.title)
        await respond(
            interaction, f"Paused: **{title}**. What appears meanwhile is not posted later. `/blog resume` goes on."
        )

    @app_commands.command(description="Resume a blog that was paused or parked")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def resume(self, interaction: discord.Interaction, blog: str) -> None:
        """Carry on from now."""
        chosen = await self.defer_and_find(interaction, blog)
        await self._admin.resume(chosen)
        await respond(
            interaction, f"Resumed: **{escaped(chosen.blog.title)}** goes to <#{chosen.subscription.channel_id}> again."
        )

    @app_commands.command(description="Choose where new comments go when a moderator locked the entry's thread")
    @describe(blog="Which blog", comments="quiet: they are not posted; channel: the first one is posted in the channel")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def locked(self, interaction: discord.Interaction, blog: str, comments: Literal["quiet", "channel"]) -> None:
        """Choose what becomes of comments for locked threads."""
        chosen = await self.defer_and_find(interaction, blog)
        await self._admin.set_locked(chosen.subscription, to_channel=comments == "channel")
        what = (
            "the first one is posted in the channel, once for each thread"
            if comments == "channel"
            else "none is posted"
        )
        title = escaped(chosen.blog.title)
        await respond(interaction, f"Saved. Of new comments on entries of **{title}** whose thread is locked, {what}.")

    @app_commands.command(description="Remove a blog from a channel; messages and comments stay")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def remove(self, interaction: discord.Interaction, blog: str) -> None:
        """Ask before a subscription ends."""
        chosen = await self.defer_and_find(interaction, blog)
        subscription = chosen.subscription
        await respond(
            interaction,
            f"Remove **{escaped(chosen.blog.title)}** from <#{subscription.channel_id}>? "
            "Nothing more will be posted there; messages and comments stay.",
            view=row(
                button("Remove", f"blog:remove:{subscription.id}", discord.ButtonStyle.danger),
                button("Keep", f"blog:keep:{subscription.id}"),
            ),
        )

    async def _remove(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        chosen = await self.named(interaction, ids["id"])
        await self._admin.remove(chosen.subscription)
        channel = f"<#{chosen.subscription.channel_id}>"
        await respond(interaction, f"Removed: **{escaped(chosen.blog.title)}** no longer goes to {channel}.")

    async def _keep(self, interaction: discord.Interaction, ids: Ids) -> None:
        await self.named(interaction, ids["id"])
        await interaction.response.edit_message(content="Kept. Nothing was changed.", view=None)
