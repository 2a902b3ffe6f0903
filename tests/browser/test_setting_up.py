"""What an admin sets up from the page alone: where the blog goes, and how the bot may write to it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.visit import PATIENCE, BridgeHarness, Visit, opened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def harness(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BridgeHarness]:
    """A house where nobody has set anything up yet."""
    async with opened(tmp_path_factory.mktemp("house"), ready=False) as harness:
        await harness.stage.blog.configure(flood_seconds=0, comment_previously_approved=False)
        await harness.stage.blog.add_user("ada", role="author", display_name="Ada")
        yield harness


@pytest.mark.parametrize(("channel", "placement"), [("blog", "thread"), ("posts", "forum"), ("news", "channel")])
async def test_the_blog_goes_where_it_is_pointed(guest: Visit, channel: str, placement: str) -> None:
    title = f"As it stands in #{channel}"
    await _add(guest, channel, placement)
    await guest.write_post(title, "Short words.")
    card = guest.message(title)
    if placement == "channel":
        await expect(card).to_be_visible(timeout=PATIENCE)
        await expect(card.locator("a.thread")).to_have_count(0)
    else:
        await guest.chat.locator("a.thread").filter(has_text=title).click(timeout=PATIENCE)
        await expect(guest.chat.locator(".room-name")).to_contain_text(f"{channel} › {title}")
    await guest.comment("Ines", f"First in #{channel}")
    first = await guest.arrives(f"First in #{channel}")
    if placement == "channel":
        await expect(first.locator(".reference")).to_contain_text(title)
    await guest.comment("Ben", f"Second in #{channel}", answering=f"First in #{channel}")
    second = await guest.arrives(f"Second in #{channel}")
    await expect(second.locator(".reference")).to_contain_text(f"Ines First in #{channel}")


async def test_the_blog_is_connected_by_its_own_approval(guest: Visit) -> None:
    guest.stage.guild.add_channel("club")
    await _add(guest, "club", "thread")
    await guest.ask("/relay connect")
    await guest.choose("blog", "#club")
    offered = await guest.run()
    async with guest.page.context.expect_page() as opening:
        await offered.get_by_role("link", name="Authorise on the blog").click()
    approval = await opening.value
    await approval.get_by_role("button", name="Yes, I approve").click()
    await expect(approval.get_by_role("heading", name="Connected")).to_be_visible(timeout=PATIENCE)
    assert "password" not in approval.url
    await approval.close()

    await guest.ask("/relay mode")
    await guest.choose("blog", "#club")
    await guest.dialog.get_by_label("mode").select_option("button")
    await expect(await guest.run()).to_contain_text("mode button")
    await guest.write_post("The club is open", "Come in.")
    await guest.be(guest.chat, "Mia")
    await guest.chat.locator("a.thread").filter(has_text="The club is open").click(timeout=PATIENCE)
    preview = await guest.reply_by_button(guest.message("The club is open"), "I am in already.")
    await preview.get_by_role("button", name="Publish").click()
    await expect(guest.remark("I am in already.")).to_be_visible(timeout=PATIENCE)


async def test_a_command_may_open_a_form(guest: Visit) -> None:
    guest.stage.guild.add_channel("letters")
    await _add(guest, "letters", "channel")
    await guest.ask("/blog template")
    await guest.choose("blog", "#letters")
    await guest.dialog.get_by_role("button", name="Run").click()
    words = guest.dialog.get_by_label("Template")
    await words.fill("A letter by {author|us}", timeout=PATIENCE)
    await guest.dialog.get_by_role("button", name="Submit").click()
    await expect(guest.dialog).to_have_count(0, timeout=PATIENCE)
    await expect(guest.answers.last).to_contain_text("Saved", timeout=PATIENCE)


async def _add(guest: Visit, channel: str, placement: str) -> Locator:
    """Point the blog at a channel, as an admin; what the page knows need not be typed."""
    await guest.be(guest.chat, "Olga")
    await guest.enter(channel)
    await guest.ask("/blog add")
    await expect(guest.dialog.get_by_label("url")).to_have_value(guest.stage.blog.url)
    chosen = guest.dialog.get_by_label("channel").locator("option:checked")
    await expect(chosen).to_have_text(f"#{channel}")
    await guest.dialog.get_by_label("placement").select_option(placement)
    proposal = await guest.run()
    await proposal.get_by_role("button", name="Start").click()
    await expect(proposal).to_contain_text("Started", timeout=PATIENCE)
    return proposal
