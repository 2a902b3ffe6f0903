"""Buttons, modals, selects, context menus: as a discord.py client means them."""

import asyncio
import re

import discord
import pytest
from discord import app_commands

from sandbox.discord import Modal, NotAllowed
from tests.sandbox.discord_stage import Bot, Stage, a_stage


@pytest.fixture
async def stage():
    async with a_stage() as stage:
        yield stage


class ReplyForm(discord.ui.Modal, title="Reply on the blog"):
    text = discord.ui.Label(
        text="Your comment",
        component=discord.ui.TextInput(custom_id="text", style=discord.TextStyle.long, max_length=100),
    )
    kind = discord.ui.Label(
        text="Show my name as",
        component=discord.ui.RadioGroup(
            custom_id="kind",
            options=[discord.RadioGroupOption(label="Full"), discord.RadioGroupOption(label="First", value="f")],
        ),
    )
    consent = discord.ui.Label(
        text="I agree that this is published", component=discord.ui.Checkbox(custom_id="consent")
    )

    def __init__(self) -> None:
        super().__init__(custom_id="reply-form")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        answers = [self.text.component.value, self.kind.component.value, self.consent.component.value]
        await interaction.followup.send(f"{answers}")


class ReplyButton(discord.ui.DynamicItem[discord.ui.Button], template=r"reply:(?P<key>\d+)"):
    def __init__(self, key: int) -> None:
        super().__init__(discord.ui.Button(label="Reply on the blog", custom_id=f"reply:{key}"))
        self.key = key

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item, match: re.Match[str]
    ) -> "ReplyButton":
        return cls(int(match["key"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        if self.key == 1:
            await interaction.response.send_modal(ReplyForm())
        else:
            await interaction.response.edit_message(content=f"pressed {self.key}", view=None)


def with_button(bot: Bot) -> None:
    bot.add_dynamic_items(ReplyButton)


async def post_button(client: Bot, stage: Stage, key: int) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(ReplyButton(key))
    view.add_item(discord.ui.Button(label="Read", url="https://blog.example/1"))
    await client.get_channel(stage.channel.id).send("comment", view=view)


async def test_button_of_a_former_process_opens_a_modal_that_is_filled_in(stage: Stage) -> None:
    async with stage.bot(with_button) as client:
        await post_button(client, stage, 1)
    message = stage.channel.messages[0]
    assert message.buttons == ["Reply on the blog", "Read"]
    async with stage.bot(with_button):
        modal = await stage.mia.press(message, "Reply on the blog")
        assert isinstance(modal, Modal)
        assert modal.title == "Reply on the blog"
        assert modal.label_of("consent") == "I agree that this is published"
        answer = await stage.mia.submit(modal, text="Well said", kind="First", consent=True)
        assert answer.content == "['Well said', 'f', True]"
        assert answer.ephemeral
        with pytest.raises(ValueError, match="a text is required"):
            await stage.mia.submit(modal, kind="First")
        with pytest.raises(ValueError, match="101 characters"):
            await stage.mia.submit(modal, text="x" * 101, kind="First")


async def test_button_that_edits_its_message_and_the_client_does_not_offer_it_again(stage: Stage) -> None:
    async with stage.bot(with_button) as client:
        await post_button(client, stage, 2)
        message = stage.channel.messages[0]
        with pytest.raises(ValueError, match=r"link to https://blog\.example/1"):
            await stage.mia.press(message, "Read")
        answer = await stage.mia.press(message, "reply:2")
        assert (answer.text, answer.message) == ("pressed 2", message)
        with pytest.raises(LookupError, match="no button"):
            await stage.mia.press(message, "reply:2")


async def test_deferred_update_waits_for_the_edit(stage: Stage) -> None:
    class Panel(discord.ui.View):
        @discord.ui.select(custom_id="pick", options=[discord.SelectOption(label=name) for name in ("red", "blue")])
        async def pick(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content=f"chosen: {select.values[0]}")

    async with stage.bot() as client:
        await client.get_channel(stage.channel.id).send("choose", view=Panel())
        answer = await stage.mia.select(stage.channel.messages[0], "pick", "blue")
        assert answer.content == "chosen: blue"
        with pytest.raises(ValueError, match="green"):
            await stage.mia.select(stage.channel.messages[0], "pick", "green")


async def test_context_menu_shows_the_target_though_the_intent_lacks(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        @bot.tree.context_menu(name="Publish to blog")
        async def publish(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"read: {message.content}", ephemeral=True)

    async with stage.bot(setup):
        message = await stage.mia.post(stage.channel, "a secret thought")
        answer = await stage.mia.message_command(message, "Publish to blog")
        assert answer.content == "read: a secret thought"


async def test_commands_for_managers_only(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        @bot.tree.command(description="Set up")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.choices(mode=[app_commands.Choice(name="Threads", value="threads")])
        async def setup_(interaction: discord.Interaction, mode: str) -> None:
            await interaction.response.send_message(f"ok {mode}")

    async with stage.bot(setup):
        with pytest.raises(NotAllowed, match="MANAGE_GUILD"):
            await stage.mia.command("setup_", mode="threads")
        with pytest.raises(ValueError, match="choices"):
            await stage.ada.command("setup_", mode="forum")
        answer = await stage.ada.command("setup_", mode="threads")
        assert answer.content == "ok threads"
        assert stage.channel.messages == [answer.message]


async def test_ephemeral_answers_are_seen_by_one_person_and_not_listed(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        bot.add_dynamic_items(ReplyButton)

        @bot.tree.command(description="Hide")
        async def hide(interaction: discord.Interaction) -> None:
            view = discord.ui.View(timeout=None)
            view.add_item(ReplyButton(2))
            await interaction.response.send_message("only you", view=view, ephemeral=True)

    async with stage.bot(setup) as client:
        answer = await stage.mia.command("hide")
        with pytest.raises(NotAllowed):
            await stage.ada.press(answer, "Reply on the blog")
        with pytest.raises(discord.NotFound):
            await client.get_channel(stage.channel.id).fetch_message(answer.message.id)
        pressed = await stage.mia.press(answer, "Reply on the blog")
        assert pressed.content == "pressed 2"
        assert answer.content == "pressed 2"


async def test_answers_may_change_later_and_come_once(stage: Stage) -> None:
    refusals: list[int] = []

    def setup(bot: Bot) -> None:
        @bot.tree.command(description="Twice")
        async def twice(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("one moment")
            try:
                await interaction.client.http.request(
                    discord.http.Route(
                        "POST",
                        "/interactions/{interaction_id}/{interaction_token}/callback",
                        interaction_id=interaction.id,
                        interaction_token=interaction.token,
                    ),
                    json={"type": 4, "data": {"content": "again"}},
                )
            except discord.HTTPException as error:
                refusals.append(error.code)
            await interaction.edit_original_response(content="done")

    async with stage.bot(setup):
        answer = await stage.mia.command("twice")
        await answer.wait_until(lambda shown: shown.content == "done")
        assert refusals == [40060]


async def test_silence_is_told_as_discord_tells_it(stage: Stage) -> None:
    def setup(bot: Bot) -> None:
        @bot.tree.command(description="Silent")
        async def silent(interaction: discord.Interaction) -> None:
            return

    async with stage.bot(setup):
        with pytest.raises(TimeoutError, match="did not respond"):
            await stage.mia.command("silent", timeout=0.2)


async def test_an_answer_that_comes_too_late_finds_no_interaction(stage: Stage) -> None:
    stage.discord.world.answer_within = 0.1
    pressed, refusals = asyncio.Event(), []

    def setup(bot: Bot) -> None:
        @bot.tree.command(description="Late")
        async def late(interaction: discord.Interaction) -> None:
            await pressed.wait()
            try:
                await interaction.response.send_message("here I am")
            except discord.NotFound as error:
                refusals.append(error.code)

    async with stage.bot(setup):
        with pytest.raises(TimeoutError, match="did not respond"):
            await stage.mia.command("late")
        pressed.set()
        await stage.discord.until(lambda: refusals)
        assert refusals == [10062]
        assert stage.channel.messages == []


async def test_components_v2_message_is_read_and_pressed(stage: Stage) -> None:
    class Layout(discord.ui.LayoutView):
        box = discord.ui.Container(
            discord.ui.Section("Ada wrote", accessory=discord.ui.Thumbnail("https://a.example/a.png")),
            discord.ui.ActionRow(discord.ui.Button(label="More", custom_id="reply:7")),
        )

    async with stage.bot(with_button) as client:
        await client.get_channel(stage.channel.id).send(view=Layout())
        message = stage.channel.messages[0]
        assert message.text == "Ada wrote\nMore"
        # content is not for a message of this kind, so the client only learns that it was pressed
        assert message.flags & 1 << 15
