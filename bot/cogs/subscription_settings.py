"""``/blog filter``, ``template``, ``mention``, ``mentions`` for :class:`SubscriptionSettings`; holds no rule."""

from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import Choice, describe

from bot.bridge.admin.blogs import BlogAdmin
from bot.bridge.admin.subscription_settings import EVERY_RULE, SubscriptionSettings
from bot.cogs._cards import escaped, shortened
from bot.cogs._components import ComponentCog, ComponentHandler, Ids, SubmittedForm
from bot.cogs._discord_values import read_role, read_roles
from bot.cogs._forms import template_form
from bot.cogs._options import CHOICE, BlogOptionCog, Choices, suggestions
from bot.cogs._responses import defer, keep_typed, respond
from bot.cogs._settings_cards import filter_card, mentions_text, send_template
from bot.model.filter import FilterField
from bot.model.subscription import SubscribedBlog

_Field = Literal["anything", "title", "text", "category", "author"]


class SubscriptionSettingsCog(BlogOptionCog, ComponentCog):
    """Verbs of ``/blog`` that fit what is posted to a channel's wishes."""

    def __init__(self, admin: BlogAdmin, subscription_settings: SubscriptionSettings) -> None:
        super().__init__(admin)
        self._subscription_settings = subscription_settings

    def forms(self) -> list[ComponentHandler]:
        """Return the form for a template."""
        return [ComponentHandler("form-template:{id}", self._take_template, manager=True)]

    @suggestions
    async def offer_names(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Suggest categories or authors of the blog, where these are what a rule looks at."""
        chosen = await self.picked_so_far(interaction)
        if chosen is None:
            return []
        # While a person types elsewhere, nobody has checked yet what stands in this option.
        field = str(interaction.namespace.field or FilterField.ANYTHING)
        if field not in list(FilterField):
            return []
        names = await self._subscription_settings.suggest_names(chosen.blog.id, FilterField(field), typed)
        return [Choice(name=name, value=name) for name in names if len(name) <= CHOICE]

    @suggestions
    async def offer_rules(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Suggest the rules that there are, and all of them at once; a choice's value names that very rule."""
        chosen = await self.picked_so_far(interaction)
        if chosen is None or not chosen.subscription.filter.rules:
            return []
        rules = self._subscription_settings.suggest_rules(chosen.subscription, typed)
        return [
            Choice(name="All rules", value=EVERY_RULE),
            *(Choice(name=shortened(sentence, CHOICE), value=value) for sentence, value in rules),
        ]

    @app_commands.command(
        name="filter", description="Choose which entries are posted, by words, categories or authors; shows the effect"
    )
    @describe(
        blog="Which blog",
        field="Where exclude and include look; a category or an author has to be named in full",
        exclude="Leave out entries with one of these words, parted by commas; /…/ is an expression (RE2)",
        include="Post only entries with one of these words, or that fit another include rule; /…/ as above",
        remove="Take a rule away: pick it, or give its number",
    )
    @app_commands.autocomplete(
        blog=BlogOptionCog.offer_blogs, exclude=offer_names, include=offer_names, remove=offer_rules
    )
    async def filter_(
        self,
        interaction: discord.Interaction,
        blog: str,
        field: _Field = "anything",
        exclude: str | None = None,
        include: str | None = None,
        remove: str | None = None,
    ) -> None:
        """Change the filter as wished, and show it with what it does."""
        chosen = await self.defer_and_find(interaction, blog)
        subscription = chosen.subscription
        changed = exclude is not None or include is not None or remove is not None
        if changed:
            subscription = await self._subscription_settings.change_filter(
                subscription, FilterField(field), exclude=exclude, include=include, remove=remove
            )
        view = await self._subscription_settings.show_filter(subscription)
        commas = self._subscription_settings.explain_commas(FilterField(field), exclude, include)
        saved = " ".join(filter(None, ("Saved.", commas))) if changed else None
        await respond(interaction, saved, embed=filter_card(chosen.blog, view))

    @app_commands.command(
        description="Set the text above each entry's card, with placeholders; shows the newest entry with it"
    )
    @describe(
        blog="Which blog", template=r"Such as: New by {author|us}: {title}. \n begins a line. Left out: a form asks"
    )
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def template(self, interaction: discord.Interaction, blog: str, template: str | None = None) -> None:
        """Take a template, or open the form with the present one."""
        if template is None:
            chosen = await self.chosen(interaction, blog)
            subscription = chosen.subscription
            form = template_form(
                f"form-template:{subscription.id}",
                subscription.template or "",
                self._subscription_settings.placeholders,
            )
            await interaction.response.send_modal(form)
            return
        await defer(interaction)
        await self._save_template(interaction, await self.chosen(interaction, blog), template.replace(r"\n", "\n"))

    async def _take_template(self, interaction: discord.Interaction, ids: Ids) -> None:
        typed = SubmittedForm(interaction).text("template")
        keep_typed(interaction, typed)
        await defer(interaction)
        await self._save_template(interaction, await self.named(interaction, ids["id"]), typed)

    async def _save_template(self, interaction: discord.Interaction, chosen: SubscribedBlog, template: str) -> None:
        preview = await self._subscription_settings.set_template(chosen, template)
        await send_template(interaction, chosen, preview)

    @app_commands.command(
        description="Choose the roles that each new entry of a blog pings; nobody else is ever pinged"
    )
    @describe(blog="Which blog", add="A role to ping from now on", remove="A role to ping no more")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def mention(
        self,
        interaction: discord.Interaction,
        blog: str,
        add: discord.Role | None = None,
        remove: discord.Role | None = None,
    ) -> None:
        """Add and remove roles, and show which there are."""
        chosen = await self.defer_and_find(interaction, blog)
        subscription, channel_id = chosen.subscription, chosen.subscription.channel_id
        roles = read_roles(interaction, channel_id)
        if remove is not None:
            view = read_role(interaction, remove, channel_id)
            subscription = await self._subscription_settings.remove_role(subscription, view, roles)
        if add is not None:
            view = read_role(interaction, add, channel_id)
            subscription = await self._subscription_settings.add_role(subscription, view, roles)
        await respond(interaction, mentions_text(chosen.blog, subscription, roles))

    @app_commands.command(description="Choose whether pingbacks and trackbacks are posted under an entry")
    @describe(blog="Which blog", mentions="off: pingbacks and trackbacks are not posted; on: as “Mentioned by …”")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def mentions(self, interaction: discord.Interaction, blog: str, mentions: Literal["off", "on"]) -> None:
        """Choose whether pingbacks and trackbacks are posted."""
        chosen = await self.defer_and_find(interaction, blog)
        await self._subscription_settings.set_pingbacks(chosen.subscription, shown=mentions == "on")
        what = (
            "is told of under it, as “Mentioned by …”: what WordPress takes as a pingback or trackback from now on"
            if mentions == "on"
            else "is not told of"
        )
        title = escaped(chosen.blog.title)
        await respond(interaction, f"Saved. A site that links to an entry of **{title}** {what}.")
