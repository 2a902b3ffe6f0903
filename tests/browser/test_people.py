"""What concerns one person, on the page: an author's alerts, and a reply that the moderator does not want."""

import pytest
from playwright.async_api import expect

from tests.browser.visit import PATIENCE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_an_author_is_alerted_until_she_closes_her_messages(guest: Visit) -> None:
    await guest.be(guest.chat, "Ada")
    await guest.ask("/alerts off")
    await expect(await guest.run()).to_contain_text("are off")
    await guest.ask("/alerts on")
    await guest.choose("blog", "The Observatory")
    await guest.choose("author", "Ada")
    await expect(await guest.run()).to_contain_text("Alerts are on")

    await guest.write_post("A door ajar", "It creaks.")
    await guest.enter("A door ajar")
    await guest.comment("Ines", "Oil it.")
    await guest.enter("Backchannel")
    alert = await guest.arrives("Oil it.")
    await expect(alert).to_contain_text("A door ajar")
    await guest.chat.get_by_role("button", name="Close direct messages").click()
    await expect(guest.chat.get_by_text("the bot cannot write to you")).to_be_visible()
    await guest.comment("Ben", "Or take it off its hinges.")
    await guest.enter("A door ajar")
    await guest.arrives("Alerts are off")
    await guest.enter("Backchannel")
    await expect(guest.chat.get_by_text("Oil it.")).to_be_visible()
    await expect(guest.chat.get_by_text("hinges")).to_have_count(0)
    await guest.chat.get_by_role("button", name="Open direct messages").click()
    await expect(guest.chat.get_by_text("the bot can write to you")).to_be_visible()


async def test_a_comment_that_the_moderator_rewords_changes_in_chat(guest: Visit) -> None:
    await guest.write_post("A slip of the pen", "Blot.")
    await guest.enter("A slip of the pen")
    await guest.comment("Ines", "Teh ink ran.")
    await guest.arrives("Teh ink ran.")
    await guest.be(guest.blog, "Moderator")
    await guest.remark("Teh ink ran.").get_by_role("link", name="Edit").click()
    await guest.blog.get_by_label("Text").fill("The ink ran.")
    await guest.blog.get_by_role("button", name="Save").click()
    await expect(guest.remark("The ink ran.")).to_be_visible()
    await guest.arrives("The ink ran.")
    await expect(guest.message("Teh ink ran.")).to_have_count(0)


async def test_a_reply_that_the_blog_bins_is_refused_at_once(guest: Visit) -> None:
    await guest.write_post("A game of chance", "Heads.")
    await guest.enter("A game of chance")
    preview = await guest.reply_by_button(guest.message("A game of chance"), "Tails, as in the casino.")
    await preview.get_by_role("button", name="Publish").click()
    await expect(preview).to_contain_text("in the blog's Trash", timeout=PATIENCE)
    # What the blog refuses leaves nothing public behind.
    spoken = guest.chat.locator(".message:not(.private)").filter(has_text="Tails, as in")
    await expect(spoken).to_have_count(0, timeout=PATIENCE)


async def test_a_reply_that_is_spam_is_told_to_its_writer(guest: Visit) -> None:
    await guest.write_post("A quiet word", "Psst.")
    await guest.enter("A quiet word")
    preview = await guest.reply_by_button(guest.message("A quiet word"), "Cheap lamps here!")
    await preview.get_by_role("button", name="Publish").click()
    await expect(preview).to_contain_text("moderator", timeout=PATIENCE)
    await guest.be(guest.blog, "Moderator")
    await guest.blog.get_by_role("link", name="Queue").click()
    await guest.remark("Cheap lamps here!").get_by_role("button", name="Spam").click()
    spoken = guest.chat.locator(".message:not(.private)").filter(has_text="Cheap lamps here!")
    # WordPress tells spam from waiting to moderators only; the bot's account here is none.
    await expect(guest.bot.locator("tbody tr").filter(has_text="Replies")).to_contain_text("not on the blog")
    await expect(spoken.locator(".chip", has_text="🕓")).to_be_visible()
    await guest.remark("Cheap lamps here!").get_by_role("button", name="Delete for good").click()
    await expect(preview).to_contain_text("deleted", timeout=PATIENCE)
    await expect(spoken).to_have_count(0, timeout=PATIENCE)
