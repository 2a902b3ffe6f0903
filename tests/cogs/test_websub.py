"""What `/blog show` says of a feed's hub."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cogs._blog_cards import health
from bot.model.connection import Secret
from bot.model.feed import Feed, FeedFormat, FeedKind, Push, PushProtocol
from bot.model.ids import BlogId, FeedId, HubSubscriptionId
from bot.model.websub import HubSubscription, HubSubscriptionState
from tests.cogs.stage import Stage

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FEED = Feed(
    id=FeedId(1),
    blog_id=BlogId(1),
    kind=FeedKind.ENTRIES,
    format=FeedFormat.SYNDICATION,
    url="https://blog.example/feed/",
    next_poll_at=NOW,
)
HUB_SUBSCRIPTION = HubSubscription(
    id=HubSubscriptionId(1),
    feed_id=FEED.id,
    push=Push(hub_url="https://hub.example/", topic_url=FEED.url),
    token="t0ken",
    secret=Secret("s3cret"),
    state=HubSubscriptionState.WANTED,
    due_at=NOW,
)


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (HubSubscriptionState.WANTED, None, "Push: waiting for the hub to confirm"),
        (HubSubscriptionState.REQUESTED, None, "Push: waiting for the hub to confirm"),
        (
            HubSubscriptionState.REQUESTED,
            "It is *away*.",
            "Push: waiting for the hub, asked again <t:1772323200:R>: It is \\*away",
        ),
        (HubSubscriptionState.VERIFIED, None, "Push: waiting for the hub to be faster than a poll"),
        (HubSubscriptionState.TRUSTED, None, "Push: trusted, so polls are hours apart"),
        (HubSubscriptionState.REFUSED, "It says *no*.", "Push: refused, asked again <t:1772323200:R>: It says \\*no"),
    ],
)
def test_each_state_is_told_and_nothing_secret(state: HubSubscriptionState, error: str | None, words: str) -> None:
    text = health(FEED, replace(HUB_SUBSCRIPTION, state=state, error=error))
    assert words in text
    assert "t0ken" not in text
    assert "s3cret" not in text


def test_a_cloud_and_none_at_all_are_told_apart() -> None:
    cloud = replace(HUB_SUBSCRIPTION.push, protocol=PushProtocol.RSSCLOUD)
    text = health(FEED, replace(HUB_SUBSCRIPTION, push=cloud, state=HubSubscriptionState.VERIFIED))
    assert "Push: its cloud says when" in text
    assert "Push" not in health(FEED)
    assert "Push" not in health(FEED, replace(HUB_SUBSCRIPTION, state=HubSubscriptionState.ENDED))


async def test_it_stands_with_its_feed(stage: Stage) -> None:
    stage.blog.hubs[FeedKind.ENTRIES] = HUB_SUBSCRIPTION.push
    async with stage.bot(public_url="https://bot.example"):
        await stage.olga.press(await stage.add(), "Start")
        ((_, option),) = await stage.olga.autocomplete("blog show", option="blog", value="")
        shown = await stage.olga.command("blog show", blog=option)
        (entries,) = [field["value"] for field in shown.embeds[0]["fields"] if field["name"] == "Entries"]
        assert entries.splitlines()[-1] == "Push: waiting for the hub to confirm"
