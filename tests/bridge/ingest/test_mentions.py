"""Pingbacks and trackbacks: posted where somebody wants them, as what they are, and taken for comments nowhere."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bridge.admin.views import Lookout
from bot.bridge.replies.destination import ReplyPlaces
from bot.model.entry import CommentKind, ParsedComment, ParsedEntry
from bot.model.errors import Refused
from bot.model.feed import FeedFormat, FeedKind, FoundFeed
from bot.model.ids import ChannelId, CommentId, GuildId
from bot.model.message import ReplyTarget
from bot.model.reply import Credential, ReplyOrigin, Secret
from bot.model.subscription import RelayMode, SubscribedBlog
from tests.bridge.harness import GUILD, USER, House
from tests.fakes.blog import HOME, PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)
SOURCE = "https://other.example/post/"
KINDS = [CommentKind.PINGBACK, CommentKind.TRACKBACK]


def ping(house: House, entry: ParsedEntry, kind: CommentKind = CommentKind.PINGBACK, **changes: str) -> ParsedComment:
    found = house.blog.remark(entry, "Their title", "<p>[…] as Ann wrote there, ink […]</p>")
    house.blog.comments[-1] = replace(found, kind=kind, author_url=SOURCE, **changes)
    return house.blog.comments[-1]


async def switch(house: House, subscribed: SubscribedBlog, *, on: bool) -> None:
    """Switch mentions as a later command does: with the subscription as it is by then."""
    (now,) = [
        each
        for each in await house.bridge.admin.blogs(subscribed.subscription.guild_id)
        if each.subscription.id == subscribed.subscription.id
    ]
    await house.bridge.tailor.set_pingbacks(now.subscription, shown=on)


async def talked(house: House) -> ParsedEntry:
    entry = house.blog.write("Ink")
    await house.poll()
    await house.deliver()
    house.chat.said.clear()
    return entry


async def round_(house: House) -> None:
    await house.poll()
    await house.deliver()


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_hears_of_mentions_unless_they_are_switched_on(house: House, kind: CommentKind) -> None:
    subscribed = await house.start()
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entry = await talked(house)
    ping(house, entry, kind)
    await round_(house)
    assert house.chat.said == []
    await switch(house, subscribed, on=True)
    await round_(house)
    assert house.chat.said == [], "what was known before stays untold"
    late = ping(house, entry, kind)
    await round_(house)
    (said,) = house.chat.said
    assert said.post.author == "Mentioned by Their title"
    assert said.post.url == SOURCE
    assert "as Ann wrote there" in said.post.body
    assert [(each.label, each.url) for each in said.post.links] == [("Open the page", SOURCE)]
    assert said.ref.channel_id != USER, "and alerts nobody"
    await switch(house, subscribed, on=False)
    ping(house, entry, kind)
    await round_(house)
    assert house.chat.said == [said]
    assert late.kind is kind


async def test_two_servers_choose_for_themselves(house: House) -> None:
    here = await house.start()
    await house.start(ELSEWHERE, guild_id=OTHER)
    entry = await talked(house)
    await switch(house, here, on=True)
    ping(house, entry)
    house.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(house)
    authors = sorted((each.post.author, each.ref.channel_id) for each in house.chat.said)
    assert [author for author, _ in authors] == ["Bob", "Bob", "Mentioned by Their title"]


async def test_what_is_switched_off_meanwhile_is_not_posted(house: House) -> None:
    subscribed = await house.start()
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    ping(house, entry)
    await house.poll()
    await switch(house, subscribed, on=False)
    await house.deliver()
    assert house.chat.said == []


async def test_an_edit_and_a_removal_show_as_a_comments_do(house: House) -> None:
    subscribed = await house.start()
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    first = ping(house, entry)
    house.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(house)
    house.blog.comments[0] = replace(first, html="<p>[…] as Ann wrote elsewhere […]</p>", kind=CommentKind.COMMENT)
    await round_(house)
    (shown,) = [each.post for each in house.chat.said if "wrote" in each.post.body]
    assert "elsewhere" in shown.body
    assert shown.author == "Mentioned by Their title", "of what kind it is does not change"
    del house.blog.comments[0]
    for _ in range(4):
        await round_(house)
    (shown,) = [each.post for each in house.chat.said if "wrote" in each.post.body]
    assert "removed from the blog" in shown.footer


async def test_a_mention_cannot_be_answered(house: House) -> None:
    subscribed = await house.start()
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await house.bridge.connector.connect(subscribed.blog, GUILD, USER, credential)
    await house.bridge.connector.set_mode(replace(subscribed, connected=True), RelayMode.BUTTON)
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    parsed = ping(house, entry)
    house.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(house)
    buttons = {each.post.author: each.post.reply_target is not None for each in house.chat.said}
    assert buttons == {"Bob": True, "Mentioned by Their title": False}
    kept = (await house.store.items.known_comments(subscribed.blog.id, [parsed.uid]))[parsed.uid]
    target = ReplyTarget(
        subscription_id=subscribed.subscription.id, entry_id=kept.entry_id, comment_id=CommentId(kept.id)
    )
    with pytest.raises(Refused, match="no comment"):
        await ReplyPlaces(house.store).of_target(target, GUILD, ReplyOrigin.BUTTON)


async def test_where_comments_come_from_the_list_mentions_come_from_the_feed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = FoundFeed(url=f"{HOME}wp-json/wp/v2/comments", kind=FeedKind.COMMENTS, format=FeedFormat.WORDPRESS_REST)
    found = replace(house.blog.found, comments=listed)
    monkeypatch.setattr(type(house.blog), "found", property(lambda _: found))
    here = await house.start()
    there = await house.start(ELSEWHERE, guild_id=OTHER)
    entry = await talked(house)

    async def feeds() -> list[str]:
        return [each.url for each in await house.store.feeds.of_blog(here.blog.id) if each.kind is FeedKind.MENTIONS]

    assert await feeds() == []
    old = ping(house, entry)
    house.blog.comments.clear()
    await switch(house, here, on=True)
    await switch(house, there, on=True)
    assert await feeds() == [f"{HOME}comments/feed/atom/"]
    house.blog.comments.append(old)
    await round_(house)
    house.blog.remark(entry, "Bob", "<p>A comment</p>")
    await round_(house)
    names = [each.post.author for each in house.chat.said]
    assert names.count("Bob") == 2, "once a server, whichever feed showed it first"
    await switch(house, here, on=False)
    assert await feeds() != [], "another server wants it"
    await house.bridge.admin.remove(there.subscription)
    assert await feeds() == []


async def test_mentions_need_a_place_among_comments(house: House) -> None:
    subscribed = await house.start(comments=False)
    with pytest.raises(Refused, match="are not posted in that channel"):
        await switch(house, subscribed, on=True)


async def test_a_mention_after_the_comments_were_closed_opens_nothing(house: House) -> None:
    subscribed = await house.start()
    entry = await talked(house)
    (kept,) = await house.store.items.newest_entries(subscribed.blog.id, 1)
    await house.store.items.set_entry_closed(kept.id, entry.published_at)
    ping(house, entry)
    await round_(house)
    (kept,) = await house.store.items.newest_entries(subscribed.blog.id, 1)
    assert kept.closed_at is not None


async def test_the_way_of_a_mention_says_why_it_is_not_posted(house: House) -> None:
    subscribed = await house.start()
    entry = await talked(house)
    first = ping(house, entry)
    await round_(house)

    async def way() -> str:
        (now,) = await house.bridge.admin.blogs(GUILD)
        told = await house.bridge.why.explain(now, str(first.link))
        assert told.title == "A pingback of Their title on Ink"
        return told.conclusion

    assert "/blog mentions switches them on" in await way()
    house.clock.move(timedelta(minutes=1))
    await switch(house, subscribed, on=True)
    assert "known before mentions were switched on" in await way()


async def test_a_preview_of_an_address_shows_comments_only(house: House) -> None:
    entry = house.blog.write("Ink")
    ping(house, entry)
    house.blog.remark(entry, "Bob", "<p>A comment</p>")
    look = await Lookout(house.blog, house.blog, house.clock).look(HOME)
    assert [each.author for each in look.comments] == ["Bob"]
    assert [each.author for each in look.plain_comments] == ["Bob"]


async def test_a_flood_of_mentions_is_a_few_cards_and_a_summary_that_counts_them(house: House) -> None:
    house.blog.window = 1000
    subscribed = await house.start()
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    for kind in KINDS * 150:
        first = ping(house, entry, kind)
    await round_(house)
    await house.deliver(timedelta(minutes=20))
    names = Counter(each.post.author for each in house.chat.said)
    assert names == {"Mentioned by Their title": 10, "": 1}
    [summary] = [each.post for each in house.chat.said if not each.post.author]
    assert summary.title == "290 more mentions on Ink"
    assert summary.footer == "Too many mentions came at once, so these are not posted one by one."
    assert str(entry.link) in summary.body
    (now,) = await house.bridge.admin.blogs(GUILD)
    told = await house.bridge.why.explain(now, str(house.blog.comments[0].link))
    assert "because too many mentions came at once, so it was only counted" in told.conclusion
    assert first.kind is KINDS[-1]


async def test_mentions_take_no_comments_place(house: House) -> None:
    house.blog.window = 1000
    subscribed = await house.start()
    await house.bridge.alerts.switch_on(GUILD, USER, subscribed.blog, None)
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    for number in range(300):
        if number < 12:
            house.blog.remark(entry, "Bob", f"<p>Comment {number}</p>")
        ping(house, entry)
    await round_(house)
    await house.deliver(timedelta(minutes=20))
    names = Counter(each.post.author for each in house.chat.said if each.ref.channel_id != USER)
    assert names == {"Bob": 12, "": 1}
    assert "300 more mentions on Ink" in [each.post.title for each in house.chat.said]
    told = [each.post.title for each in house.chat.said if each.ref.channel_id == USER]
    assert told == ["12 new comments on Ink"], "mentions alert nobody"


async def test_a_summary_tells_comments_and_mentions_apart(house: House) -> None:
    house.blog.window = 1000
    subscribed = await house.start()
    one = await talked(house)
    other = house.blog.write("Paper")
    await round_(house)
    await switch(house, subscribed, on=True)
    for number in range(100):
        house.blog.remark(one, "Bob", f"<p>Comment {number}</p>")
        ping(house, one)
        ping(house, other)
    await round_(house)
    await house.deliver(timedelta(minutes=20))
    [summary] = [each.post for each in house.chat.said if "more" in each.post.title]
    assert summary.title == r"90 more comments and 200 more mentions on 2 entries of Ann's \*blog\*"
    assert "90 comments and 100 mentions" in summary.body
    assert "[Paper](<" in summary.body
    assert ": 100 mentions" in summary.body
    assert summary.footer.startswith("Too many comments and mentions came at once")


async def test_mentions_that_are_switched_off_are_in_no_summary(house: House) -> None:
    house.blog.window = 1000
    subscribed = await house.start()
    entry = await talked(house)
    await switch(house, subscribed, on=True)
    for _ in range(100):
        ping(house, entry)
    await house.poll()
    await switch(house, subscribed, on=False)
    await house.deliver(timedelta(minutes=20))
    assert house.chat.said == []


async def test_a_clock_that_was_ahead_keeps_no_mention_back(house: House) -> None:
    subscribed = await house.start()
    entry = await talked(house)
    ahead = house.clock.now() + timedelta(days=4000)
    await house.store.subscriptions.set_pingbacks(subscribed.subscription.id, ahead)
    await house.bridge.upkeep.pull_in_times()
    ping(house, entry)
    await round_(house)
    assert [each.post.author for each in house.chat.said] == ["Mentioned by Their title"]
