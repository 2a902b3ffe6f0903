"""A member's reply: button or message menu, form, preview, **Publish**.

After a restart every button still works, with one exception: a message whose writer has yet to agree to their first
publication is kept in memory, because Discord shows its content to the bot only once.
"""

from collections import OrderedDict
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.bridge.replies.drafts import ReplyDrafts
from bot.bridge.replies.members import ReplyMembers
from bot.cogs._cards import button, content, escaped, row
from bot.cogs._components import ComponentCog, ComponentHandler, Ids, SubmittedForm
from bot.cogs._discord_values import guild_of, read_member, read_mentions, read_message, user_of
from bot.cogs._forms import agreement, agreement_form, reply_form
from bot.cogs._responses import defer, keep_typed, respond
from bot.model.connection import Secret
from bot.model.errors import ParentGone, Refused
from bot.model.ids import MessageId, ReplyId, UserId
from bot.model.message import ANSWER_POST, ChatMessage, ReplyTarget
from bot.model.reply import ReplyForm, ReplyPreview

#: When more members than this have yet to agree, the first of them must use the menu again.
_MOST_PENDING: Final = 500

_PUBLISH = "reply-draft:publish:"
_CANCEL = "reply-draft:cancel:"


class RepliesCog(ComponentCog, commands.Cog):
    """Publishes members' own words on the blog, when they press **Publish**."""

    def __init__(self, drafts: ReplyDrafts, members: ReplyMembers) -> None:
        self._drafts = drafts
        self._members = members
        self._pending: OrderedDict[tuple[UserId, MessageId], ChatMessage] = OrderedDict()

    def buttons(self) -> list[ComponentHandler]:
        """Return the button on a card and those under a preview."""
        return [
            ComponentHandler(ReplyTarget.SHAPE, self._open, manager=False),
            ComponentHandler(f"{_PUBLISH}{{id}}", self._publish, manager=False),
            ComponentHandler(f"{_CANCEL}{{id}}", self._cancel, manager=False),
            ComponentHandler(f"{ANSWER_POST}{{id}}", self._answer_post, manager=False),
        ]

    def forms(self) -> list[ComponentHandler]:
        """Return the form for a reply and the form for consent."""
        return [
            ComponentHandler(f"form-{ReplyTarget.SHAPE}", self._reply_sent, manager=False),
            ComponentHandler("form-publish:{message}", self._consent_sent, manager=False),
        ]

    def menus(self) -> list[app_commands.ContextMenu]:
        """Return the command in a message's menu."""
        return [app_commands.ContextMenu(name="Publish to blog", callback=self.publish_message)]

    async def _open(self, interaction: discord.Interaction, ids: Ids) -> None:
        target = ReplyTarget.of(ids)
        try:
            form = await self._drafts.form_for_button(target, read_member(interaction))
        except ParentGone as error:
            post = ReplyTarget(subscription_id=target.subscription_id, entry_id=target.entry_id)
            await respond(interaction, error.text, view=row(button("Answer the post instead", post.custom_id)))
            return
        first_time = agreement(_proposed_name(form, interaction), form.consent) if form.first_time else ()
        await interaction.response.send_modal(reply_form(f"form-{target.custom_id}", form.answering, *first_time))

    async def _reply_sent(self, interaction: discord.Interaction, ids: Ids) -> None:
        filled, user_id = SubmittedForm(interaction), user_of(interaction)
        text = filled.text("text")
        keep_typed(interaction, text)
        await defer(interaction)
        self._drafts.check_text(text)
        if filled.has("consent"):
            await self._members.agree(user_id, filled.text("name"), consent=filled.ticked("consent"))
        preview = await self._drafts.draft_from_button(
            ReplyTarget.of(ids), read_member(interaction), text, read_mentions(interaction, text)
        )
        await _show(interaction, preview)

    @app_commands.guild_only()
    async def publish_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Show the writer of a message its preview."""
        written, user_id = read_message(interaction, message), user_of(interaction)
        form = await self._drafts.form_for_message(written, read_member(interaction))
        if not form.first_time:
            await defer(interaction)
            await _show(interaction, await self._drafts.draft_from_message(written, read_member(interaction)))
            return
        self._remember(user_id, written)
        name = _proposed_name(form, interaction)
        await interaction.response.send_modal(
            agreement_form(f"form-publish:{message.id}", "Before your first reply", name, form.consent)
        )

    async def _consent_sent(self, interaction: discord.Interaction, ids: Ids) -> None:
        filled, user_id = SubmittedForm(interaction), user_of(interaction)
        await defer(interaction)
        await self._members.agree(user_id, filled.text("name"), consent=filled.ticked("consent"))
        written = self._pending.pop((user_id, MessageId(ids["message"])), None)
        if written is None:
            await respond(interaction, "Your name is saved. Please use **Publish to blog** on your message again.")
            return
        await _show(interaction, await self._drafts.draft_from_message(written, read_member(interaction)))

    async def _publish(self, interaction: discord.Interaction, ids: Ids) -> None:
        # The outbox shows that the reply is on its way, once it is stored; see `acknowledge_reply`.
        await interaction.response.defer()
        try:
            await self._drafts.publish(ReplyId(ids["id"]), read_member(interaction), Secret(interaction.token))
        except ParentGone as error:
            await interaction.edit_original_response(
                content=content(error.text), view=_answer_post_instead(ReplyId(ids["id"]))
            )
        except Refused as error:
            # The preview stays, without the buttons, which would not work.
            await interaction.edit_original_response(content=content(error.text), view=None)

    async def _answer_post(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await _show(
            interaction,
            await self._drafts.answer_post(ReplyId(ids["id"]), read_member(interaction)),
        )

    async def _cancel(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._drafts.cancel(ReplyId(ids["id"]), guild_of(interaction), user_of(interaction))
        await respond(interaction, "Cancelled. Nothing was published.")

    def _remember(self, user_id: UserId, written: ChatMessage) -> None:
        self._pending[user_id, written.ref.message_id] = written
        while len(self._pending) > _MOST_PENDING:
            self._pending.popitem(last=False)


async def _show(interaction: discord.Interaction, preview: ReplyPreview) -> None:
    """Show a preview with the buttons **Publish** and **Cancel**."""
    embed = discord.Embed(description=preview.body)
    embed.set_author(name=preview.public_name)
    embed.add_field(name="In reply to", value=escaped(preview.answering, 200) or "the blog's post")
    embed.add_field(name="On the blog", value=escaped(preview.blog_title, 200) or "the blog")
    notes = ["The comment will carry a link to your message here."]
    if preview.by_button:
        notes.append(f"Your text will also appear in the {preview.placement.where}, under this name.")
    embed.set_footer(text=" ".join(notes))
    if preview.parent_gone:
        text = "The comment that you answer was removed from the blog. Your text is kept."
        await respond(interaction, text, embed=embed, view=_answer_post_instead(preview.reply_id))
        return
    await respond(
        interaction,
        "This is how your reply will look on the blog. Nothing is published until you press **Publish**.",
        embed=embed,
        view=row(
            button("Publish", f"{_PUBLISH}{preview.reply_id}", discord.ButtonStyle.success),
            button("Cancel", f"{_CANCEL}{preview.reply_id}"),
        ),
    )


def _answer_post_instead(reply_id: ReplyId) -> discord.ui.View:
    """Offer to answer the post, because the comment that was answered was removed."""
    return row(button("Answer the post instead", f"{ANSWER_POST}{reply_id}"), button("Cancel", f"{_CANCEL}{reply_id}"))


def _proposed_name(form: ReplyForm, interaction: discord.Interaction) -> str:
    return form.public_name or interaction.user.display_name
