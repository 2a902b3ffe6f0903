"""What is posted is fitted to a channel's wishes: filter, template, roles."""

from datetime import timedelta

import pytest

from bot.bridge.admin.subscription_settings import EVERY_RULE, MOST_ROLES
from bot.model.errors import NotFound, PermanentError, Refused, TemporaryError
from bot.model.feed import CommentSystem
from bot.model.filter import Filter, FilterField
from bot.model.ids import ChannelId, RoleId
from bot.model.message import RoleView
from bot.model.subscription import SubscribedBlog
from bot.rules.filters import MOST_RULES
from tests.bridge.harness import GUILD, BridgeHarness

NEWS, OTHER = RoleId(71), RoleId(72)
ANYTHING, TITLE, CATEGORY, AUTHOR = FilterField.ANYTHING, FilterField.TITLE, FilterField.CATEGORY, FilterField.AUTHOR


async def only(harness: BridgeHarness) -> SubscribedBlog:
    (subscribed,) = await harness.bridge.admin.blogs(GUILD)
    return subscribed


async def filtered(harness: BridgeHarness, field: FilterField = TITLE, **rules: str) -> None:
    await harness.bridge.subscription_settings.change_filter((await only(harness)).subscription, field, **rules)


async def rules(harness: BridgeHarness) -> tuple[str, ...]:
    return (await harness.bridge.subscription_settings.show_filter((await only(harness)).subscription)).rules


async def test_what_is_left_out_is_not_posted_and_the_rest_is(harness: BridgeHarness) -> None:
    await harness.start()
    await filtered(harness, exclude="sponsored")
    await filtered(harness, CATEGORY, include="News")
    harness.blog.write("Sponsored chairs", categories=("News",))
    harness.blog.write("Cats", categories=("Pets",))
    harness.blog.write("Rain", categories=("Weather", "news"))
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Rain"]


async def test_another_channel_has_its_own_filter(harness: BridgeHarness) -> None:
    first = await harness.start()
    await harness.start(ChannelId(21))
    await harness.bridge.subscription_settings.change_filter(first.subscription, TITLE, exclude="quiet")
    harness.blog.write("Quiet")
    await harness.poll()
    await harness.deliver()
    assert [each.ref.channel_id for each in harness.chat.said] == [ChannelId(21)]


