"""Why an entry or a comment was posted, or not: from the decisions that the real pipeline recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import ChannelLost, NotFound, Refused, TemporaryError
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule
from bot.model.ids import ChannelId, CommentId, GuildId
from bot.model.subscription import SubscribedBlog
from bot.model.trace import Trace
from bot.rules.routing import MAX_ENTRIES_AT_ONCE
from tests.bridge.harness import CHANNEL, GUILD, BridgeHarness
from tests.fakes.blog import HOME

STAGES = ["Fetched", "Parsed", "Identity", "New or known", "Routed", "Filtered", "Queued", "Rendered", "Sent"]
NO_PAPER = Filter(
    rules=(FilterRule(effect=FilterEffect.EXCLUDE, field=FilterField.TITLE, pattern="paper", regex=False),)
)


async def why(harness: BridgeHarness, asked: str, guild_id: GuildId = GUILD) -> Trace:
    (subscribed,) = await harness.bridge.admin.blogs(guild_id)
    return await harness.bridge.explainer.explain(subscribed, asked)


async def why_not(harness: BridgeHarness, asked: str) -> str:
    conclusion = (await why(harness, asked)).conclusion
    assert conclusion.startswith("Not posted")
    return conclusion


def passed(way: Trace) -> dict[str, bool | None]:
    return {step.name: step.passed for step in way.steps}


async def go_on(harness: BridgeHarness, *, deliver: bool = True) -> None:
    await harness.poll()
    if deliver:
        await harness.deliver()


async def filtered(harness: BridgeHarness, wanted: Filter) -> SubscribedBlog:
    subscribed = await harness.start()
    await harness.store.subscriptions.set_filter(subscribed.subscription.id, wanted)
    return subscribed


async def test_what_was_posted_passed_every_stage_and_its_message_is_named(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ink")
    await go_on(harness)
    way = await why(harness, "Ink")
    assert [step.name for step in way.steps] == STAGES
    assert all(step.passed and step.text and step.at for step in way.steps)
    message = harness.chat.said[0].ref
    assert way.conclusion == f"Posted: https://discord.com/channels/{GUILD}/{CHANNEL}/{message.message_id}"
    assert way.url == f"{HOME}1/"


@pytest.mark.parametrize(
    "asked",
    [
        f"{HOME}1/",
        f"{HOME}1",
        f"{HOME}1/#respond",
        f"{HOME}1/?utm_source=mail",
        f"{HOME}1/".replace("https:", "http:"),
        "blog.example/1/",
        f"{HOME}?p=1",
        " Ink  and paper ",
        "INK",
        "entry:1",
    ],
)
async def test_an_entry_is_found_however_it_is_named(harness: BridgeHarness, asked: str) -> None:
    await harness.start()
    harness.blog.write("Ink and paper")
    harness.blog.write("Glue")
    await go_on(harness)
    (kept,) = [
        each
        for each in await harness.store.entries.newest((await harness.bridge.admin.blogs(GUILD))[0].blog.id, 9)
        if each.title == "Ink and paper"
    ]
    way = await why(harness, f"entry:{kept.id}" if asked == "entry:1" else asked)
    assert way.title == "Ink and paper"


async def test_suggestions_are_the_newest_entries(harness: BridgeHarness) -> None:
    for number in range(40):
        harness.blog.write(f"Entry {number}")
    subscribed = await harness.start()
    offered = await harness.bridge.explainer.suggest(subscribed.blog.id, "")
    assert [title for title, _ in offered] == [f"Entry {number}" for number in range(39, 14, -1)]
    one, *_ = await harness.bridge.explainer.suggest(subscribed.blog.id, " eNTRY 3")
    assert one[0] == "Entry 39"
    assert (await why(harness, one[1])).title == "Entry 39"


async def test_several_titles_are_not_guessed_at(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ink one")
    harness.blog.write("Ink two")
    await go_on(harness)
    with pytest.raises(NotFound, match="2 entries fit"):
        await why(harness, "ink")
    with pytest.raises(NotFound, match="no such entry"):
        await why(harness, "entry:999")


async def test_what_stood_on_the_blog_before_was_known(harness: BridgeHarness) -> None:
    harness.blog.write("Old")
    await harness.start()
    assert "silent look" in await why_not(harness, "Old")
    harness.clock.move(timedelta(days=1))
    other = await harness.start(guild_id=GuildId(11))
    way = await harness.bridge.explainer.explain(other, "Old")
    assert "before the blog was started or resumed here" in way.conclusion
    assert passed(way)["Seen"] is True
    assert passed(way)["Sent"] is None


async def test_the_filter_is_named_with_its_word(harness: BridgeHarness) -> None:
    await filtered(harness, NO_PAPER)
    harness.blog.write("On *paper*")
    await go_on(harness)
    conclusion = await why_not(harness, "On *paper*")
    assert "the filter left it out" in conclusion
    assert "paper" in conclusion
    assert passed(await why(harness, "On *paper*")) == dict.fromkeys(STAGES[:5], True) | {
        "Filtered": False,
        "Queued": None,
        "Rendered": None,
        "Sent": None,
    }


async def test_a_pause_is_named_whenever_it_came(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    harness.blog.write("Queued")
    await go_on(harness, deliver=False)
    await harness.bridge.admin.pause(subscribed.subscription)
    assert "dropped when the blog was paused" in await why_not(harness, "Queued")
    # Another server reads on.
    other = await harness.start(guild_id=GuildId(11))
    harness.blog.write("Meanwhile")
    await go_on(harness)
    assert "the blog was paused here when this entry appeared" in await why_not(harness, "Meanwhile")
    assert (await harness.bridge.explainer.explain(other, "Meanwhile")).conclusion.startswith("Posted: ")


async def test_of_a_flood_the_summary_is_named(harness: BridgeHarness) -> None:
    await harness.start()
    for number in range(MAX_ENTRIES_AT_ONCE + 5):
        harness.blog.write(f"New {number}")
    await go_on(harness)
    conclusion = await why_not(harness, "New 0")
    assert conclusion.startswith("Not posted by itself, because 15 entries")
    assert (await why(harness, "New 14")).conclusion.startswith("Posted: ")


async def test_what_waits_says_for_what_and_until_when(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ink")
    await go_on(harness, deliver=False)
    assert "waits for its turn" in await why_not(harness, "Ink")
    harness.chat.trouble = TemporaryError("Discord is *away*.")
    await harness.deliver()
    conclusion = await why_not(harness, "Ink")
    assert r"an attempt failed: Discord is \*away\*." in conclusion
    assert "<t:" in conclusion
    way = await why(harness, "Ink")
    assert (way.steps[-1].name, way.steps[-1].passed) == ("Sent", None)
    assert "1 attempt so far" in way.steps[-1].text
    harness.chat.trouble = ChannelLost("I may not write there.")
    await harness.deliver(timedelta(minutes=10))
    assert "the channel cannot be used: I may not write there." in await why_not(harness, "Ink")


async def test_what_died_says_of_what_and_a_new_life_counts(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Ink")
    await go_on(harness, deliver=False)
    harness.chat.trouble = Refused("Discord does not take it.")
    await harness.deliver()
    assert await why_not(harness, "Ink") == "Not posted, because it could not be sent: Discord does not take it."
    assert passed(await why(harness, "Ink"))["Sent"] is False
    harness.blog.remark(entry, "Ben", "Where is it?")
    await go_on(harness, deliver=False)
    assert "waits for its turn" in await why_not(harness, "Ink")
    assert passed(await why(harness, "Ink"))["Sent"] is None
    harness.chat.trouble = None
    await harness.deliver()
    way = await why(harness, "Ink")
    assert way.conclusion.startswith("Posted: ")
    assert all(step.passed for step in way.steps)


async def test_an_old_entry_stands_there_because_of_a_comment(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await harness.bridge.admin.pause(subscribed.subscription)
    await harness.start(ChannelId(21))
    entry = harness.blog.write("Meanwhile")
    await go_on(harness)
    paused = next(each for each in await harness.bridge.admin.blogs(GUILD) if each.subscription.paused_at)
    await harness.bridge.admin.resume(paused)
    harness.blog.remark(entry, "Ben", "Me too")
    await go_on(harness)
    way = await harness.bridge.explainer.explain(paused, "Meanwhile")
    assert way.conclusion.startswith("Posted because somebody commented on it: ")


async def test_edits_and_removals_are_told(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ink")
    await go_on(harness)
    harness.blog.edit(0, html="<p>Other words altogether, and many more of them.</p>")
    await go_on(harness)
    harness.blog.write("Glue")
    harness.blog.deleted = [harness.blog.entries.pop(0).uid]
    await go_on(harness)
    way = await why(harness, "Ink")
    assert [(step.name, step.passed) for step in way.steps[-2:]] == [("Edited", True), ("Removed", True)]
    assert way.conclusion.startswith("Posted, and removed from the blog <t:")
    assert harness.chat.said[0].post.footer.endswith("removed from the blog")


async def test_a_removed_comment_is_called_removed_as_on_its_card(harness: BridgeHarness) -> None:
    await harness.start()
    remark = harness.blog.remark(harness.blog.write("Ink"), "Ben", "Never mind")
    await go_on(harness)
    harness.blog.deleted = [harness.blog.comments.pop().uid]
    await go_on(harness)
    assert harness.chat.said[-1].post.footer == "removed from the blog"
    way = await why(harness, str(remark.link))
    assert way.conclusion.startswith("Posted, and removed from the blog <t:")


async def test_what_was_never_seen_says_how_the_feed_fares(harness: BridgeHarness) -> None:
    await harness.start()
    harness.blog.write("Ink")
    await go_on(harness)
    conclusion = await why_not(harness, f"{HOME}99/")
    assert "the feed did not hold it <t:" in conclusion
    assert "The newest that I know is “Ink”" in conclusion
    assert "never seen: it stands on elsewhere.example" in await why_not(harness, "https://elsewhere.example/1/")
    assert (await why(harness, f"{HOME}99/")).steps[0].passed is True
    harness.blog.trouble = TemporaryError("blog.example answered 503.")
    await go_on(harness)
    assert "the feed cannot be read. It is tried again <t:" in await why_not(harness, "No such title")
    way = await why(harness, f"{HOME}99/")
    assert way.steps[0].passed is False
    assert "1 times" not in way.steps[0].text
    assert "blog.example answered 503." in way.steps[0].text


async def test_a_comment_has_a_way_too(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Ink")
    comment = harness.blog.remark(entry, "Ben *b*", "Me too")
    await go_on(harness)
    way = await why(harness, str(comment.link))
    assert way.title == "A comment of Ben *b* on Ink"
    assert passed(way) == {"Fetched": True, "Routed": True, "Sent": True}
    said = harness.chat.said[-1].ref
    assert way.conclusion == f"Posted: https://discord.com/channels/{GUILD}/{said.channel_id}/{said.message_id}"
    assert "never seen" in await why_not(harness, f"{HOME}1/#comment-999")


async def test_a_comment_that_was_not_posted_says_why(harness: BridgeHarness) -> None:
    entry = harness.blog.write("Old")
    old = harness.blog.remark(entry, "Ben", "Long ago")
    harness.clock.move(timedelta(days=-1))
    await harness.start(guild_id=GuildId(11))
    harness.clock.move(timedelta(days=1))
    subscribed = await harness.start(comments=False)
    assert "comments of this blog are not posted here" in await why_not(harness, str(old.link))
    with_comments = replace(subscribed, subscription=replace(subscribed.subscription, comments=True))
    way = await harness.bridge.explainer.explain(with_comments, str(old.link))
    assert "known before the blog was started" in way.conclusion
    paused = replace(with_comments.subscription, paused_at=harness.clock.now())
    way = await harness.bridge.explainer.explain(replace(subscribed, subscription=paused), str(old.link))
    assert "the blog is paused here" in way.conclusion


async def test_a_comment_on_an_entry_that_is_left_out_and_one_that_died(harness: BridgeHarness) -> None:
    await filtered(harness, NO_PAPER)
    left_out, told = harness.blog.write("Paper"), harness.blog.write("Ink")
    unwanted, refused = harness.blog.remark(left_out, "Ben", "Why?"), harness.blog.remark(told, "Ben", "Yes")
    await go_on(harness, deliver=False)
    assert "its entry is not wanted here" in await why_not(harness, str(unwanted.link))
    assert "waits for its turn" in await why_not(harness, str(refused.link))
    harness.chat.trouble = Refused("Discord does not take it.")
    await harness.deliver()
    conclusion = await why_not(harness, str(refused.link))
    assert conclusion.startswith("Not posted, because ")
    assert "no place for this comment" in conclusion
    assert await harness.store.comments.get(CommentId(1)) is not None
