"""The main job as a visitor plays it, on both panes, with a bot that is killed in between."""

import pytest
from playwright.async_api import expect

from tests.browser.visit import PATIENCE, Visit

pytestmark = pytest.mark.browser

_TITLE = "A ring around the moon"


async def test_a_visitor_plays_every_part(visit: Visit) -> None:
    await visit.write_post(_TITLE, "It stood there for an hour.\n\nSnow followed.")
    await visit.enter(_TITLE)
    await visit.comment("Ines", "We saw it from the harbour.")
    await visit.arrives("We saw it from the harbour.")
    await visit.comment("Ben", "Twenty-two degrees?", answering="We saw it from the harbour.")
    nested = await visit.arrives("Twenty-two degrees?")
    await expect(nested.locator(".reference")).to_contain_text("Ines We saw it from the harbour.")

    await _reply_by_button(visit)
    await _approve(visit)
    await _publish_by_menu(visit)
    await _kill(visit)

    assert await visit.tally() == {
        "Posts": "1\t1\tall there",
        "Comments": "3\t3\tall there",
        "Replies": "2\t2\tall there",
        "Doubles": "0",
    }
    for words in ("harbour", "Twenty-two degrees?", "a hair more", "ice did it", "While the bot was away"):
        await expect(visit.message(words)).to_have_count(1)
        await expect(visit.remark(words)).to_have_count(1)


async def _reply_by_button(visit: Visit) -> None:
    message = await visit.arrives("Twenty-two degrees?")
    preview = await visit.reply_by_button(message, "Twenty-two and **a hair more**.")
    await expect(preview).to_contain_text("Only you can see this")
    await visit.picture("preview-dark", "dark")
    await preview.get_by_role("button", name="Publish").click()
    await expect(preview).to_contain_text("moderator", timeout=PATIENCE)


async def _approve(visit: Visit) -> None:
    await visit.be(visit.blog, "Moderator")
    await visit.blog.get_by_role("link", name="Queue 1").click()
    await visit.remark("a hair more").get_by_role("button", name="Approve").click()
    await expect(visit.blog.get_by_text("Nothing waits")).to_be_visible()
    spoken = visit.chat.locator(".message:not(.private)").filter(has_text="a hair more")
    await expect(spoken.locator(".chip", has_text="✅")).to_be_visible(timeout=PATIENCE)
    # Its link leads to the other pane.
    await spoken.get_by_role("link", name="See it on the blog").click()
    remark = visit.remark("a hair more")
    await expect(remark).to_contain_text("from chat")
    above = visit.blog.locator("li").filter(has=visit.page.locator(".remark", has_text="a hair more")).first
    await expect(above).to_contain_text("We saw it from the harbour.")
    for private in await visit.chat.get_by_role("button", name="Dismiss").all():
        await private.click()


async def _publish_by_menu(visit: Visit) -> None:
    await visit.chat.get_by_label("Message to").fill("The ice did it.")
    await visit.chat.get_by_label("Message to").press("Enter")
    message = visit.chat.locator(".message").filter(has_text="The ice did it.")
    await message.get_by_label("Menu of the message").click()
    await message.get_by_role("button", name="Publish to blog").click()
    preview = visit.chat.locator(".message.private").last
    await preview.get_by_role("button", name="Publish").click(timeout=PATIENCE)
    await expect(visit.remark("The ice did it.")).to_be_visible(timeout=PATIENCE)
    own = visit.chat.locator(".message:not(.private)").filter(has_text="The ice did it.")
    await expect(own.locator(".chip", has_text="✅")).to_be_visible(timeout=PATIENCE)
    await visit.chat.get_by_role("button", name="Dismiss").last.click()


async def _kill(visit: Visit) -> None:
    await visit.bot.get_by_role("button", name="Kill the bot").click()
    await expect(visit.bot).to_contain_text("Not running")
    await visit.comment("Ben", "While the bot was away, it cleared up.")
    await expect(visit.bot).to_contain_text("Running", timeout=PATIENCE)
    await visit.arrives("While the bot was away")
    await expect(visit.bot.locator("tbody").get_by_text("all there")).to_have_count(3, timeout=PATIENCE)
