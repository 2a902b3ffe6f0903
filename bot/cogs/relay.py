"""``/relay``: admins connect blogs and choose the mode; members see their public name and their own replies.

Discord can limit only whole groups to admins, so this group is open to everybody and each command checks for itself.
"""

from typing import Final, Literal

import discord
from discord import app_commands
from discord.app_commands import describe
from discord.ext import commands

from bot.bridge.admin.blogs import BlogAdmin
from bot.bridge.connections.connecting import Connected, Connector, api_fingerprint, require_api_root, require_same_api
from bot.bridge.connections.disconnecting import Disconnected, Disconnector
from bot.bridge.replies.members import ReplyMembers
from bot.cogs._cards import DESCRIPTION, button, cut, escaped, link, row
from bot.cogs._components import ComponentCog, ComponentHandler, Ids, SubmittedForm
from bot.cogs._discord_values import guild_of, require_manager, user_of
from bot.cogs._forms import agreement_form, password_form
from bot.cogs._options import BlogOptionCog
from bot.cogs._responses import defer, respond
from bot.model.connection import Credential, Secret
from bot.model.reply import OwnReply, Profile
from bot.model.subscription import Placement, RelayMode, SubscribedBlog
from bot.rules.links import masked

#: An answer has room for an address of this length.
_PAGE: Final = 1400

_MODES: Final = {
    RelayMode.OFF: "Members cannot publish replies from there.",
    RelayMode.BUTTON: "Members publish with the button **Reply on the blog**.",
    RelayMode.MENU: (
        "Members publish with the button **Reply on the blog**, and their own messages {which} with "
        "Apps → **Publish to blog** in a message's menu."
    ),
}
#: The messages that the menu can publish, by placement.
_WHICH: Final = {
    Placement.THREAD: "in the threads",
    Placement.FORUM: "in the posts",
    Placement.CHANNEL: "that reply to one of mine",
}


