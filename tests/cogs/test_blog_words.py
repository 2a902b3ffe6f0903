"""What the cards of `/blog` say of comments, and what follows where nothing can be connected."""

from dataclasses import replace

import pytest

from bot.bridge.admin.blogs import BlogView
from bot.cogs._blog_cards import blog_card
from bot.model.errors import Refused
from bot.model.feed import Feed, FeedKind
from bot.model.message import ReplyTarget
from bot.model.subscription import RelayMode
from bot.rules.comment_systems import describe_comment_systems
from tests.bridge.harness import GUILD, USER, BridgeHarness, build_harness
from tests.fakes.blog import FakeBlog
from tests.rules.examples import NOW, feed


@pytest.fixture
async def harness(store) -> BridgeHarness:  # type: ignore[no-untyped-def]
    return build_harness(store)


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        ([], "cannot be read: I found no feed of comments"),
        ([feed(kind=FeedKind.COMMENTS, last_ok_at=NOW)], "are posted"),
        ([feed(kind=FeedKind.COMMENTS, last_ok_at=None)], "so far they could not be"),
        ([feed(kind=FeedKind.ENTRY_COMMENTS)], "from each entry's own feed"),
        ([feed(kind=FeedKind.COMMENTS, stopped_at=NOW, last_ok_at=NOW)], "so far they could not be"),
    ],
)
async def test_comments_are_said_to_be_posted_only_where_they_can_be_read(
    harness: BridgeHarness, feeds: list[Feed], said: str
) -> None:
    subscribed = await harness.start()
    card = blog_card(BlogView(subscribed=subscribed, feeds=(feed(kind=FeedKind.ENTRIES), *feeds)))
    [field] = [each for each in card.fields if each.name == "Comments here"]
    assert said in (field.value or "")


async def test_nothing_leads_in_a_circle_where_a_blog_cannot_be_connected(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    blog = replace(subscribed.blog, api_root=None)
    await harness.store.feeds.update_blog(blog)
    entry = harness.blog.write("News")
    await harness.poll()
    [kept] = [each for each in await harness.store.entries.newest(blog.id, 5) if each.uid == entry.uid]
    target = ReplyTarget(subscription_id=subscribed.subscription.id, entry_id=kept.id)
    [known] = await harness.bridge.admin.blogs(GUILD)
    acts = (
        lambda: harness.bridge.connector.start_click_through(known.blog, GUILD, USER),
        lambda: harness.bridge.connector.set_mode(known, RelayMode.BUTTON),
        lambda: harness.bridge.reply_drafts._destinations.of_target(target, GUILD, "button"),  # type: ignore[arg-type]
    )
    for act in acts:
        with pytest.raises(Refused, match="REST API, which I write through, does not answer") as told:
            await act()
        assert "Use `/relay connect` first" not in told.value.text


def test_an_interface_for_members_is_said_to_be_one() -> None:
    [told, *_] = describe_comment_systems(replace(FakeBlog().found, api_closed=True), ())
    assert "refuses visitors" in told
