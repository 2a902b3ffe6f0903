"""`/blog add` where several feeds are found, and what else it says of a blog."""

import pytest

from bot.model.feed import CommentSystem, FeedKind, FoundFeed, Push, SeenSystem
from tests.cogs.stage import Stage, expect_answer
from tests.fakes.blog import HOME

INK = FoundFeed(url=f"{HOME}ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
BARE = FoundFeed(url=f"{HOME}{'x' * 120}/", kind=FeedKind.ENTRIES)


def _menu(stage: Stage, answer: object) -> list[tuple[str, bool]]:
    (menu,) = [part for part in answer.message.parts if part["type"] == 3]  # type: ignore[attr-defined]
    return [(option["label"], option["default"]) for option in menu["options"]]


async def test_another_feed_is_chosen_from_a_menu_with_titles(stage: Stage) -> None:
    stage.blog.others = [INK, BARE]
    async with stage.bot():
        found = await stage.add()
        assert "2 more were found" in found.text
        labels = _menu(stage, found)
        assert [label for label, _ in labels[:2]] == [f"{HOME}feed/", "Notes on ink"]
        assert [chosen for _, chosen in labels] == [True, False, False]
    async with stage.bot():
        other = expect_answer(await stage.olga.select(found, "proposal:feed:1", "Notes on ink"))
        assert other.message is found.message
        assert INK.url in other.text
        assert [chosen for _, chosen in _menu(stage, other)] == [False, True, False]
        assert "Started: **Notes on ink**" in expect_answer(await stage.olga.press(other, "Start")).content
        (subscribed,) = await stage.store.subscriptions.of_guild(stage.guild.id)  # type: ignore[arg-type]
        feeds = await stage.store.feeds.of_blog(subscribed.blog.id)
        assert INK.url in [feed.url for feed in feeds]
        assert f"{HOME}feed/" not in [feed.url for feed in feeds]


async def test_two_feeds_of_a_blog_may_go_to_one_channel_but_none_twice(stage: Stage) -> None:
    stage.blog.others = [INK]
    async with stage.bot():
        await stage.start()
        assert "already" in (await stage.add()).content
        ink = await stage.olga.command("blog add", url=INK.url, channel=stage.channel)
        assert "Started" in expect_answer(await stage.olga.press(ink, "Start")).content
        ink = await stage.olga.command("blog add", url=INK.url, channel=stage.channel)
        assert "already" in ink.content


async def test_one_feed_needs_no_menu(stage: Stage) -> None:
    async with stage.bot():
        found = await stage.add()
        assert [part for part in found.message.parts if part["type"] == 3] == []
        assert "more" not in found.text
        assert "Push" not in found.text


async def test_choosing_is_for_managers_and_only_while_nothing_started(stage: Stage) -> None:
    stage.blog.others = [INK]
    async with stage.bot():
        found = await stage.add()
        roles = stage.guild.members[stage.olga.id].roles
        kept = list(roles)
        roles.clear()
        refused = expect_answer(await stage.olga.select(found, "proposal:feed:1", "Notes on ink"))
        assert "Manage Server" in refused.content
        roles.extend(kept)
        await stage.olga.press(found, "Cancel")
        found = await stage.add()
        await stage.store.proposals.delete(2)  # type: ignore[arg-type]
        late = expect_answer(await stage.olga.select(found, "proposal:feed:2", "Notes on ink"))
        assert "already started or cancelled" in late.content


@pytest.mark.parametrize(
    ("system", "words"),
    [(CommentSystem.DISQUS, "Disqus, which I cannot write to yet"), (CommentSystem.UNKNOWN, "none that I can write")],
)
async def test_comment_systems_and_push_are_told_in_words(stage: Stage, system: CommentSystem, words: str) -> None:
    stage.blog.system = system
    evidence = (("shortname", "@everyone*"), ("seen", f"{HOME}1/"))
    stage.blog.systems = (SeenSystem(system=CommentSystem.DISQUS, evidence=evidence, embedded=True),)
    stage.blog.push = Push(hub_url="https://hub.example/", topic_url=f"{HOME}feed/")
    async with stage.bot():
        text = (await stage.add()).text
        assert words in text
        assert r"Disqus: built into blog.example/1 (site @everyone\*)" in text
        assert "offered by the blog" in text
