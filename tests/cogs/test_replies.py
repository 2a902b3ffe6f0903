"""From button or menu over form and preview to Publish, with restarts in between."""

import pytest

from bot.model.ids import BlogId
from sandbox.discord import Answer
from tests.cogs.stage import Stage, expect_answer, expect_modal, thread_of
from tests.fakes.blog import HOME
from tests.storage.given import make_due


async def test_button_form_preview_publish(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
        assert form.title == "Reply to News"
        assert [part["custom_id"] for part in form.inputs] == ["text", "name", "consent"]
        assert "My words may be published on the blog under this name." in form.text
        preview = await stage.mia.submit(form, text="I **agree**.", name="Mia M.", consent=True)
        assert preview.ephemeral
        assert preview.buttons == ["Publish", "Cancel"]
        for words in ("Mia M.", "I **agree**.", "News", r"Ann's \*blog\*", "link to your message"):
            assert words in preview.text
        assert stage.blog.received == []
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        assert told.message is preview.message
        assert told.buttons == ["See it on the blog"]
        [comment] = stage.blog.received
        assert (comment.author_name, comment.html) == ("Mia M.", "I <strong>agree</strong>.")
        [spoken] = [each for each in thread_of(card).messages if "I **agree**." in each.text]
        assert comment.author_url == spoken.jump_url
        mine = await stage.mia.command("relay mine")
        assert "Published on the blog" in mine.text
        assert f"{HOME}1/#comment-501" in mine.text
        assert spoken.jump_url in mine.text

        # the second time nothing is asked but the text
        form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
        assert [part["custom_id"] for part in form.inputs] == ["text"]


async def test_every_step_outlives_the_process(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
    async with stage.bot():
        form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
    async with stage.bot():
        preview = await stage.mia.submit(form, text="Still here", name="Mia", consent=True)
    async with stage.bot():
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
    assert [comment.html for comment in stage.blog.received] == ["Still here"]


async def test_without_the_tick_nothing_is_lost(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = await stage.mia.press(card, "Reply on the blog")
        refused = await stage.mia.submit(form, text="All my words", name="Mia")
        assert "agreement" in refused.content
        assert "All my words" in refused.text
        assert refused.ephemeral
        assert refused.buttons == []


async def test_cancel_publishes_nothing(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = await stage.mia.press(card, "Reply on the blog")
        preview = await stage.mia.submit(form, text="Never mind", name="Mia", consent=True)
        cancelled = expect_answer(await stage.mia.press(preview, "Cancel"))
        assert cancelled.content.startswith("Cancelled")
        assert (cancelled.buttons, cancelled.embeds) == ([], [])
        assert stage.blog.received == []
        assert "not published" in (await stage.mia.command("relay mine")).content


async def test_a_refusal_at_publish_replaces_the_promise_and_keeps_the_text(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = await stage.mia.press(card, "Reply on the blog")
        preview = await stage.mia.submit(form, text="Too late", name="Mia", consent=True)
        await stage.olga.command("relay mode", blog="1", mode="off")
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "switched off" in shown.content)
        assert "Too late" in told.text
        assert told.buttons == []
        assert stage.blog.received == []


async def test_a_button_where_replies_were_switched_off(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        await stage.store.subscriptions.set_mode(1, "off")  # type: ignore[arg-type]
        refused = expect_answer(await stage.mia.press(card, "Reply on the blog"))
        assert "switched off" in refused.content
        assert refused.ephemeral


async def menu(stage: Stage, message: object) -> Answer:
    return expect_answer(await stage.mia.message_command(message, "Publish to blog"))  # type: ignore[arg-type]


async def test_menu_asks_once_then_shows_the_preview_at_once(stage: Stage) -> None:
    role = stage.guild.add_role("Sky <watchers>")
    hidden = stage.guild.add_channel("moderators", hidden_from_everyone=True)
    async with stage.bot() as life:
        await stage.connect()
        thread = thread_of(await stage.card(life))
        text = f"Hello {stage.ben.mention} and {role.mention} in {stage.channel.mention}, not in {hidden.mention}"
        written = await stage.mia.post(thread, text)
        form = expect_modal(await stage.mia.message_command(written, "Publish to blog"))
        assert [part["custom_id"] for part in form.inputs] == ["name", "consent"]
        preview = await stage.mia.submit(form, name="Mia", consent=True)
        assert preview.buttons == ["Publish", "Cancel"]
        assert "@member" in preview.text
        assert "watchers" in preview.text
        assert "#blog" in preview.text
        assert "moderators" not in preview.text
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        await stage.discord.until(lambda: "✅" in written.reactions, 10, "a mark")
        assert [comment.author_url for comment in stage.blog.received] == [written.jump_url]
        assert "already" in (await menu(stage, written)).content

        second = await stage.mia.post(thread, "More")
        preview = await menu(stage, second)
        assert preview.buttons == ["Publish", "Cancel"]
        assert preview.ephemeral


async def test_menu_form_that_was_open_over_a_restart_says_what_to_do(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        written = await stage.mia.post(thread_of(await stage.card(life)), "Words")
        form = await stage.mia.message_command(written, "Publish to blog")
    async with stage.bot():
        answer = await stage.mia.submit(form, name="Mia", consent=True)
        assert "again" in answer.content
        assert (await menu(stage, written)).buttons == ["Publish", "Cancel"]


async def test_menu_takes_ones_own_words_only_and_only_from_public_places(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        thread = thread_of(await stage.card(life))
        theirs = await stage.ben.post(thread, "Ben's words")
        assert "Only the person who wrote" in (await menu(stage, theirs)).content
        elsewhere = await stage.mia.post(stage.channel, "Not in a thread")
        assert "not in the thread" in (await menu(stage, elsewhere)).content
        private = await stage.mia.post(thread, "// not for the blog")
        assert "stays on Discord" in (await menu(stage, private)).content
        for place in (
            stage.guild.add_channel("secret", hidden_from_everyone=True),
            stage.guild.add_channel("adults", nsfw=True),
        ):
            stage.guild.members[stage.mia.id].roles.append(stage.guild.add_role(place.name, (1 << 52) - 1))
            refused = await menu(stage, await stage.mia.post(place, "Hidden"))
            assert "Not everybody" in refused.content
        assert stage.blog.received == []


async def test_menu_answers_the_comment_that_a_message_replies_to(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        stage.blog.remark(stage.blog.entries[0], "Ann", "<p>First!</p>")
        await make_due(stage.store, BlogId(1), card.created_at)
        await life.bridge.poller.tick()
        thread = thread_of(card)
        remark = await stage.discord.until(
            lambda: next((each for each in thread.messages if "First!" in each.text), None), 10, "the comment"
        )
        form = expect_modal(await stage.mia.press(remark, "Reply on the blog"))
        assert form.title == "Reply to Ann"
        written = await stage.mia.reply(remark, "Second!")
        form = expect_modal(await stage.mia.message_command(written, "Publish to blog"))
        preview = await stage.mia.submit(form, name="Mia", consent=True)
        assert "Ann" in preview.text


@pytest.mark.parametrize("text", ["x" * 2000, "**" * 900])
async def test_long_texts_are_shown(stage: Stage, text: str) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = await stage.mia.press(card, "Reply on the blog")
        preview = await stage.mia.submit(form, text=text, name="Mia", consent=True)
        assert preview.buttons == ["Publish", "Cancel"]


async def test_menu_refuses_private_threads(stage: Stage) -> None:
    private = await stage.mia.start_thread(stage.channel, "between us")
    private.type = 12
    written = await stage.mia.post(private, "Not for everybody")
    async with stage.bot():
        await stage.connect()
        assert "Not everybody" in (await menu(stage, written)).content
