"""Two servers share a blog; what one of them discovers changes nothing silently that the other relies on."""

from dataclasses import replace

import pytest

from bot.model.errors import TemporaryError
from bot.model.feed import CommentSystem, FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId
from bot.model.notice import NoticeKind
from bot.model.reply import Credential, Secret
from bot.model.subscription import SubscribedBlog
from tests.bridge.harness import GUILD, USER, House, build_house
from tests.fakes.blog import HOME, PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)
MOVED = f"{HOME}wp/wp-json/"


async def connected(house: House) -> SubscribedBlog:
    started = await house.start()
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await house.bridge.connector.connect(started.blog, GUILD, USER, credential)
    return started


async def test_another_api_disconnects_and_tells_the_admin(house: House) -> None:
    mine = await connected(house)
    house.blog.api_root = MOVED
    await house.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await house.bridge.admin.blogs(GUILD)
    assert (now.blog.id, now.blog.api_root, now.connected) == (mine.blog.id, MOVED, False)
    assert await house.store.endpoints.remove(mine.blog.id) == [], "the password is deleted"
    assert house.blog.revoked == [(f"{HOME}wp-json/", PASSWORD)], "revoked where it was for, and sent nowhere else"
    await house.deliver()
    told = [each.post.body for each in house.chat.said if each.ref.channel_id == USER]
    assert len(told) == 1
    assert "/relay connect" in told[0]
    assert "confirmed that it accepts the old password no longer" in told[0]
    shown = await house.bridge.admin.show(now)
    assert [each.kind for each in shown.notices] == [NoticeKind.API]


async def test_where_the_old_api_does_not_revoke_the_admin_is_told_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await connected(house)

    async def asked_while_it_was_kept(self: object) -> bool:
        assert await house.store.endpoints.connected(GUILD, mine.blog.id), "deleted only afterwards"
        raise TemporaryError("It does not answer.")

    monkeypatch.setattr("tests.fakes.blog.FakeEndpoint.revoke", asked_while_it_was_kept)
    house.blog.api_root = MOVED
    await house.start(ELSEWHERE, guild_id=OTHER)
    assert await house.store.endpoints.all_of_blog(mine.blog.id) == []
    await house.deliver()
    (told,) = [each.post.body for each in house.chat.said if each.ref.channel_id == USER]
    assert "Users → Profile → Application Passwords" in told


async def test_a_way_through_the_old_api_ends_too(house: House) -> None:
    house = build_house(house.store, public_url="https://bot.example")
    house.blog.authorize = "https://blog.example/wp-admin/authorize-application.php"
    mine = await house.start()
    url = await house.bridge.connector.click_through(mine.blog, GUILD, USER)
    state = (url or "").rpartition("/")[2]
    assert await house.store.endpoints.get_request(state, now=house.clock.now()) is not None
    house.blog.api_root = MOVED
    await house.start(ELSEWHERE, guild_id=OTHER)
    assert await house.store.endpoints.get_request(state, now=house.clock.now()) is None


async def test_the_same_again_leaves_everything_as_it_is(house: House) -> None:
    mine = await connected(house)
    feeds = await house.store.feeds.of_blog(mine.blog.id)
    await house.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await house.bridge.admin.blogs(GUILD)
    assert (now.blog, now.connected) == (mine.blog, True)
    assert [feed.url for feed in await house.store.feeds.of_blog(mine.blog.id)] == [feed.url for feed in feeds]
    assert (await house.bridge.admin.show(now)).notices == ()


async def test_a_look_at_a_bad_moment_changes_neither_api_nor_comments(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await connected(house)
    before = [feed.url for feed in await house.store.feeds.of_blog(mine.blog.id)]
    comments = FoundFeed(url=f"{HOME}other/comments/feed/", kind=FeedKind.COMMENTS)
    worse = replace(house.blog.found, api_root=None, system=CommentSystem.WEBMENTION, comments=comments)
    monkeypatch.setattr(type(house.blog), "found", worse)
    await house.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await house.bridge.admin.blogs(GUILD)
    assert (now.blog, now.connected) == (mine.blog, True)
    assert [feed.url for feed in await house.store.feeds.of_blog(mine.blog.id)] == before


async def test_a_new_api_replaces_where_comments_are_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = await connected(house)
    comments = FoundFeed(url=f"{MOVED}wp/v2/comments", kind=FeedKind.COMMENTS)
    monkeypatch.setattr(type(house.blog), "found", replace(house.blog.found, api_root=MOVED, comments=comments))
    await house.start(ELSEWHERE, guild_id=OTHER)
    feeds = await house.store.feeds.of_blog(mine.blog.id)
    assert [feed.url for feed in feeds if feed.kind is FeedKind.COMMENTS] == [comments.url]
