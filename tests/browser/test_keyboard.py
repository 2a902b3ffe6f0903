"""The page by keyboard alone, and on a phone: everything can be reached, seen, and left again."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visit import PATIENCE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

_FOCUSED = "document.activeElement === document.body ? '' : document.activeElement.innerText"


async def _tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on an element of these words, and can be seen there."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if words in str(await page.evaluate(_FOCUSED)):
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {words!r} cannot be seen"
            return
    raise AssertionError(f"Tab does not lead to {words!r}")


async def test_a_reply_with_the_keyboard_alone(guest: Visit) -> None:
    stage, page = guest.stage, guest.page
    post = await stage.blog.publish(title="By touch", html="One key after the other.")
    await stage.blog.comment(post, author="Ines", text="Which key first?")
    await guest.enter("By touch")
    await guest.arrives("Which key first?")

    await guest.chat.get_by_role("log").focus()
    await _tab_to(page, "Reply on the blog")
    await page.keyboard.press("Tab")
    await _tab_to(page, "Reply on the blog")
    await page.keyboard.press("Enter")
    await expect(guest.dialog).to_be_visible(timeout=PATIENCE)
    for _ in range(12):
        await page.keyboard.press("Tab")
        outside = await page.evaluate("document.hasFocus() && !document.activeElement.closest('dialog, body')")
        assert not outside
        assert await page.evaluate("!document.activeElement.closest('main')"), "the dialog lets the focus out"
    await page.keyboard.press("Escape")
    await expect(guest.dialog).to_have_count(0)
    assert "Reply on the blog" in str(await page.evaluate(_FOCUSED)), "the focus does not come back"

    await page.keyboard.press("Enter")
    await expect(guest.dialog).to_be_visible(timeout=PATIENCE)
    await expect(guest.dialog.get_by_label("Your reply")).to_be_focused()
    await page.keyboard.type("The first one.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(guest.chat.get_by_role("button", name="Publish", exact=True)).to_be_visible(timeout=PATIENCE)
    await guest.chat.get_by_role("log").focus()
    await _tab_to(page, "Publish")
    await page.keyboard.press("Enter")
    await expect(guest.chat.locator(".message.private")).to_contain_text("moderator", timeout=PATIENCE)
    await expect(guest.chat.locator(".message.private")).to_be_focused()
    assert [row.author for row in await stage.blog.comments(post)] == ["Ines", "Mia"]


async def test_typing_survives_what_arrives(guest: Visit) -> None:
    stage = guest.stage
    post = await stage.blog.publish(title="Half a sentence", html="And then")
    await guest.enter("Half a sentence")
    field = guest.chat.get_by_label("Message to")
    await field.fill("I was just about to")
    await field.press("ArrowLeft")
    await stage.blog.comment(post, author="Ines", text="An interruption.")
    await guest.arrives("An interruption.")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("I was just about to")
    assert await field.evaluate("field => field.selectionStart") == len("I was just about t")


async def test_commands_are_found_typed_and_completed(guest: Visit) -> None:
    page = guest.page
    await guest.be(guest.chat, "Olga")
    await guest.chat.get_by_label("Message to").press("/")
    await expect(guest.dialog.get_by_label("Find a command")).to_be_focused()
    await page.keyboard.type("blog show")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(guest.dialog.get_by_role("heading", name="/blog show")).to_be_visible()
    await expect(guest.dialog.get_by_role("option", name="The Observatory")).to_be_visible(timeout=PATIENCE)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(guest.dialog.get_by_role("combobox")).to_have_value("The Observatory (#blog)")
    await page.keyboard.press("Enter")
    await expect(guest.dialog).to_have_count(0, timeout=PATIENCE)
    # What Olga was answered while everything was set up stands there too.
    answers = guest.chat.locator(".message.private")
    number = await answers.count()
    await expect(answers.last).to_contain_text("Comments")
    await answers.last.get_by_role("button", name="Dismiss").press("Enter")
    await expect(answers).to_have_count(number - 1)


async def test_a_long_state_is_seen_whole(guest: Visit) -> None:
    await guest.page.set_viewport_size({"width": 1280, "height": 900})
    await expect(guest.bot.locator("tbody td").last).to_be_visible()
    wider = await guest.bot.locator(".tally").evaluate(
        "tally => { tally.querySelector('td:last-child').textContent = '1 not in chat, 1 not on the blog, 1 held';"
        " return tally.scrollWidth - tally.clientWidth; }"
    )
    assert wider <= 0


async def test_a_phone_shows_one_pane_at_a_time(guest: Visit) -> None:
    await guest.page.set_viewport_size({"width": 390, "height": 844})
    panes = {"Blog": guest.blog, "Bot": guest.bot, "Chat": guest.chat}
    for tab, shown in panes.items():
        await guest.page.get_by_role("navigation", name="Panes").get_by_role("link", name=tab).click()
        await expect(shown).to_be_visible()
        assert [name for name, pane in panes.items() if await pane.is_visible()] == [tab]
        wide = await guest.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{tab} is {wide} wide"