@app_commands.guild_only()
class RelayCog(
    commands.GroupCog, BlogOptionCog, ComponentCog, group_name="relay", group_description="Publish replies on the blog"
):
    """Connections for admins; public names and own replies for members."""

    def __init__(
        self, admin: BlogAdmin, connector: Connector, disconnector: Disconnector, members: ReplyMembers
    ) -> None:
        super().__init__(admin)
        self._connector = connector
        self._disconnector = disconnector
        self._members = members

    def buttons(self) -> list[ComponentHandler]:
        """Return the button that opens the form for a password, and those of a blog that is connected."""
        return [
            ComponentHandler("connect:password:{id}:{api}", self._ask_password, manager=True),
            ComponentHandler("connect:replace:{id}", self._replace, manager=True),
            ComponentHandler("connect:end:{id}", self._end, manager=True),
        ]

    def forms(self) -> list[ComponentHandler]:
        """Return the forms for a password and for a member's name."""
        return [
            ComponentHandler("form-connect:{id}:{api}", self._connect, manager=True),
            ComponentHandler("form-profile", self._agree, manager=False),
        ]

    @app_commands.command(description="Connect a blog, so that members can reply on it (needs Manage Server)")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def connect(self, interaction: discord.Interaction, blog: str) -> None:
        """Offer both ways to connect the blog, or show its connection."""
        require_manager(interaction)
        await defer(interaction)
        chosen = await self._admin.look_again(await self.chosen(interaction, blog))
        account = await self._connector.account(chosen.blog, guild_of(interaction))
        if account is None:
            await self._offer(interaction, chosen)
            return
        number = chosen.subscription.id
        await respond(
            interaction,
            f"**{escaped(chosen.blog.title)}** is connected as **{escaped(account, 60)}**. "
            "**Replace** connects another account; this one stays until that succeeds. "
            "`/relay mode` chooses how members publish.",
            view=row(
                button("Replace", f"connect:replace:{number}"),
                button("Disconnect", f"connect:end:{number}", discord.ButtonStyle.danger),
            ),
        )

    async def _replace(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._offer(interaction, await self._admin.look_again(await self.named(interaction, ids["id"])))

    async def _end(self, interaction: discord.Interaction, ids: Ids) -> None:
        await interaction.response.defer()
        await self._disconnect(interaction, await self.named(interaction, ids["id"]))

    async def _disconnect(self, interaction: discord.Interaction, chosen: SubscribedBlog) -> None:
        ended = await self._disconnector.disconnect(chosen.blog, guild_of(interaction))
        await respond(interaction, disconnected_text(ended))

    async def _offer(self, interaction: discord.Interaction, chosen: SubscribedBlog) -> None:
        url = await self._connector.start_click_through(chosen.blog, guild_of(interaction), user_of(interaction))
        lines = [
            f"To publish members' replies on **{escaped(chosen.blog.title)}**, I need an account there.",
            "Best is a new account with the role Subscriber: it can comment and do nothing else.",
        ]
        authorise = None
        if url is not None:
            authorise = link("Authorise on the blog", url)
            # Discord allows 512 characters in a button's address.
            page = masked("this page of the blog", url, longest=_PAGE)
            where = "Press **Authorise on the blog**" if authorise else f"Open {page}"
            lines.append(f"{where}, log in with that account and approve within half an hour.")
        other = "Or make" if url is not None else "Make"
        lines.append(
            f"{other} an application password on the blog (Users → Profile → Application Passwords) "
            "and press **Enter an application password**."
        )
        # The button and its form carry the address, so that the password is sent there and nowhere else.
        bound = f"{chosen.subscription.id}:{api_fingerprint(chosen.blog)}"
        password = button("Enter an application password", f"connect:password:{bound}")
        await respond(interaction, "\n".join(lines), view=row(authorise, password))

    async def _ask_password(self, interaction: discord.Interaction, ids: Ids) -> None:
        chosen = await self.named(interaction, ids["id"])
        require_same_api(chosen.blog, ids["api"])
        form = password_form(f"form-connect:{chosen.subscription.id}:{ids['api']}", require_api_root(chosen.blog))
        await interaction.response.send_modal(form)

    async def _connect(self, interaction: discord.Interaction, ids: Ids) -> None:
        await defer(interaction)
        filled = SubmittedForm(interaction)
        chosen = await self.named(interaction, ids["id"])
        require_same_api(chosen.blog, ids["api"])
        credential = Credential(username=filled.text("username").strip(), password=Secret(filled.text("password")))
        connected = await self._connector.connect(chosen.blog, guild_of(interaction), user_of(interaction), credential)
        await respond(interaction, _connected_text(connected))

    @app_commands.command(description="End the connection to a blog and delete its password (needs Manage Server)")
    @describe(blog="Which blog")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def disconnect(self, interaction: discord.Interaction, blog: str) -> None:
        """Delete this server's credential for a blog."""
        require_manager(interaction)
        chosen = await self.defer_and_find(interaction, blog)
        await self._disconnect(interaction, chosen)

    @app_commands.command(description="Choose how members' replies reach a blog (needs Manage Server)")
    @describe(blog="Which blog", mode="Each mode includes the ones before it")
    @app_commands.autocomplete(blog=BlogOptionCog.offer_blogs)
    async def mode(self, interaction: discord.Interaction, blog: str, mode: Literal["off", "button", "menu"]) -> None:
        """Choose the mode."""
        require_manager(interaction)
        chosen = await self.defer_and_find(interaction, blog)
        await self._connector.set_mode(chosen, RelayMode(mode))
        place = f"**{escaped(chosen.blog.title)}** in <#{chosen.subscription.channel_id}>"
        told = _MODES[RelayMode(mode)].format(which=_WHICH[chosen.subscription.placement])
        await respond(interaction, f"Replies to {place} are now in mode `{mode}`. {told}")

    @app_commands.command(description="How many replies a member may publish from here (needs Manage Server)")
    @describe(
        per_10_minutes="At most so many in 10 minutes; leave both out to see what holds now",
        per_day="At most so many in 24 hours",
    )
    async def limit(
        self,
        interaction: discord.Interaction,
        per_10_minutes: app_commands.Range[int, 1, 100] | None = None,
        per_day: app_commands.Range[int, 1, 1000] | None = None,
    ) -> None:
        """Show or change the limit of this server's members."""
        require_manager(interaction)
        await defer(interaction)
        limit = await self._members.set_limit(guild_of(interaction), per_10_minutes, per_day)
        await respond(
            interaction,
            f"A member may publish {limit.per_ten_minutes} {_replies(limit.per_ten_minutes)} in 10 minutes and "
            f"{limit.per_day} in 24 hours from this server. Replies that the blog refused do not count.",
        )

    @app_commands.command(description="The name under which your replies are published")
    @describe(name="A new name; leave it out to see the present one")
    async def profile(
        self, interaction: discord.Interaction, name: app_commands.Range[str, 1, 80] | None = None
    ) -> None:
        """Show or change the public name; the first time asks for consent."""
        user_id = user_of(interaction)
        profile = await self._members.profile(user_id)
        agreed = profile is not None and profile.consented_at is not None
        if name is None:
            await respond(interaction, _profile_text(profile))
        elif agreed:
            await respond(interaction, _renamed_text(await self._members.rename(user_id, name)))
        else:
            form = agreement_form("form-profile", "Your public name", name, self._members.consent)
            await interaction.response.send_modal(form)

    async def _agree(self, interaction: discord.Interaction, ids: Ids) -> None:
        filled = SubmittedForm(interaction)
        profile = await self._members.agree(user_of(interaction), filled.text("name"), consent=filled.ticked("consent"))
        await respond(interaction, _renamed_text(profile))

    @app_commands.command(description="Your replies on the blogs of this server, and what became of them")
    async def mine(self, interaction: discord.Interaction) -> None:
        """List the member's replies."""
        await defer(interaction)
        replies = await self._members.own_replies(user_of(interaction), guild_of(interaction))
        if not replies:
            await respond(interaction, "You have not published anything from this server yet.")
            return
        lines = [self._line(reply) for reply in replies]
        await respond(interaction, embed=discord.Embed(title="Your replies", description=cut(lines, DESCRIPTION)))

    def _line(self, own: OwnReply) -> str:
        """Return a reply with its text, its state and its links."""
        reply = own.reply
        links = f" · {masked('comment', reply.url)}" if reply.url else ""
        if reply.message_id is not None:
            links += (
                f" · [message](https://discord.com/channels/{reply.guild_id}/{reply.channel_id}/{reply.message_id})"
            )
        when = f"<t:{int(reply.created_at.timestamp())}:R>"
        state = escaped(self._members.status(reply), 200)
        # Texts are deleted after some weeks.
        said = f": “{escaped(own.text, 80)}”" if own.text else ""
        return f"**{escaped(own.entry_title, 80)}** {when}{said}\n{state}{links}"


def _replies(number: int) -> str:
    return "reply" if number == 1 else "replies"


def disconnected_text(disconnected: Disconnected) -> str:
    """Say that a connection has ended, and what to do on the blog."""
    revoked = "The blog has revoked the password."
    if not disconnected.revoked:
        revoked = (
            "I could not revoke the password. Please revoke it on the blog: Users → Profile → Application Passwords."
        )
    return (
        f"**{escaped(disconnected.blog.title)}** is not connected any more, and I deleted its password. The button "
        f"**Reply on the blog** disappears from the newest cards. Published replies stay on the blog.\n{revoked}"
    )


def _connected_text(connected: Connected) -> str:
    account = connected.account
    roles = f" ({', '.join(escaped(role, 40) for role in account.roles)})" if account.roles else ""
    lines = [f"Connected to **{escaped(connected.blog.title)}** as **{escaped(account.name)}**{roles}."]
    lines += [f"⚠️ {warning}" for warning in connected.warnings]
    lines.append("Next: choose how members publish with `/relay mode`.")
    return "\n".join(lines)


def _profile_text(profile: Profile | None) -> str:
    if profile is None or profile.consented_at is None:
        return (
            "You have not published anything yet. Choose a public name with `/relay profile name:`, "
            "or in the form of your first reply."
        )
    when = int(profile.consented_at.timestamp())
    return f"Your replies are published as **{escaped(profile.public_name)}**; you agreed <t:{when}:R>."


def _renamed_text(profile: Profile) -> str:
    name = escaped(profile.public_name)
    return f"From now on your replies are published as **{name}**. Replies that are published already keep their name."