async def test_a_comment_opens_no_thread_for_what_is_left_out_but_alerts_its_author(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    await filtered(harness, exclude="sponsored")
    out, kept = harness.blog.write("Sponsored"), harness.blog.write("Fine")
    await harness.bridge.alerts.switch_on(GUILD, 40, subscribed.blog, None)  # type: ignore[arg-type]
    await harness.poll()
    harness.blog.remark(out, "Bob", "Not in chat")
    harness.blog.remark(kept, "Bob", "In chat")
    await harness.poll()
    await harness.deliver()
    in_chat = [each.post.title or each.post.body for each in harness.chat.said if each.ref.channel_id != 40]
    assert in_chat == ["Fine", "In chat"]
    assert [each.post.body for each in harness.chat.said if each.ref.channel_id == 40] == ["Not in chat", "In chat"]


async def test_what_was_posted_keeps_its_comments_whatever_is_filtered_later(harness: BridgeHarness) -> None:
    await harness.start()
    entry = harness.blog.write("Sponsored")
    await harness.poll()
    await harness.deliver()
    await filtered(harness, exclude="sponsored")
    harness.blog.remark(entry, "Bob", "Still here")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Sponsored", "Still here"]


async def test_a_comment_that_was_faster_than_its_entry_waits_until_the_filter_knows_the_entry(
    harness: BridgeHarness,
) -> None:
    harness.blog.system = CommentSystem.UNKNOWN
    await harness.start()
    await filtered(harness, CATEGORY, include="News")
    rain, chairs = harness.blog.write("Rain", categories=("News",)), harness.blog.write("Chairs", categories=("Ads",))
    harness.blog.entries = []
    harness.blog.remark(rain, "Bob", "Wet")
    harness.blog.remark(chairs, "Bob", "Soft")
    await harness.poll()
    await harness.deliver()
    assert harness.titles == []
    harness.blog.entries = [rain, chairs]
    await harness.poll()
    await harness.deliver()
    assert harness.titles == ["Rain", "Wet"]


async def test_a_filter_is_tried_on_the_newest_entries(harness: BridgeHarness) -> None:
    for number in range(12):
        harness.blog.write(f"Entry {number}")
    await harness.start()
    await filtered(harness, exclude="Entry 11")
    view = await harness.bridge.subscription_settings.show_filter((await only(harness)).subscription)
    assert [each.entry.title for each in view.tried] == [f"Entry {number}" for number in range(11, 1, -1)]
    assert [each.verdict.passed for each in view.tried] == [False, *[True] * 9]
    assert view.tried[0].verdict.reason == "Left out: the title holds “Entry 11”."


async def test_rules_are_added_once_and_removed_by_words_number_or_all_at_once(harness: BridgeHarness) -> None:
    await harness.start()
    await filtered(harness, exclude="one", include="two")
    await filtered(harness, AUTHOR, exclude="/^b/")
    assert await rules(harness) == (
        "exclude if the title holds “one”",
        "include if the title holds “two”",
        "exclude if the author fits /^b/",
    )
    with pytest.raises(Refused, match="already"):
        await filtered(harness, exclude="one")
    subscription = (await only(harness)).subscription
    ((sentence, value),) = harness.bridge.subscription_settings.suggest_rules(subscription, "AUTHOR")
    assert sentence == "3. exclude if the author fits /^b/"
    await filtered(harness, remove=value)
    with pytest.raises(NotFound):  # not the rule that stands in its place
        await filtered(harness, remove=value)
    await filtered(harness, remove="1", exclude="three")
    assert await rules(harness) == ("include if the title holds “two”", "exclude if the title holds “three”")
    with pytest.raises(NotFound, match="no such rule"):
        await filtered(harness, remove="7")
    await filtered(harness, remove=EVERY_RULE)
    assert (await only(harness)).subscription.filter == Filter()
    with pytest.raises(NotFound):
        await filtered(harness, remove=EVERY_RULE)


async def test_a_filter_has_bounds_and_what_is_refused_changes_nothing(harness: BridgeHarness) -> None:
    await harness.start()
    for number in range(MOST_RULES):
        await filtered(harness, exclude=f"word {number}")
    with pytest.raises(Refused, match="24 rules"):
        await filtered(harness, exclude="one more")
    with pytest.raises(Refused, match="cannot be used"):
        await filtered(harness, remove="1", exclude="/(/")
    assert len(await rules(harness)) == MOST_RULES


async def test_categories_and_authors_of_the_blog_are_suggested(harness: BridgeHarness) -> None:
    harness.blog.write("One", categories=("News", "R&amp;D"), author="Bea")
    harness.blog.write("Two", categories=("News",), author="Ann")
    blog_id = (await harness.start()).blog.id
    suggest = harness.bridge.subscription_settings.suggest_names
    assert await suggest(blog_id, CATEGORY, "") == ["News", "R&D"]
    await filtered(harness, CATEGORY, exclude="R&D")
    view = await harness.bridge.subscription_settings.show_filter((await only(harness)).subscription)
    assert [(each.entry.title, each.verdict.passed) for each in view.tried] == [("Two", True), ("One", False)]
    assert await suggest(blog_id, CATEGORY, " new") == ["News"]
    assert await suggest(blog_id, AUTHOR, "") == ["Ann", "Bea"]
    assert await suggest(blog_id, ANYTHING, "") == []


async def test_a_template_stands_above_each_new_card(harness: BridgeHarness) -> None:
    harness.blog.write("Old")
    subscribed = await harness.start()
    preview = await harness.bridge.subscription_settings.set_template(subscribed, " New by {author|us}: {title} \n")
    assert preview is not None
    assert (preview.post.text, preview.post.title) == ("New by Ann: Old", "Old")
    harness.blog.write("Fresh", author="")
    await harness.poll()
    await harness.deliver()
    assert [(each.post.text, each.post.title) for each in harness.chat.said] == [("New by us: Fresh", "Fresh")]
    await harness.bridge.subscription_settings.set_template(subscribed, " ")
    assert (await only(harness)).subscription.template is None


async def test_a_template_that_cannot_be_used_is_not_kept(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    with pytest.raises(Refused, match=r"titel.*`{title}`"):
        await harness.bridge.subscription_settings.set_template(subscribed, "{titel}")
    assert (await only(harness)).subscription.template is None


async def test_without_entries_a_template_is_saved_and_nothing_can_be_previewed(harness: BridgeHarness) -> None:
    subscribed = await harness.start()
    assert await harness.bridge.subscription_settings.set_template(subscribed, "{title}") is None
    assert (await only(harness)).subscription.template == "{title}"
    with pytest.raises(NotFound, match="no entries yet"):
        await harness.bridge.subscription_settings.preview(subscribed)


async def mention(harness: BridgeHarness, role_id: RoleId, *, standing: tuple[RoleId, ...] = (NEWS, OTHER)) -> None:
    role = RoleView(id=role_id, name=f"role {role_id}")
    await harness.bridge.subscription_settings.add_role((await only(harness)).subscription, role, standing)


async def test_an_entry_pings_the_roles_that_are_still_there_and_a_comment_none(harness: BridgeHarness) -> None:
    await harness.start()
    await mention(harness, NEWS)
    await mention(harness, OTHER)
    entry = harness.blog.write("Ping")
    harness.chat.roles = frozenset({NEWS})
    harness.blog.remark(entry, "Bob", "Hello")
    await harness.poll()
    await harness.deliver()
    assert [(each.post.roles, each.post.title) for each in harness.chat.said] == [((NEWS,), "Ping"), ((), "")]
    assert (await harness.bridge.subscription_settings.preview(await only(harness))).post.roles == (NEWS,)


async def test_roles_that_cannot_be_asked_for_now_wait_and_those_of_a_closed_guild_are_passed_over(
    harness: BridgeHarness,
) -> None:
    await harness.start()
    await mention(harness, NEWS)
    harness.blog.write("Waits")
    await harness.poll()
    error: Exception = TemporaryError("Discord is away.")

    async def look(guild_id):
        raise error

    harness.chat.look_at_roles = look
    await harness.deliver()
    assert harness.chat.said == []
    error = PermanentError("Closed.")
    await harness.deliver(after=timedelta(minutes=20))
    assert [(each.post.title, each.post.roles) for each in harness.chat.said] == [("Waits", ())]


async def test_who_may_be_mentioned(harness: BridgeHarness) -> None:
    await harness.start()
    subscription = (await only(harness)).subscription
    with pytest.raises(Refused, match="never ping everybody"):
        await harness.bridge.subscription_settings.add_role(
            subscription, RoleView(id=RoleId(GUILD), name="@everyone", everybody=True), [NEWS]
        )
    await mention(harness, NEWS)
    with pytest.raises(Refused, match="already"):
        await mention(harness, NEWS)
    # What vanished meanwhile makes room.
    await mention(harness, OTHER, standing=(OTHER,))
    subscription = (await only(harness)).subscription
    assert subscription.mentioned_roles == (OTHER,)
    with pytest.raises(NotFound, match="No entry pings"):
        await harness.bridge.subscription_settings.remove_role(subscription, RoleView(id=NEWS, name="News"), [])
    await harness.bridge.subscription_settings.remove_role(subscription, RoleView(id=OTHER, name="Other"), [OTHER])
    assert (await only(harness)).subscription.mentioned_roles == ()


async def test_a_message_pings_few_roles(harness: BridgeHarness) -> None:
    await harness.start()
    roles = tuple(RoleId(100 + number) for number in range(MOST_ROLES + 1))
    for role in roles[:-1]:
        await mention(harness, role, standing=roles)
    with pytest.raises(Refused, match="10 roles"):
        await mention(harness, roles[-1], standing=roles)
