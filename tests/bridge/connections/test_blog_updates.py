"""Two servers share a blog; what one of them discovers changes nothing silently that the other relies on."""

from dataclasses import replace

import pytest

from bot.model.connection import Credential, Secret
from bot.model.errors import TemporaryError
from bot.model.feed import CommentSystem, FeedKind, FoundFeed
from bot.model.ids import ChannelId, GuildId
from bot.model.notice import NoticeKind
from bot.model.subscription import SubscribedBlog
from tests.bridge.harness import GUILD, USER, BridgeHarness, build_harness
from tests.fakes.blog import HOME, PASSWORD

OTHER = GuildId(11)
ELSEWHERE = ChannelId(21)
MOVED = f"{HOME}wp/wp-json/"


async def connected(harness: BridgeHarness) -> SubscribedBlog:
    started = await harness.start()
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await harness.bridge.connector.connect(started.blog, GUILD, USER, credential)
    return started


async def test_another_api_disconnects_and_tells_the_admin(harness: BridgeHarness) -> None:
    mine = await connected(harness)
    harness.blog.api_root = MOVED
    await harness.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await harness.bridge.admin.blogs(GUILD)
    assert (now.blog.id, now.blog.api_root, now.connected) == (mine.blog.id, MOVED, False)
    assert await harness.store.connections.remove(mine.blog.id) == [], "the password is deleted"
    assert harness.blog.revoked == [(f"{HOME}wp-json/", PASSWORD)], "revoked where it was for, and sent nowhere else"
    await harness.deliver()
    told = [each.post.body for each in harness.chat.said if each.ref.channel_id == USER]
    assert len(told) == 1
    assert "/relay connect" in told[0]
    assert "confirmed that it accepts the old password no longer" in told[0]
    shown = await harness.bridge.admin.show(now)
    assert [each.kind for each in shown.notices] == [NoticeKind.API]


async def test_where_the_old_api_does_not_revoke_the_admin_is_told_to(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await connected(harness)

    async def asked_while_it_was_kept(self: object) -> bool:
        assert await harness.store.connections.is_connected(GUILD, mine.blog.id), "deleted only afterwards"
        raise TemporaryError("It does not answer.")

    monkeypatch.setattr("tests.fakes.blog.FakeCommentClient.revoke", asked_while_it_was_kept)
    harness.blog.api_root = MOVED
    await harness.start(ELSEWHERE, guild_id=OTHER)
    assert await harness.store.connections.all_of_blog(mine.blog.id) == []
    await harness.deliver()
    (told,) = [each.post.body for each in harness.chat.said if each.ref.channel_id == USER]
    assert "Users → Profile → Application Passwords" in told


async def test_a_way_through_the_old_api_ends_too(harness: BridgeHarness) -> None:
    harness = build_harness(harness.store, public_url="https://bot.example")
    harness.blog.authorize = "https://blog.example/wp-admin/authorize-application.php"
    mine = await harness.start()
    url = await harness.bridge.connector.start_click_through(mine.blog, GUILD, USER)
    state = (url or "").rpartition("/")[2]
    assert await harness.store.connections.get_request(state, now=harness.clock.now()) is not None
    harness.blog.api_root = MOVED
    await harness.start(ELSEWHERE, guild_id=OTHER)
    assert await harness.store.connections.get_request(state, now=harness.clock.now()) is None


async def test_the_same_again_leaves_everything_as_it_is(harness: BridgeHarness) -> None:
    mine = await connected(harness)
    feeds = await harness.store.feeds.of_blog(mine.blog.id)
    await harness.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await harness.bridge.admin.blogs(GUILD)
    assert (now.blog, now.connected) == (mine.blog, True)
    assert [feed.url for feed in await harness.store.feeds.of_blog(mine.blog.id)] == [feed.url for feed in feeds]
    assert (await harness.bridge.admin.show(now)).notices == ()


async def test_a_look_at_a_bad_moment_changes_neither_api_nor_comments(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await connected(harness)
    before = [feed.url for feed in await harness.store.feeds.of_blog(mine.blog.id)]
    comments = FoundFeed(url=f"{HOME}other/comments/feed/", kind=FeedKind.COMMENTS)
    worse = replace(harness.blog.found, api_root=None, system=CommentSystem.WEBMENTION, comments=comments)
    monkeypatch.setattr(type(harness.blog), "found", worse)
    await harness.start(ELSEWHERE, guild_id=OTHER)
    (now,) = await harness.bridge.admin.blogs(GUILD)
    assert (now.blog, now.connected) == (mine.blog, True)
    assert [feed.url for feed in await harness.store.feeds.of_blog(mine.blog.id)] == before


async def test_a_new_api_replaces_where_comments_are_read(
    harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await connected(harness)
    comments = FoundFeed(url=f"{MOVED}wp/v2/comments", kind=FeedKind.COMMENTS)
    monkeypatch.setattr(type(harness.blog), "found", replace(harness.blog.found, api_root=MOVED, comments=comments))
    await harness.start(ELSEWHERE, guild_id=OTHER)
    feeds = await harness.store.feeds.of_blog(mine.blog.id)
    assert [feed.url for feed in feeds if feed.kind is FeedKind.COMMENTS] == [comments.url]
