"""A member's reply on its way: button or menu, form, preview, Publish. Translates and answers; holds no rule.

Nothing here needs the process that began it, but for one thing: the content of a message that waits for its writer's
first agreement is kept in memory, because Discord shows it to us in that one moment only.
"""

from collections import OrderedDict
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.bridge.replies.drafts import Relay
from bot.bridge.replies.forms import ReplyForm, ReplyPreview
from bot.cogs._answers import keep_typed, promise, say
from bot.cogs._cards import button, content, escaped, row
from bot.cogs._components import Act, Door, Filled, Ids
from bot.cogs._discord_values import guild_of, read_member, read_mentions, read_message, user_of
from bot.cogs._forms import agreement, agreement_form, reply_form
from bot.model.connection import Secret
from bot.model.errors import ParentGone, Refused
from bot.model.ids import MessageId, ReplyId, UserId
from bot.model.message import ANSWER_POST, ChatMessage, ReplyTarget

#: So many first agreements may be open at once; whoever was first is asked to use the menu again.
_WAITING: Final = 500

_PUBLISH = "reply-draft:publish:"
_CANCEL = "reply-draft:cancel:"


class RepliesCog(Door, commands.Cog):
    """Carries a member's own words to the blog by their own act."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._waiting: OrderedDict[tuple[UserId, MessageId], ChatMessage] = OrderedDict()

    def buttons(self) -> list[Act]:
        """Return the button on a card and those under a preview."""
        return [
            Act(ReplyTarget.SHAPE, self._open, manager=False),
            Act(f"{_PUBLISH}{{id}}", self._publish, manager=False),
            Act(f"{_CANCEL}{{id}}", self._cancel, manager=False),
            Act(f"{ANSWER_POST}{{id}}", self._answer_post, manager=False),
        ]

    def forms(self) -> list[Act]:
        """Return the form for a reply and the one for a first agreement."""
        return [
            Act(f"form-{ReplyTarget.SHAPE}", self._written, manager=False),
            Act("form-publish:{message}", self._agreed, manager=False),
        ]

    def menus(self) -> list[app_commands.ContextMenu]:
        """Return the command in a message's menu."""
        return [app_commands.ContextMenu(name="Publish to blog", callback=self.publish_message)]

    async def _open(self, interaction: discord.Interaction, ids: Ids) -> None:
        target = ReplyTarget.of(ids)
        try:
            form = await self._relay.open_button(target, read_member(interaction))
        except ParentGone as error:
            post = ReplyTarget(subscription_id=target.subscription_id, entry_id=target.entry_id)
            await say(interaction, error.text, view=row(button("Answer the post instead", post.custom_id)))
            return
        first_time = agreement(_proposed_name(form, interaction), form.consent) if form.first_time else ()
        await interaction.response.send_modal(reply_form(f"form-{target.custom_id}", form.answering, *first_time))

    async def _written(self, interaction: discord.Interaction, ids: Ids) -> None:
        filled, user_id = Filled(interaction), user_of(interaction)
        text = filled.text("text")
        keep_typed(interaction, text)
        await promise(interaction)
        self._relay.examine(text)
        if filled.has("consent"):
            await self._relay.agree(user_id, filled.text("name"), consent=filled.ticked("consent"))
        preview = await self._relay.draft_from_button(
            ReplyTarget.of(ids), read_member(interaction), text, read_mentions(interaction, text)
        )
        await _show(interaction, preview)

    @app_commands.guild_only()
    async def publish_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Show the writer of a message what would be published."""
        written, user_id = read_message(interaction, message), user_of(interaction)
        form = await self._relay.open_menu(written, read_member(interaction))
        if not form.first_time:
            await promise(interaction)
            await _show(interaction, await self._relay.draft_from_message(written, read_member(interaction)))
            return
        self._wait(user_id, written)
        name = _proposed_name(form, interaction)
        await interaction.response.send_modal(
            agreement_form(f"form-publish:{message.id}", "Before your first reply", name, form.consent)
        )

    async def _agreed(self, interaction: discord.Interaction, ids: Ids) -> None:
        filled, user_id = Filled(interaction), user_of(interaction)
        await promise(interaction)
        await self._relay.agree(user_id, filled.text("name"), consent=filled.ticked("consent"))
        written = self._waiting.pop((user_id, MessageId(ids["message"])), None)
        if written is None:
            await say(interaction, "Your name is kept. Please use **Publish to blog** on your message once more.")
            return
        await _show(interaction, await self._relay.draft_from_message(written, read_member(interaction)))

    async def _publish(self, interaction: discord.Interaction, ids: Ids) -> None:
        # This says nothing yet. That the reply is on its way is told out of the outbox, so only once it is kept, and
        # before anything else about it; see `acknowledge_reply`.
        await interaction.response.defer()
        try:
            await self._relay.publish(ReplyId(ids["id"]), read_member(interaction), Secret(interaction.token))
        except ParentGone as error:
            await interaction.edit_original_response(content=content(error.text), view=_other_way(ReplyId(ids["id"])))
        except Refused as error:
            # The words stay where they are; the buttons would lead nowhere.
            await interaction.edit_original_response(content=content(error.text), view=None)

    async def _answer_post(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await _show(
            interaction,
            await self._relay.answer_post(ReplyId(ids["id"]), read_member(interaction)),
        )

    async def _cancel(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._relay.cancel(ReplyId(ids["id"]), guild_of(interaction), user_of(interaction))
        await say(interaction, "Cancelled. Nothing was published.")

    def _wait(self, user_id: UserId, written: ChatMessage) -> None:
        self._waiting[user_id, written.ref.message_id] = written
        while len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)


async def _show(interaction: discord.Interaction, preview: ReplyPreview) -> None:
    """Show exactly what would be published, with the choice."""
    embed = discord.Embed(description=preview.body)
    embed.set_author(name=preview.public_name)
    embed.add_field(name="In answer to", value=escaped(preview.answering, 200) or "the blog's post")
    embed.add_field(name="On the blog", value=escaped(preview.blog_title, 200) or "the blog")
    notes = ["The comment will carry a link to your message here."]
    if preview.by_button:
        notes.append(f"Your text will also appear in the {preview.placement.where}, under this name.")
    embed.set_footer(text=" ".join(notes))
    if preview.parent_gone:
        text = "The comment that you answer was removed from the blog meanwhile. Your text is kept."
        await say(interaction, text, embed=embed, view=_other_way(preview.reply_id))
        return
    await say(
        interaction,
        "This is how it will be published. Nothing is sent until you press **Publish**.",
        embed=embed,
        view=row(
            button("Publish", f"{_PUBLISH}{preview.reply_id}", discord.ButtonStyle.success),
            button("Cancel", f"{_CANCEL}{preview.reply_id}"),
        ),
    )


def _other_way(reply_id: ReplyId) -> discord.ui.View:
    """Offer to answer the post where the comment that was answered is gone."""
    return row(button("Answer the post instead", f"{ANSWER_POST}{reply_id}"), button("Cancel", f"{_CANCEL}{reply_id}"))


def _proposed_name(form: ReplyForm, interaction: discord.Interaction) -> str:
    return form.public_name or interaction.user.display_name
