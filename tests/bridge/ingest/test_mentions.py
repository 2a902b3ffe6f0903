"""Pingbacks and trackbacks: posted where somebody wants them, as what they are, and taken for comments nowhere."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bridge.admin.views import BlogPreviewer
from bot.bridge.replies.destination import ReplyDestinations
from bot.model.connection import Credential, Secret
from bot.model.entry import CommentKind, ParsedComment, ParsedEntry
from bot.model.errors import Refused
from bot.model.feed import FeedFormat, FeedKind, FoundFeed
from bot.model.ids import ChannelId, CommentId, GuildId
from bot.model.message import ReplyTarget
from bot.model.reply import ReplyOrigin
from bot.model.subscription import RelayMode, SubscribedBlog
from tests.bridge.harness import GUILD, USER, BridgeHarness
from tests.fakes.blog import HOME, PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)
SOURCE = "https://other.example/post/"
KINDS = [CommentKind.PINGBACK, CommentKind.TRACKBACK]


def ping(
    harness: BridgeHarness, entry: ParsedEntry, kind: CommentKind = CommentKind.PINGBACK, **changes: str
) -> ParsedComment:
    found = harness.blog.remark(entry, "Their title", "<p>[…] as Ann wrote there, ink […]</p>")
    harness.blog.comments[-1] = replace(found, kind=kind, author_url=SOURCE, **changes)
    return harness.blog.comments[-1]


async def switch(harness: BridgeHarness, subscribed: SubscribedBlog, *, on: bool) -> None:
    """Switch mentions as a later command does: with the subscription as it is by then."""
    (now,) = [
        each
        for each in await harness.bridge.admin.blogs(subscribed.subscription.guild_id)
        if each.subscription.id == subscribed.subscription.id
    ]
    await harness.bridge.subscription_settings.set_pingbacks(now.subscription, shown=on)


async def talked(harness: BridgeHarness) -> ParsedEntry:
    entry = harness.blog.write("Ink")
    await harness.poll()
    await harness.deliver()
    harness.chat.said.clear()
    return entry


async def round_(harness: BridgeHarness) -> None:
    await harness.poll()
    await harness.deliver()


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_hears_of_mentions_unless_they_are_switched_on(harness: BridgeHarness, kind: CommentKind) -> None:
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entry = await talked(harness)
    ping(harness, entry, kind)
    await round_(harness)
    assert harness.chat.said == []
    await switch(harness, subscribed, on=True)
    await round_(harness)
    assert harness.chat.said == [], "what was known before stays untold"
    late = ping(harness, entry, kind)
    await round_(harness)
    (said,) = harness.chat.said
    assert said.post.author == "Mentioned by Their title"
    assert said.post.url == SOURCE
    assert "as Ann wrote there" in said.post.body
    assert [(each.label, each.url) for each in said.post.links] == [("Open the page", SOURCE)]
    assert said.ref.channel_id != USER, "and alerts nobody"
    await switch(harness, subscribed, on=False)
    ping(harness, entry, kind)
    await round_(harness)
    assert harness.chat.said == [said]
    assert late.kind is kind


async def test_two_servers_choose_for_themselves(harness: BridgeHarness) -> None:
    here = await harness.start()
    await harness.start(ELSEWHERE, guild_id=OTHER)
    entry = await talked(harness)
    await switch(harness, here, on=True)
    ping(harness, entry)
    harness.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(harness)
    authors = sorted((each.post.author, each.ref.channel_id) for each in harness.chat.said)
    assert [author for author, _ in authors] == ["Bob", "Bob", "Mentioned by Their title"]


async def test_what_is_switched_off_meanwhile_is_not_posted(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    ping(harness, entry)
    await harness.poll()
    await switch(harness, subscribed, on=False)
    await harness.deliver()
    assert harness.chat.said == []


async def test_an_edit_and_a_removal_show_as_a_comments_do(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    first = ping(harness, entry)
    harness.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(harness)
    harness.blog.comments[0] = replace(first, html="<p>[…] as Ann wrote elsewhere […]</p>", kind=CommentKind.COMMENT)
    await round_(harness)
    (shown,) = [each.post for each in harness.chat.said if "wrote" in each.post.body]
    assert "elsewhere" in shown.body
    assert shown.author == "Mentioned by Their title", "of what kind it is does not change"
    del harness.blog.comments[0]
    for _ in range(4):
        await round_(harness)
    (shown,) = [each.post for each in harness.chat.said if "wrote" in each.post.body]
    assert "removed from the blog" in shown.footer


async def test_a_mention_cannot_be_answered(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await harness.bridge.connector.connect(subscribed.blog, GUILD, USER, credential)
    await harness.bridge.connector.set_mode(replace(subscribed, connected=True), RelayMode.BUTTON)
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    parsed = ping(harness, entry)
    harness.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(harness)
    buttons = {each.post.author: each.post.reply_target is not None for each in harness.chat.said}
    assert buttons == {"Bob": True, "Mentioned by Their title": False}
    kept = (await harness.store.comments.known(subscribed.blog.id, [parsed.uid]))[parsed.uid]
    target = ReplyTarget(
        subscription_id=subscribed.subscription.id, entry_id=kept.entry_id, comment_id=CommentId(kept.id)
    )
    with pytest.raises(Refused, match="not a comment"):
        await ReplyDestinations(harness.store).of_target(target, GUILD, ReplyOrigin.BUTTON)


async def test_where_comments_come_from_the_list_mentions_come_from_the_feed(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = FoundFeed(url=f"{HOME}wp-json/wp/v2/comments", kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST)
    found = replace(harness.blog.found, comments=listed)
    monkeypatch.setattr(type(harness.blog), "found", property(lambda _: found))
    here = await harness.start()
    there = await harness.start(ELSEWHERE, guild_id=OTHER)
    entry = await talked(harness)

    async def feeds() -> list[str]:
        return [each.url for each in await harness.store.feeds.of_blog(here.blog.id) if each.kind is FeedKind.MENTIONS]

    assert await feeds() == []
    old = ping(harness, entry)
    harness.blog.comments.clear()
    await switch(harness, here, on=True)
    await switch(harness, there, on=True)
    assert await feeds() == [f"{HOME}comments/feed/atom/"]
    harness.blog.comments.append(old)
    await round_(harness)
    harness.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(harness)
    names = [each.post.author for each in harness.chat.said]
    assert names.count("Bob") == 2, "once a server, whichever feed showed it first"
    await switch(harness, here, on=False)
    assert await feeds() != [], "another server wants it"
    await harness.bridge.admin.remove(there.subscription)
    assert await feeds() == []


async def test_mentions_need_a_place_among_comments(harness: BridgeHarness) -> None:
    subscribed = await harness.start(comments=False)
    with pytest.raises(Refused, match="are not posted in that channel"):
        await switch(harness, subscribed, on=True)


async def test_a_mention_after_the_comments_were_closed_opens_nothing(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = await talked(harness)
    (kept,) = await harness.store.entries.newest(subscribed.blog.id, 1)
    await harness.store.entries.set_comments_closed(kept.id, entry.published_at)
    ping(harness, entry)
    await round_(harness)
    (kept,) = await harness.store.entries.newest(subscribed.blog.id, 1)
    assert kept.comments_closed_at is not None


async def test_the_way_of_a_mention_says_why_it_is_not_posted(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = await talked(harness)
    first = ping(harness, entry)
    await round_(harness)

    async def way() -> str:
        (now,) = await harness.bridge.admin.blogs(GUILD)
        told = await harness.bridge.explainer.explain(now, str(first.link))
        assert told.title == "A pingback of Their title on Ink"
        return told.conclusion

    assert "/blog mentions switches them on" in await way()
    harness.clock.move(timedelta(minutes=1))
    await switch(harness, subscribed, on=True)
    assert "known before mentions were switched on" in await way()


async def test_a_preview_of_an_address_shows_comments_only(harness: BridgeHarness) -> None:
    entry = harness.blog.write("Ink")
    ping(harness, entry)
    harness.blog.remark(entry, "Bob", "<p>A comment</p>")
    look = await BlogPreviewer(harness.blog, harness.blog, harness.clock).look(HOME)
    assert [each.author for each in look.comments] == ["Bob"]
    assert [each.author for each in look.plain_comments] == ["Bob"]


async def test_a_flood_of_mentions_is_a_few_cards_and_a_summary_that_counts_them(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    subscribed = await harness.start()
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    for kind in KINDS * 150:
        first = ping(harness, entry, kind)
    await round_(harness)
    await harness.deliver(timedelta(minutes=20))
    names = Counter(each.post.author for each in harness.chat.said)
    assert names == {"Mentioned by Their title": 10, "": 1}
    [summary] = [each.post for each in harness.chat.said if not each.post.author]
    assert summary.title == "290 more mentions on Ink"
    assert summary.footer == "Too many mentions came at once, so these are not posted one by one."
    assert str(entry.link) in summary.body
    (now,) = await harness.bridge.admin.blogs(GUILD)
    told = await harness.bridge.explainer.explain(now, str(harness.blog.comments[0].link))
    assert "because too many mentions came at once, so it was only counted" in told.conclusion
    assert first.kind is KINDS[-1]


async def test_mentions_take_no_comments_place(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    subscribed = await harness.start()
    await harness.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    for number in range(300):
        if number < 12:
            harness.blog.remark(entry, "Bob", f"<p>Comment {number}</p>")
        ping(harness, entry)
    await round_(harness)
    await harness.deliver(timedelta(minutes=20))
    names = Counter(each.post.author for each in harness.chat.said if each.ref.channel_id != USER)
    assert names == {"Bob": 12, "": 1}
    assert "300 more mentions on Ink" in [each.post.title for each in harness.chat.said]
    told = [each.post.title for each in harness.chat.said if each.ref.channel_id == USER]
    assert told == ["12 new comments on Ink"], "mentions alert nobody"


async def test_a_summary_tells_comments_and_mentions_apart(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    subscribed = await harness.start()
    one = await talked(harness)
    other = harness.blog.write("Paper")
    await round_(harness)
    await switch(harness, subscribed, on=True)
    for number in range(100):
        harness.blog.remark(one, "Bob", f"<p>Comment {number}</p>")
        ping(harness, one)
        ping(harness, other)
    await round_(harness)
    await harness.deliver(timedelta(minutes=20))
    [summary] = [each.post for each in harness.chat.said if "more" in each.post.title]
    assert summary.title == r"90 more comments and 200 more mentions on 2 entries of Ann's \*blog\*"
    assert "90 comments and 100 mentions" in summary.body
    assert "[Paper](<" in summary.body
    assert ": 100 mentions" in summary.body
    assert summary.footer.startswith("Too many comments and mentions came at once")


async def test_mentions_that_are_switched_off_are_in_no_summary(harness: BridgeHarness) -> None:
    harness.blog.window = 1000
    subscribed = await harness.start()
    entry = await talked(harness)
    await switch(harness, subscribed, on=True)
    for _ in range(100):
        ping(harness, entry)
    await harness.poll()
    await switch(harness, subscribed, on=False)
    await harness.deliver(timedelta(minutes=20))
    assert harness.chat.said == []


async def test_a_clock_that_was_ahead_keeps_no_mention_back(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    entry = await talked(harness)
    ahead = harness.clock.now() + timedelta(days=4000)
    await harness.store.subscriptions.set_pingbacks(subscribed.subscription.id, ahead)
    await harness.bridge.maintenance.pull_in_times()
    ping(harness, entry)
    await round_(harness)
    assert [each.post.author for each in harness.chat.said] == ["Mentioned by Their title"]
