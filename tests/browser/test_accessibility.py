"""axe finds nothing serious or critical on the page: in light and dark, with dialogs open, at three widths."""

import pytest
from playwright.async_api import expect

from sandbox.page import sample
from tests.browser.axe import judge
from tests.browser.visit import PATIENCE, Visit

pytestmark = pytest.mark.browser


async def test_axe_finds_nothing_serious(visit: Visit) -> None:
    await _converse(visit)
    found = await _in_both_schemes(visit, "a discussion")
    await visit.be(visit.blog, "Moderator")
    await visit.blog.get_by_role("link", name="Queue").click()
    await expect(visit.blog.get_by_role("heading", name="Comments to moderate")).to_be_visible()
    await visit.chat.get_by_role("button", name="Reply on the blog").last.click()
    await expect(visit.dialog).to_be_visible(timeout=PATIENCE)
    found += await _in_both_schemes(visit, "a form over the queue")
    await visit.page.keyboard.press("Escape")
    await visit.be(visit.chat, "Olga")
    await visit.ask("/relay mode")
    await expect(visit.offers).to_have_count(1, timeout=PATIENCE)
    found += await _in_both_schemes(visit, "a command and its list over the queue")
    await visit.page.keyboard.press("Escape")
    await expect(visit.offers).to_have_count(0)
    await visit.page.keyboard.press("Escape")
    await visit.enter("posts")
    found += await _in_both_schemes(visit, "an empty forum")
    await visit.blog.get_by_role("link", name="Write a post").click()
    for width, name in ((390, "phone"), (820, "tablet")):
        await visit.page.set_viewport_size({"width": width, "height": 844})
        found += await _in_both_schemes(visit, name)
    assert not found, "\n".join(found)


async def _converse(visit: Visit) -> None:
    """Let the demo's discussion arrive, and take its pictures."""
    blog = visit.stage.blog
    post = await sample.publish_open(blog)
    await visit.enter(sample.OPEN_TITLE)
    remark = await blog.comment(post, author="Ben", text="A comet! Which year was that?")
    answer = await blog.comment(post, as_user="ada", text="The page says 1843.", parent=remark.id)
    await sample.talk_on(blog, post, answer)
    await visit.arrives("Please scan the facing page")
    await visit.blog.get_by_role("link", name=sample.OPEN_TITLE).click()
    await expect(visit.remark("Mine says 28 February")).to_be_visible()
    await visit.picture("both-sides")


async def _in_both_schemes(visit: Visit, where: str) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        await visit.page.emulate_media(color_scheme=scheme)
        found += [f"{where}, {scheme}: {line}" for line in await judge(visit.page)]
    await visit.page.emulate_media(color_scheme="light")
    return found
