"""Buttons of what takes no replies any more, what the blog refuses, and what is on the blog already."""

from datetime import UTC, datetime

import pytest

from bot.model.entry import ParsedComment
from bot.model.ids import BlogId
from bot.model.reply import Rejected, RejectionReason
from sandbox.discord import Answer, Channel, Message
from tests.cogs.presses import press
from tests.cogs.stage import Life, Stage, expect_answer, expect_modal, thread_of
from tests.fakes.time import RealClock
from tests.storage.given import make_due

REPLY = "Reply on the blog"
OTHER_WAY = "Answer the post instead"


async def polled(stage: Stage, life: Life) -> None:
    await make_due(stage.store, BlogId(1), RealClock().now())
    await life.bridge.poller.tick()


async def shows(stage: Stage, place: Channel, words: str) -> Message:
    def found() -> Message | None:
        return next((each for each in place.messages if words in each.text), None)

    message: Message = await stage.discord.until(found, 10, f"a message with {words!r}")
    return message


def custom_ids(message: Message) -> list[str]:
    return [part["custom_id"] for row in message.components for part in row["components"]]


async def remarked(stage: Stage, life: Life, card: Message) -> Message:
    stage.blog.remark(stage.blog.entries[0], "Ann", "<p>First!</p>")
    await polled(stage, life)
    return await shows(stage, thread_of(card), "First!")


async def remove(stage: Stage, life: Life, gone: ParsedComment) -> None:
    stage.blog.comments.remove(gone)
    stage.blog.deleted.append(gone.uid)
    await polled(stage, life)


async def preview_of(stage: Stage, shown: Message, text: str = "My words") -> Answer:
    form = expect_modal(await stage.mia.press(shown, REPLY))
    first_time = "consent" in [part["custom_id"] for part in form.inputs]
    asked: dict[str, object] = {"name": "Mia", "consent": True} if first_time else {}
    return await stage.mia.submit(form, text=text, **asked)


async def test_a_removed_comment_loses_its_button_and_a_stale_press_leads_to_the_post(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        remark = await remarked(stage, life, card)
        assert remark.buttons == [REPLY]
        (target,) = custom_ids(remark)
        await remove(stage, life, stage.blog.comments[0])
        await stage.discord.until(lambda: remark.buttons == [], 10, "a card without its button")
        told = await press(stage.mia, thread_of(card), target)
        assert "removed from the blog" in told.content
        assert told.ephemeral
        assert told.buttons == [OTHER_WAY]
        form = expect_modal(await stage.mia.press(told, OTHER_WAY))
        assert form.title == "Reply to News"


@pytest.mark.parametrize("why", [RejectionReason.CLOSED, RejectionReason.POST_GONE])
async def test_what_the_blog_refuses_is_told_privately_and_its_cards_lose_the_button(
    stage: Stage, why: RejectionReason
) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        remark = await remarked(stage, life, card)
        (target,) = custom_ids(card)
        stage.blog.refusal = Rejected(text="Comments on this post are closed.", reason=why)
        preview = await preview_of(stage, card)
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "are closed" in shown.content)
        assert "My words" in told.text
        thread = thread_of(card)
        await stage.discord.until(lambda: not [each for each in thread.messages if "My words" in each.text], 10, "gone")
        await stage.discord.until(lambda: (card.buttons, remark.buttons) == ([], []), 10, "cards without buttons")
        stale = await press(stage.mia, thread, target)
        assert "are closed" in stale.content
        assert stale.modal is None


