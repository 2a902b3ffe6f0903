"""Ways of items of which little is kept: posted before decisions were, pruned, of feeds that were never read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.decision import Decision, Stage
from bot.model.delivery import DeliveryState
from bot.model.feed import Blog, CommentSystem, Feed, FeedFormat, FeedKind
from bot.model.ids import BlogId, ChannelId, EntryId, FeedId, GuildId, MessageId, SubscriptionId
from bot.model.message import ChatPost
from bot.model.status import DeliveryView
from bot.model.subscription import Placement, PostedMessage, RelayMode, Subscription
from bot.rules.explain_comment import Unseen, unseen_trace
from bot.rules.explain_entry import EntryFacts, entry_trace
from tests.rules.examples import entry

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HERE = Subscription(
    id=SubscriptionId(1),
    guild_id=GuildId(10),
    channel_id=ChannelId(20),
    blog_id=BlogId(1),
    placement=Placement.THREAD,
    comments=True,
    relay_mode=RelayMode.OFF,
    started_at=NOW - timedelta(days=9),
)
LINK = PostedMessage(
    subscription_id=HERE.id, entry_id=EntryId(1), channel_id=ChannelId(20), message_id=MessageId(30), thread_id=None
)
FACTS = EntryFacts(
    entry=entry(first_seen_at=NOW),
    subscription=HERE,
    decisions=(),
    delivery=None,
    link=None,
    card=ChatPost(title="Ink", image_url="https://blog.test/i.png"),
)
FEED = Feed(
    id=FeedId(1),
    blog_id=BlogId(1),
    kind=FeedKind.ENTRIES,
    format=FeedFormat.SYNDICATION,
    url="https://blog.test/feed",
    next_poll_at=NOW,
)
UNSEEN = Unseen(
    asked="https://www.blog.test/1",
    blog=Blog(
        id=BlogId(1),
        title="*Notes*",
        home_url="https://blog.test/",
        system=CommentSystem.UNKNOWN,
        api_root=None,
    ),
    subscription=HERE,
    feeds=(FEED,),
    newest=None,
)


def decided(stage: Stage, *, passed: bool = True, text: str = "So.") -> Decision:
    return Decision(entry_id=EntryId(1), stage=stage, passed=passed, text=text, at=NOW)


def test_what_was_posted_before_decisions_were_kept() -> None:
    way = entry_trace(replace(FACTS, link=LINK))
    assert way.conclusion == "Posted: https://discord.com/channels/10/20/30"
    assert [(step.name, step.passed) for step in way.steps if step.passed] == [("Seen", True), ("Sent", True)]


def test_what_would_be_rendered_is_told_of_what_is_not_posted() -> None:
    steps = {step.name: step for step in entry_trace(FACTS).steps}
    assert steps["Rendered"].text == "Now it would be a card titled “Ink”, with a picture."
    assert steps["Rendered"].passed is None


@pytest.mark.parametrize(
    ("stage", "text", "conclusion"),
    [
        (Stage.NEWS, "Not news: it is old.", "Not posted, because it is old."),
        (Stage.ROUTED, "Not posted: it was known.", "Not posted, because it was known."),
        (Stage.FILTERED, "Left out: *a*.", r"Not posted, because the filter left it out: \*a\*."),
        (Stage.QUEUED, "11 appeared.", "Not posted by itself, because 11 appeared."),
        (Stage.SENT, "It is gone.", "Not posted, because it could not be sent: It is gone."),
        (Stage.PARSED, "It is empty.", "Not posted, because it ended at “Parsed”: It is empty."),
    ],
)
def test_where_a_way_ended_is_the_conclusion(stage: Stage, text: str, conclusion: str) -> None:
    before = [decided(each) for each in list(Stage)[: list(Stage).index(stage)]]
    way = entry_trace(replace(FACTS, decisions=[*before, decided(stage, passed=False, text=text)]))
    assert way.conclusion == conclusion


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decisions": [decided(Stage.NEWS), decided(Stage.QUEUED)]}, "dropped when the blog was paused"),
        ({"entry": replace(FACTS.entry, hash="")}, "only a comment told of it"),
        ({"entry": replace(FACTS.entry, first_seen_at=NOW - timedelta(days=10))}, "it was known (<t:"),
        ({"subscription": replace(HERE, paused_at=NOW)}, "the blog is paused here, <t:"),
        ({}, "silent look"),
        (
            {"delivery": DeliveryView(state=DeliveryState.DONE, attempts=1, due_at=NOW, error=None, settled_at=NOW)},
            "silent look",
        ),
    ],
)
def test_what_no_stage_refused_says_what_is_known(changes: dict[str, object], words: str) -> None:
    way = entry_trace(replace(FACTS, **changes))  # type: ignore[arg-type]
    assert way.conclusion.startswith("Not posted, because ")
    assert words in way.conclusion


@pytest.mark.parametrize(
    ("changes", "passed", "words"),
    [
        ({}, None, "has not been read yet"),
        ({"last_polled_at": NOW, "stopped_at": NOW, "failures": 3}, False, "the feed is gone, <t:"),
        ({"last_polled_at": NOW, "failures": 3, "last_error": "503"}, False, "cannot be read"),
        ({"last_polled_at": NOW}, True, "did not hold it <t:"),
    ],
)
def test_how_the_feed_fares_that_never_showed_it(changes: dict[str, object], passed: bool | None, words: str) -> None:
    way = unseen_trace(replace(UNSEEN, feeds=(replace(FEED, **changes),)))  # type: ignore[arg-type]
    assert [step.passed for step in way.steps] == [passed]
    assert words in way.conclusion
    assert way.url == UNSEEN.asked


def test_the_blog_may_have_no_such_feed_or_be_paused_or_be_another() -> None:
    assert "not been read yet" in unseen_trace(replace(UNSEEN, feeds=())).conclusion
    read = replace(FEED, last_polled_at=NOW)
    paused = replace(UNSEEN, feeds=(read,), subscription=replace(HERE, paused_at=NOW))
    assert "nobody may have read its feed" in unseen_trace(paused).conclusion
    other = unseen_trace(replace(UNSEEN, asked="https://other.test/1"))
    assert r"it stands on other.test, and **\*Notes\*** on blog.test." in other.conclusion
    assert unseen_trace(replace(UNSEEN, asked="Just a title")).url is None
