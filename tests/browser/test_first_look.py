"""What somebody sees who has just opened the demo's page: what to try, the round trip, and nothing cut."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import expect

from sandbox.page import sample
from tests.browser.visit import PATIENCE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SIZES = [(1400, 900), (1280, 720), (1024, 768)]

#: What a box leaves of its part of the page, and whether any two of some boxes overlap.
_GEOMETRY = """() => {
  const box = (each) => each.getBoundingClientRect();
  const bar = box(document.querySelector(".strip"));
  const parts = [...document.querySelectorAll(".strip > *")].map(box);
  const tally = document.querySelector(".tally");
  const lines = [...tally.querySelectorAll("tr, p")].map(box);
  const cells = [...tally.querySelectorAll("tr")].flatMap((row) => [...row.children].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  })).filter((each) => each.width);
  const events = document.querySelector(".events");
  const seen = box(events);
  const over = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const pairs = (all) => all.flatMap((one, at) => all.slice(at + 1).filter((other) => over(one, other))).length;
  return {
    overlapping: pairs(parts) + pairs(lines) + pairs(cells),
    outside: parts.filter((each) => each.bottom > bar.bottom + 1 || each.right > bar.right + 1).length,
    cut: [...events.querySelectorAll("li")].map(box).filter((each) =>
      (each.top < seen.bottom - 1 && each.bottom > seen.bottom + 1)
      || (each.bottom > seen.top + 1 && each.top < seen.top - 1)
      || each.right > seen.right).length,
    rows: events.querySelectorAll("li").length,
    scrolled: document.scrollingElement.scrollTop,
    taller: document.scrollingElement.scrollHeight - innerHeight,
    wider: document.scrollingElement.scrollWidth - innerWidth,
    tallyWider: tally.scrollWidth - tally.clientWidth,
    tallyTaller: tally.scrollHeight - tally.clientHeight,
    advice: box(document.querySelector(".top p")).height,
  };
}"""
_LONG_STATE = """document.querySelector(".tally tbody tr:nth-child(2) td:last-child").textContent =
  "3 not in chat, 1 held" """


async def _round_trip(guest: Visit) -> None:
    """Have a comment answered from chat, and the answer published."""
    stage = guest.stage
    post = await stage.blog.publish(title="The facing page", html=f"<p>{sample.CLOSED_TEXT}</p>" * 3)
    remark = await stage.blog.comment(post, author="Ben", text="Which year was that?")
    await guest.enter("The facing page")
    message = await guest.arrives("Which year was that?")
    preview = await guest.reply_by_button(message, "It must be 1843.")
    await preview.get_by_role("button", name="Publish").click()
    await expect(preview).to_contain_text("moderator", timeout=PATIENCE)
    rows = await stage.blog.comments(post)
    await stage.blog.moderate(next(row.id for row in rows if row.parent == remark.id), "approve")
    await sample.talk_on(stage.blog, post, remark)
    await guest.arrives("Please scan the facing page")
    await expect(guest.chat.locator(".message:not(.private) .chip", has_text="✅")).to_be_visible(timeout=PATIENCE)


async def test_the_page_opens_at_the_round_trip_and_nothing_is_cut(guest: Visit) -> None:
    await _round_trip(guest)
    page = guest.page
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(guest.server.url)
        spoken = guest.chat.locator(".message:not(.private)").filter(has_text="It must be 1843.").last
        await expect(spoken).to_be_in_viewport(ratio=0.7, timeout=PATIENCE)
        await expect(guest.remark("It must be 1843.")).to_be_in_viewport(ratio=0.9)
        for calm in (True, False):
            if not calm:
                await page.evaluate(_LONG_STATE)
            seen: Mapping[str, Any] = await page.evaluate(_GEOMETRY)
            where = f"{width}×{height}: {seen}"
            assert seen["rows"] > 8, where
            for fault in ("overlapping", "outside", "cut", "scrolled", "taller", "wider", "tallyWider", "tallyTaller"):
                assert seen[fault] <= 0, f"{fault} at {where}"
            assert 0 < seen["advice"] < 30, where
        await expect(page.locator(".top p").first).to_contain_text("Try it")


async def test_pictures_are_drawn_on_both_sides(guest: Visit) -> None:
    await sample.publish_open(guest.stage.blog)
    await guest.enter("blog")
    await guest.blog.get_by_role("heading", name="The Observatory").get_by_role("link").click()
    await guest.blog.get_by_role("link", name=sample.OPEN_TITLE).first.click()
    for picture in (guest.chat.locator("img.embed-image").last, guest.blog.locator(".prose img")):
        await expect(picture).to_be_visible(timeout=PATIENCE)
        handle = await picture.element_handle()
        await guest.page.wait_for_function("img => img.complete && img.naturalWidth", arg=handle)


async def test_a_search_that_finds_nothing_says_so(guest: Visit) -> None:
    await guest.be(guest.chat, "Olga")
    await guest.chat.get_by_role("link", name="Commands").click()
    none = guest.dialog.get_by_text("No command has these words.")
    await expect(none).to_be_hidden()
    await guest.dialog.get_by_label("Find a command").fill("zebra")
    await expect(none).to_be_visible()
    await guest.dialog.get_by_label("Find a command").fill("blog show")
    await expect(none).to_be_hidden()
    await guest.dialog.get_by_role("link", name="/blog show").click()
    field = guest.dialog.get_by_role("combobox")
    await expect(guest.offers.first).to_be_visible(timeout=PATIENCE)
    await field.fill("zebra")
    await expect(guest.dialog.get_by_text("Nothing fits these words.")).to_be_visible(timeout=PATIENCE)
    await field.fill("Obs")
    await expect(guest.offers.first).to_be_visible(timeout=PATIENCE)
    await expect(guest.dialog.get_by_text("Nothing fits these words.")).to_be_hidden()


async def test_the_first_tab_leads_to_the_message_line(guest: Visit) -> None:
    await guest.page.goto(guest.server.url)
    await guest.page.keyboard.press("Tab")
    skip = guest.page.get_by_role("link", name="Skip to the message line")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await guest.page.keyboard.press("Enter")
    await expect(guest.chat.get_by_label("Message to")).to_be_focused()


async def test_a_post_gets_categories_and_goes_to_the_trash(guest: Visit) -> None:
    await guest.be(guest.blog, "Ada")
    await guest.blog.get_by_role("link", name="Write a post").click()
    await guest.blog.get_by_label("Title").fill("The lamp")
    await guest.blog.get_by_label("Text").fill("It is out.")
    await guest.blog.get_by_label("Categories").fill("Visits, Lamps")
    await guest.blog.get_by_role("button", name="Publish").click()
    await expect(guest.blog.locator(".post .meta")).to_contain_text("Visits, Lamps")
    await guest.enter("blog")
    card = await guest.arrives("It is out.")
    await expect(card).to_contain_text("Lamps · Visits")
    await guest.blog.get_by_role("button", name="Move to Trash").click()
    await expect(guest.blog.get_by_role("heading", name="The lamp")).to_have_count(0)
    await expect(guest.page.locator("#toasts")).to_contain_text("Trash")
    assert [row.status for row in guest.stage.blog.state.posts.values() if row.title == "The lamp"] == ["trash"]
