"""Publish, pressed when the preview's promises do not hold any more: what Discord says of member, message and place."""

from collections.abc import Awaitable, Callable

import pytest

from bot.model.ids import BlogId
from sandbox.discord import Answer, Message, Thread
from sandbox.discord.nouns import Overwrite
from sandbox.discord.permission_bits import Permission
from tests.cogs.stage import Stage, expect_answer, expect_modal, thread_of
from tests.fakes.time import RealClock
from tests.storage.given import make_due

Change = Callable[[Stage, Message, Thread], Awaitable[None]]


def overwrite(stage: Stage, target: int, kind: int, deny: Permission) -> None:
    """Deny a role or member something in the blog's channel, as its settings would, and tell the bot."""
    stage.channel.overwrites[target] = Overwrite(kind, deny=deny)
    stage.guild._emit_channel("CHANNEL_UPDATE", stage.channel)


async def deleted(stage: Stage, written: Message, thread: Thread) -> None:
    await stage.mia.delete(written)


async def edited(stage: Stage, written: Message, thread: Thread) -> None:
    await stage.mia.edit(written, "Other words")


async def hidden(stage: Stage, written: Message, thread: Thread) -> None:
    stage.guild.members[stage.mia.id].roles.append(stage.guild.add_role("staff", (1 << 52) - 1))
    overwrite(stage, stage.guild.id, 0, Permission.VIEW_CHANNEL)
    stage.guild.allow_bot(stage.channel, "VIEW_CHANNEL")


async def silenced(stage: Stage, written: Message, thread: Thread) -> None:
    overwrite(stage, stage.mia.id, 1, Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS)


async def locked(stage: Stage, written: Message, thread: Thread) -> None:
    await stage.olga.lock(thread)


async def previewed_message(stage: Stage, thread: Thread) -> tuple[Message, Answer]:
    written = await stage.mia.post(thread, "My words")
    form = expect_modal(await stage.mia.message_command(written, "Publish to blog"))
    return written, await stage.mia.submit(form, name="Mia", consent=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (deleted, "message was deleted"),
        (edited, "was changed"),
        (hidden, "Not everybody"),
        (silenced, "do not have the permission to write here"),
        (locked, "locked"),
    ],
    ids=["deleted", "edited", "hidden", "silenced", "locked"],
)
async def test_a_message_is_looked_at_again(stage: Stage, change: Change, words: str) -> None:
    async with stage.bot() as life:
        await stage.connect()
        thread = thread_of(await stage.card(life))
        written, preview = await previewed_message(stage, thread)
        await change(stage, written, thread)
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: words in shown.content)
        assert "My words" in told.text
        assert told.buttons == []
        assert stage.blog.received == []


@pytest.mark.parametrize(
    ("change", "words"),
    [(hidden, "Not everybody"), (silenced, "do not have the permission to write here"), (locked, "locked")],
    ids=["hidden", "silenced", "locked"],
)
async def test_a_reply_from_the_form_is_looked_at_again(stage: Stage, change: Change, words: str) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
        preview = await stage.mia.submit(form, text="My words", name="Mia", consent=True)
        await change(stage, card, thread_of(card))
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: words in shown.content)
        assert "My words" in told.text
        assert stage.blog.received == []
        assert len(thread_of(card).messages) == 0
        if change is silenced:
            refused = expect_answer(await stage.mia.press(card, "Reply on the blog"))
            assert words in refused.content  # told before anything is typed


async def test_an_unchanged_message_is_published_also_if_it_was_edited_before(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        thread = thread_of(await stage.card(life))
        written = await stage.mia.post(thread, "First words")
        await stage.mia.edit(written, "Second words")
        form = expect_modal(await stage.mia.message_command(written, "Publish to blog"))
        preview = await stage.mia.submit(form, name="Mia", consent=True)
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "Published" in shown.text)
        assert [comment.html for comment in stage.blog.received] == ["Second words"]


@pytest.mark.parametrize("author", ["Mia", "MIA", "\u041cia"], ids=["the same", "in capitals", "a look-alike"])
async def test_a_name_that_became_an_authors_since_the_preview_is_not_published_under(
    stage: Stage, author: str
) -> None:
    async with stage.bot() as life:
        await stage.connect()
        card = await stage.card(life)
        form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
        preview = await stage.mia.submit(form, text="My words", name="Mia", consent=True)
        stage.blog.write("By somebody new", author=author)
        await make_due(stage.store, BlogId(1), RealClock().now())
        await life.bridge.poller.tick()
        await life.bridge.poller.drain(5)
        told = expect_answer(await stage.mia.press(preview, "Publish"))
        await told.wait_until(lambda shown: "author of this blog" in shown.content)
        assert "My words" in told.text
        assert stage.blog.received == []
