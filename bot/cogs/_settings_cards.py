"""The answers behind ``/blog filter``, ``template``, ``mention`` and ``preview``. Words only, but for the previews."""

from collections.abc import Iterator, Mapping
from typing import Final

import discord

from bot.bridge.admin.subscription_settings import EntryPreview, FilterView, PreviewedEntry
from bot.cogs._cards import DESCRIPTION, cut, escaped, render, text_above_card
from bot.cogs._responses import respond
from bot.model.feed import Blog
from bot.model.ids import RoleId
from bot.model.message import RoleView
from bot.model.redact import shown_url
from bot.model.subscription import SubscribedBlog, Subscription
from bot.rules.links import masked

_TITLE: Final = 100
_RULE: Final = 240
_LINE: Final = 120
_HALF: Final = DESCRIPTION // 2 - 30


def filter_card(blog: Blog, view: FilterView) -> discord.Embed:
    """Show a filter's rules, and for each of the newest entries whether it was posted and what the rules say of it."""
    rules = [f"{number}. {escaped(rule, _RULE)}" for number, rule in enumerate(view.rules, 1)]
    tried = [_tried(each) for each in view.tried]
    embed = discord.Embed(
        title=f"Filter of {escaped(blog.title, _TITLE) or shown_url(blog.home_url)}",
        description=(
            f"{cut(rules, _HALF) or 'No rules: every new entry is posted.'}\n\n"
            f"**The newest entries**\n{cut(tried, _HALF) or 'There are none yet.'}"
        ),
    )
    embed.set_footer(
        text=(
            "What an exclude rule fits is left out; where there are include rules, one of them has to fit. Changes "
            "count from now on. An entry that is left out brings no comments here; alerts still tell its author."
        )
    )
    return embed


def mentions_text(blog: Blog, subscription: Subscription, roles: Mapping[RoleId, RoleView]) -> str:
    """Say which roles an entry pings, and which of them the bot may not ping."""
    standing = [roles[each] for each in subscription.mentioned_roles if each in roles]
    title, channel = escaped(blog.title, _TITLE), f"<#{subscription.channel_id}>"
    if not standing:
        return f"Entries of **{title}** ping nobody in {channel}."
    lines = [f"Each new entry of **{title}** in {channel} pings {_named(standing)}, and nobody else."]
    silent = [role for role in standing if not role.pingable]
    if silent:
        lines.append(
            f"But I may not ping {_named(silent)}: let anyone **@mention** this role in the server's settings, "
            "or give me the permission **Mention @everyone, @here, and All Roles**."
        )
    return "\n".join(lines)


def settings_text(subscription: Subscription) -> Iterator[tuple[str, str]]:
    """Yield, as names and values of fields, what was set besides the usual."""
    rules = len(subscription.filter.rules)
    if rules:
        yield "Filter", f"{rules} {'rule' if rules == 1 else 'rules'}; `/blog filter` shows what they do"
    if subscription.template:
        yield "Template", escaped(subscription.template, 400)
    if subscription.pingbacks_since is not None:
        yield "Mentions", "pingbacks and trackbacks are posted"
    if subscription.mentioned_roles:
        yield "Pings", " ".join(f"<@&{role}>" for role in subscription.mentioned_roles)


async def send_preview(interaction: discord.Interaction, chosen: SubscribedBlog, preview: EntryPreview) -> None:
    """Show the newest entry as it would be posted now."""
    head = f"As it would stand in <#{chosen.subscription.channel_id}>:"
    if not preview.verdict.passed:
        head = f"The filter keeps it from <#{chosen.subscription.channel_id}>. {escaped(preview.verdict.reason, _RULE)}"
    await _say_post(interaction, head, preview)


async def send_template(interaction: discord.Interaction, chosen: SubscribedBlog, preview: EntryPreview | None) -> None:
    """Show the newest entry with a template that was saved."""
    channel = f"<#{chosen.subscription.channel_id}>"
    if preview is None:
        await respond(interaction, f"Saved for {channel}. There is no entry yet to show it with.")
    else:
        await _say_post(interaction, f"Saved. The newest entry would stand in {channel} like this:", preview)


async def _say_post(interaction: discord.Interaction, head: str, preview: EntryPreview) -> None:
    words = text_above_card(preview.post)
    await respond(interaction, f"{head}\n{words}" if words else head, embed=render(preview.post))


def _named(roles: list[RoleView]) -> str:
    return ", ".join(f"<@&{role.id}>" for role in roles)


def _tried(tried: PreviewedEntry) -> str:
    name = masked(tried.entry.title or "(no title)", tried.entry.link, limit=60, longest=160)
    mark = "✅" if tried.verdict.passed else "🚫"
    return f"{mark} {name}: {'posted' if tried.posted else 'not posted'}. {escaped(tried.verdict.reason, _LINE)}"
