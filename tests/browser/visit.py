"""A visitor at the sandbox's page, in Debian's Chromium: what they click and type, and what both panes then show."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox.demo import set_up, staged
from sandbox.page.server import PageServer
from sandbox.page.stage import Stage

#: A poll, a delivery and a busy machine.
PATIENCE = 30_000
#: Seconds for a first start, which migrates, on a machine that has other tests to do.
_START_PATIENCE = 60
_SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    """One browser page beside the stage that it shows."""

    stage: Stage
    server: PageServer
    browser: Browser
    page: Page

    @property
    def chat(self) -> Locator:
        return self.page.get_by_role("region", name="Chat", exact=True)

    @property
    def blog(self) -> Locator:
        return self.page.get_by_role("region", name="Blog", exact=True)

    @property
    def bot(self) -> Locator:
        return self.page.get_by_role("region", name="The bot", exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def message(self, text: str) -> Locator:
        return self.chat.locator(".message").filter(has=self.page.locator(".words, .embed-title"), has_text=text).last

    def remark(self, text: str) -> Locator:
        return self.blog.locator(".remark").filter(has_text=text)

    async def be(self, pane: Locator, name: str) -> None:
        switch = pane.get_by_role("navigation", name="Who you are").get_by_role("link", name=name)
        await switch.click()
        await expect(switch).to_have_attribute("aria-current", "true")

    async def write_post(self, title: str, text: str) -> None:
        await self.be(self.blog, "Ada")
        await self.blog.get_by_role("link", name="Write a post").click()
        await self.blog.get_by_label("Title").fill(title)
        await self.blog.get_by_label("Text").fill(text)
        await self.blog.get_by_role("button", name="Publish").click()
        await expect(self.blog.get_by_role("heading", name=title)).to_be_visible()

    async def comment(self, name: str, text: str, *, answering: str | None = None) -> None:
        await self.be(self.blog, "Reader")
        if answering:
            await self.remark(answering).get_by_role("link", name="Reply").click()
            await expect(self.blog.get_by_role("heading", name="Reply to")).to_be_visible()
        await self.blog.get_by_label("Name").fill(name)
        await self.blog.get_by_label("Comment", exact=True).fill(text)
        await self.blog.get_by_role("button", name="Post comment").click()

    async def enter(self, name: str) -> None:
        place = self.chat.get_by_role("navigation", name="Channels").get_by_role("link", name=name)
        await expect(place).to_be_visible(timeout=PATIENCE)
        await place.click()
        await expect(place).to_have_attribute("aria-current", "page")

    async def arrives(self, text: str) -> Locator:
        message = self.message(text)
        await expect(message).to_be_visible(timeout=PATIENCE)
        return message

    async def ask(self, command: str) -> None:
        """Choose a command from the list, to be filled in."""
        await self.chat.get_by_role("link", name="Commands").click()
        await self.dialog.get_by_role("link", name=command).click()
        await expect(self.dialog.get_by_role("heading", name=command)).to_be_visible()

    async def choose(self, option: str, wanted: str) -> None:
        """Pick a value that the bot offers for an option."""
        await self.dialog.get_by_role("combobox", name=option).focus()
        await self.offers.filter(has_text=wanted).click(timeout=PATIENCE)
        await expect(self.offers).to_have_count(0)

    async def run(self) -> Locator:
        """Send the command that is filled in; returns the answer, which only the visitor sees."""
        before = await self.answers.count()
        await self.dialog.get_by_role("button", name="Run").click()
        await expect(self.dialog).to_have_count(0, timeout=PATIENCE)
        answer = self.answers.nth(before)
        await expect(answer.locator(".words, .embed").first).to_be_visible(timeout=PATIENCE)
        return answer

    @property
    def offers(self) -> Locator:
        """What the bot offers for the option that is being filled in."""
        return self.dialog.get_by_role("listbox").get_by_role("option")

    @property
    def answers(self) -> Locator:
        return self.chat.locator(".message.private")

    async def reply_by_button(self, to: Locator, text: str) -> Locator:
        """Answer a message on the blog, under the name Mia, up to the preview; returns that."""
        before = await self.answers.count()
        await to.get_by_role("button", name="Reply on the blog").click()
        await self.dialog.get_by_label("Your reply").fill(text)
        # Only the first time one is asked for a name, and to agree.
        if await self.dialog.get_by_label("I agree").count():
            await self.dialog.get_by_label("Your public name").fill("Mia")
            await self.dialog.get_by_label("I agree").check()
        await self.dialog.get_by_role("button", name="Submit").click()
        await expect(self.dialog).to_have_count(0)
        preview = self.answers.nth(before)
        await expect(preview.get_by_role("button", name="Publish")).to_be_visible(timeout=PATIENCE)
        return preview

    async def tally(self) -> dict[str, str]:
        rows = await self.bot.locator("tbody tr").all_inner_texts()
        told = {name: rest for name, _, rest in (row.partition("\t") for row in rows)}
        return told | {"Doubles": await self.bot.locator(".doubles b").inner_text()}

    async def picture(self, name: str, scheme: Literal["light", "dark"] = "light") -> None:
        """Take a picture for the README, when BACKCHANNEL_SCREENSHOTS asks for it."""
        if os.environ.get("BACKCHANNEL_SCREENSHOTS"):
            await self.page.emulate_media(color_scheme=scheme)
            await self.page.screenshot(path=_SCREENSHOTS / f"{name}.png")
            await self.page.emulate_media(color_scheme="light")


@dataclass
class BridgeHarness:
    """Both sides with the bot between them, and a browser: what several visits can share."""

    stage: Stage
    server: PageServer
    browser: Browser


@contextlib.asynccontextmanager
async def opened(folder: Path, *, ready: bool = True) -> AsyncIterator[BridgeHarness]:
    """Open a house; `ready`, everything is set up as the demo does it."""
    async with staged(folder) as stage, PageServer(stage).running() as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_SWITCHES)
        await stage.discord.wait_ready(_START_PATIENCE)
        if ready:
            await set_up(stage, lambda _: None)
        yield BridgeHarness(stage, server, browser)
        await browser.close()
        stage.discord.assert_valid()


@contextlib.asynccontextmanager
async def visiting(harness: BridgeHarness) -> AsyncIterator[Visit]:
    """Open the page; at the end, no script may have failed."""
    page = await harness.browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    await page.goto(harness.server.url)
    yield Visit(harness.stage, harness.server, harness.browser, page)
    await page.context.close()
    assert not faults
