"""Options that several commands share: a blog, with autocompletion, and a channel."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.bridge.admin.blogs import BlogAdmin
from bot.cogs._cards import shortened
from bot.cogs._discord_values import guild_of, read_visible
from bot.cogs._responses import answer_error, defer
from bot.model.ids import SubscriptionId
from bot.model.redact import shown_url
from bot.model.subscription import SubscribedBlog

#: Discord's limits: https://discord.com/developers/docs/interactions/application-commands
CHOICE: Final = 100
_CHOICES: Final = 25

Choices = list[app_commands.Choice[str]]
C = TypeVar("C", bound=commands.Cog)
Offer = Callable[[C, discord.Interaction, str], Coroutine[Any, Any, Choices]]


def suggestions(offer: Offer[C]) -> Offer[C]:
    """Let suggestions that break off be none; discord.py would leave the person waiting for them."""

    @wraps(offer)
    async def safely(cog: C, interaction: discord.Interaction, typed: str) -> Choices:
        try:
            return (await offer(cog, interaction, typed))[:_CHOICES]
        except Exception as error:
            await answer_error(interaction, error)
            return []

    return safely


class ChannelOption(app_commands.Transformer):
    """A channel that a blog can go to; Discord offers no others. It need not be in the cache."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Discord's type of this option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channels that Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, interaction: discord.Interaction, value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """Take the channel as Discord sent it."""
        return value


class BlogOptionCog(commands.Cog):
    """A cog whose commands have an option ``blog``."""

    def __init__(self, admin: BlogAdmin) -> None:
        self._admin = admin

    @suggestions
    async def offer_blogs(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Suggest blogs with their channels; a choice's value is the subscription's number."""
        blogs = await self._admin.suggest(guild_of(interaction), typed, within=read_visible(interaction))
        return [app_commands.Choice(name=_name(interaction, each), value=str(each.subscription.id)) for each in blogs]

    async def chosen(self, interaction: discord.Interaction, blog: str) -> SubscribedBlog:
        """Look up the blog that an option names.

        :raises NotFound: it names no blog, or several.
        """
        return await self._admin.choose(guild_of(interaction), blog, within=read_visible(interaction))

    async def defer_and_find(self, interaction: discord.Interaction, blog: str) -> SubscribedBlog:
        """Defer the answer, then look up the blog that a command's option names.

        :raises NotFound: it names no blog, or several.
        """
        await defer(interaction)
        return await self.chosen(interaction, blog)

    async def picked_so_far(self, interaction: discord.Interaction) -> SubscribedBlog | None:
        """Look up the option while a person types in another; None: it names no blog, or several."""
        typed = str(interaction.namespace.blog or "")
        return await self._admin.find(guild_of(interaction), typed, within=read_visible(interaction))

    async def named(self, interaction: discord.Interaction, number: int) -> SubscribedBlog:
        """Look up the blog of a button or form, by the subscription's number alone.

        :raises NotFound: it is gone.
        """
        return await self._admin.get(guild_of(interaction), SubscriptionId(number))


def _name(interaction: discord.Interaction, each: SubscribedBlog) -> str:
    channel = interaction.guild.get_channel(each.subscription.channel_id) if interaction.guild else None
    place = f" (#{channel.name})" if channel else ""
    title = shortened(each.blog.title, max(CHOICE - len(place), CHOICE // 2))
    return shortened(f"{title}{place}" if title else shown_url(each.blog.home_url), CHOICE)