async def test_a_new_comment_shows_that_comments_are_open_again(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        (entry,) = await stage.store.entries.newest(BlogId(1), 1)
        await stage.store.entries.set_comments_closed(entry.id, datetime(2026, 1, 1, tzinfo=UTC))
        refused = expect_answer(await stage.mia.press(card, REPLY))
        assert "are closed" in refused.content
        await remarked(stage, life, card)
        expect_modal(await stage.mia.press(card, REPLY))


async def test_a_draft_whose_comment_went_meanwhile_becomes_an_answer_to_the_post(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        remark = await remarked(stage, life, card)
        preview = await preview_of(stage, remark)
        open_form = await stage.mia.press(remark, REPLY)
        await remove(stage, life, stage.blog.comments[0])
        await stage.discord.until(lambda: remark.buttons == [], 10, "a card without its button")
        # sent in after the comment went: the words are kept
        kept = await stage.mia.submit(open_form, text="Typed meanwhile")
        assert kept.buttons == [OTHER_WAY, "Cancel"]
        assert "Typed meanwhile" in kept.text
        # published after the comment went
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        assert told.buttons == [OTHER_WAY, "Cancel"]
        again = expect_answer(await stage.mia.press(told, OTHER_WAY))
        assert again.buttons == ["Publish", "Cancel"]
        assert "News" in again.text
        done = expect_answer(await stage.mia.press(again, "Publish"))
        await done.wait_until(lambda shown: "Published" in shown.text)
        (comment,) = stage.blog.received
        assert (comment.html, comment.parent_native_id) == ("My words", None)


async def test_a_parent_that_only_the_blog_knows_to_be_gone(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        remark = await remarked(stage, life, card)
        stage.blog.refusal = Rejected(text="The comment is gone.", reason=RejectionReason.PARENT_GONE)
        told = expect_answer(await stage.mia.press(await preview_of(stage, remark), "Publish"))
        await told.wait_until(lambda shown: shown.buttons == [OTHER_WAY])
        stage.blog.refusal = None
        again = expect_answer(await stage.mia.press(told, OTHER_WAY))
        done = expect_answer(await stage.mia.press(again, "Publish"))
        await done.wait_until(lambda shown: "Published" in shown.text)
        assert [(each.html, each.parent_native_id) for each in stage.blog.received] == [("My words", None)]
        await stage.discord.until(lambda: remark.buttons == [], 10, "a card without its button")


async def test_what_is_on_the_blog_already_is_called_so(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        remark = await remarked(stage, life, card)

        async def menu(message: Message) -> str:
            return expect_answer(await stage.ben.message_command(message, "Publish to blog")).content

        assert "already on the blog, as a comment of Ann" in await menu(remark)
        assert "a post of the blog" in await menu(card)
        told = expect_answer(await stage.mia.press(await preview_of(stage, card), "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        spoken = await shows(stage, thread_of(card), "My words")
        await stage.discord.until(lambda: REPLY in spoken.buttons, 10, "a card with its button")
        assert "already on the blog, as a comment of Mia" in await menu(spoken)


async def test_a_members_reply_has_the_same_buttons_everywhere(stage: Stage) -> None:
    other = stage.guild.add_channel("other")
    async with stage.bot() as life:
        await stage.connect()
        await stage.olga.press(await stage.olga.command("blog add", url="blog.example", channel=other), "Start")
        await stage.olga.command("relay mode", blog="2", mode="button")
        card = await stage.card(life)
        told = expect_answer(await stage.mia.press(await preview_of(stage, card), "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        spoken = await shows(stage, thread_of(card), "My words")
        await stage.discord.until(lambda: spoken.buttons == [REPLY, "See it on the blog"], 10, "both buttons")

        def copied() -> Message | None:
            threads = [each for each in stage.guild.threads.values() if each.parent is other]
            return next((each for place in threads for each in place.messages if "My words" in each.text), None)

        copy = await stage.discord.until(copied, 10, "a copy in the other channel")
        assert copy.buttons == spoken.buttons
        expect_modal(await stage.ben.press(spoken, REPLY))
        await stage.olga.command("relay mode", blog="1", mode="off")
        await stage.discord.until(lambda: spoken.buttons == ["See it on the blog"], 10, "a card without its button")


async def test_a_members_limit_says_when_the_next_may_come(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        assert "5 replies in 10 minutes and 30 in 24 hours" in (await stage.olga.command("relay limit")).content
        changed = await stage.olga.command("relay limit", per_10_minutes=1)
        assert "1 reply in 10 minutes and 30 in 24 hours" in changed.content
        card = await stage.card(life)
        first, second = await preview_of(stage, card, "One"), await preview_of(stage, card, "Two")
        told = expect_answer(await stage.mia.press(first, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        refused = expect_answer(await stage.mia.press(second, "Publish"))
        await refused.wait_until(lambda shown: "1 reply in 10 minutes" in shown.content)
        assert "<t:" in refused.content
        assert "Two" in refused.text
        # before anything is typed, too
        assert "1 reply in 10 minutes" in expect_answer(await stage.mia.press(card, REPLY)).content
        expect_modal(await stage.ben.press(card, REPLY))
        await stage.olga.command("relay limit", per_10_minutes=2)
        expect_modal(await stage.mia.press(card, REPLY))
        assert [each.html for each in stage.blog.received] == ["One"]


async def test_connect_of_a_connected_blog_names_the_account_and_ends_or_replaces_it(stage: Stage) -> None:
    async with stage.bot():
        await stage.connect()
        shown = await stage.olga.command("relay connect", blog="1")
        assert "is connected as **bridge**" in shown.content
        assert shown.buttons == ["Replace", "Disconnect"]
        offered = expect_answer(await stage.olga.press(shown, "Replace"))
        assert offered.buttons == ["Enter an application password"]
        shown = await stage.olga.command("relay connect", blog="1")
        ended = expect_answer(await stage.olga.press(shown, "Disconnect"))
        assert "not connected any more" in ended.content
        assert (await stage.olga.command("relay connect", blog="1")).buttons == ["Enter an application password"]
