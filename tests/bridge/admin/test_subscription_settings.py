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
from tests.bridge.harness import GUILD, House

NEWS, OTHER = RoleId(71), RoleId(72)
ANYTHING, TITLE, CATEGORY, AUTHOR = FilterField.ANYTHING, FilterField.TITLE, FilterField.CATEGORY, FilterField.AUTHOR


async def only(house: House) -> SubscribedBlog:
    (subscribed,) = await house.bridge.admin.blogs(GUILD)
    return subscribed


async def filtered(house: House, field: FilterField = TITLE, **rules: str) -> None:
    await house.bridge.tailor.change_filter((await only(house)).subscription, field, **rules)


async def rules(house: House) -> tuple[str, ...]:
    return (await house.bridge.tailor.show_filter((await only(house)).subscription)).rules


async def test_what_is_left_out_is_not_posted_and_the_rest_is(house: House) -> None:
    await house.start()
    await filtered(house, exclude="sponsored")
    await filtered(house, CATEGORY, include="News")
    house.blog.write("Sponsored chairs", categories=("News",))
    house.blog.write("Cats", categories=("Pets",))
    house.blog.write("Rain", categories=("Weather", "news"))
    await house.poll()
    await house.deliver()
    assert house.titles == ["Rain"]


async def test_another_channel_has_its_own_filter(house: House) -> None:
    first = await house.start()
    await house.start(ChannelId(21))
    await house.bridge.tailor.change_filter(first.subscription, TITLE, exclude="quiet")
    house.blog.write("Quiet")
    await house.poll()
    await house.deliver()
    assert [each.ref.channel_id for each in house.chat.said] == [ChannelId(21)]


async def test_a_comment_opens_no_thread_for_what_is_left_out_but_alerts_its_author(house: House) -> None:
    subscribed = await house.start()
    await filtered(house, exclude="sponsored")
    out, kept = house.blog.write("Sponsored"), house.blog.write("Fine")
    await house.bridge.alerts.switch_on(GUILD, 40, subscribed.blog, None)  # type: ignore[arg-type]
    await house.poll()
    house.blog.remark(out, "Bob", "Not in chat")
    house.blog.remark(kept, "Bob", "In chat")
    await house.poll()
    await house.deliver()
    in_chat = [each.post.title or each.post.body for each in house.chat.said if each.ref.channel_id != 40]
    assert in_chat == ["Fine", "In chat"]
    assert [each.post.body for each in house.chat.said if each.ref.channel_id == 40] == ["Not in chat", "In chat"]


async def test_what_was_posted_keeps_its_comments_whatever_is_filtered_later(house: House) -> None:
    await house.start()
    entry = house.blog.write("Sponsored")
    await house.poll()
    await house.deliver()
    await filtered(house, exclude="sponsored")
    house.blog.remark(entry, "Bob", "Still here")
    await house.poll()
    await house.deliver()
    assert house.titles == ["Sponsored", "Still here"]


async def test_a_comment_that_was_faster_than_its_entry_waits_until_the_filter_knows_the_entry(house: House) -> None:
    house.blog.system = CommentSystem.UNKNOWN
    await house.start()
    await filtered(house, CATEGORY, include="News")
    rain, chairs = house.blog.write("Rain", categories=("News",)), house.blog.write("Chairs", categories=("Ads",))
    house.blog.entries = []
    house.blog.remark(rain, "Bob", "Wet")
    house.blog.remark(chairs, "Bob", "Soft")
    await house.poll()
    await house.deliver()
    assert house.titles == []
    house.blog.entries = [rain, chairs]
    await house.poll()
    await house.deliver()
    assert house.titles == ["Rain", "Wet"]


async def test_a_filter_is_tried_on_the_newest_entries(house: House) -> None:
    for number in range(12):
        house.blog.write(f"Entry {number}")
    await house.start()
    await filtered(house, exclude="Entry 11")
    view = await house.bridge.tailor.show_filter((await only(house)).subscription)
    assert [each.entry.title for each in view.tried] == [f"Entry {number}" for number in range(11, 1, -1)]
    assert [each.verdict.passed for each in view.tried] == [False, *[True] * 9]
    assert view.tried[0].verdict.reason == "Left out: the title holds “Entry 11”."


async def test_rules_are_added_once_and_removed_by_words_number_or_all_at_once(house: House) -> None:
    await house.start()
    await filtered(house, exclude="one", include="two")
    await filtered(house, AUTHOR, exclude="/^b/")
    assert await rules(house) == (
        "exclude if the title holds “one”",
        "include if the title holds “two”",
        "exclude if the author fits /^b/",
    )
    with pytest.raises(Refused, match="already"):
        await filtered(house, exclude="one")
    subscription = (await only(house)).subscription
    ((sentence, value),) = house.bridge.tailor.suggest_rules(subscription, "AUTHOR")
    assert sentence == "3. exclude if the author fits /^b/"
    await filtered(house, remove=value)
    with pytest.raises(NotFound):  # not the rule that stands in its place
        await filtered(house, remove=value)
    await filtered(house, remove="1", exclude="three")
    assert await rules(house) == ("include if the title holds “two”", "exclude if the title holds “three”")
    with pytest.raises(NotFound, match="no such rule"):
        await filtered(house, remove="7")
    await filtered(house, remove=EVERY_RULE)
    assert (await only(house)).subscription.filter == Filter()
    with pytest.raises(NotFound):
        await filtered(house, remove=EVERY_RULE)


async def test_a_filter_has_bounds_and_what_is_refused_changes_nothing(house: House) -> None:
    await house.start()
    for number in range(MOST_RULES):
        await filtered(house, exclude=f"word {number}")
    with pytest.raises(Refused, match="24 rules"):
        await filtered(house, exclude="one more")
    with pytest.raises(Refused, match="cannot be used"):
        await filtered(house, remove="1", exclude="/(/")
    assert len(await rules(house)) == MOST_RULES


async def test_categories_and_authors_of_the_blog_are_suggested(house: House) -> None:
    house.blog.write("One", categories=("News", "R&amp;D"), author="Bea")
    house.blog.write("Two", categories=("News",), author="Ann")
    blog_id = (await house.start()).blog.id
    suggest = house.bridge.tailor.suggest_names
    assert await suggest(blog_id, CATEGORY, "") == ["News", "R&D"]
    await filtered(house, CATEGORY, exclude="R&D")
    view = await house.bridge.tailor.show_filter((await only(house)).subscription)
    assert [(each.entry.title, each.verdict.passed) for each in view.tried] == [("Two", True), ("One", False)]
    assert await suggest(blog_id, CATEGORY, " new") == ["News"]
    assert await suggest(blog_id, AUTHOR, "") == ["Ann", "Bea"]
    assert await suggest(blog_id, ANYTHING, "") == []


async def test_a_template_stands_above_each_new_card(house: House) -> None:
    house.blog.write("Old")
    subscribed = await house.start()
    preview = await house.bridge.tailor.set_template(subscribed, " New by {author|us}: {title} \n")
    assert preview is not None
    assert (preview.post.text, preview.post.title) == ("New by Ann: Old", "Old")
    house.blog.write("Fresh", author="")
    await house.poll()
    await house.deliver()
    assert [(each.post.text, each.post.title) for each in house.chat.said] == [("New by us: Fresh", "Fresh")]
    await house.bridge.tailor.set_template(subscribed, " ")
    assert (await only(house)).subscription.template is None


async def test_a_template_that_cannot_be_used_is_not_kept(house: House) -> None:
    subscribed = await house.start()
    with pytest.raises(Refused, match=r"titel.*`{title}`"):
        await house.bridge.tailor.set_template(subscribed, "{titel}")
    assert (await only(house)).subscription.template is None


async def test_without_entries_a_template_is_saved_and_nothing_can_be_previewed(house: House) -> None:
    subscribed = await house.start()
    assert await house.bridge.tailor.set_template(subscribed, "{title}") is None
    assert (await only(house)).subscription.template == "{title}"
    with pytest.raises(NotFound, match="no entries yet"):
        await house.bridge.tailor.preview(subscribed)


async def mention(house: House, role_id: RoleId, *, standing: tuple[RoleId, ...] = (NEWS, OTHER)) -> None:
    role = RoleView(id=role_id, name=f"role {role_id}")
    await house.bridge.tailor.add_role((await only(house)).subscription, role, standing)


async def test_an_entry_pings_the_roles_that_are_still_there_and_a_comment_none(house: House) -> None:
    await house.start()
    await mention(house, NEWS)
    await mention(house, OTHER)
    entry = house.blog.write("Ping")
    house.chat.roles = frozenset({NEWS})
    house.blog.remark(entry, "Bob", "Hello")
    await house.poll()
    await house.deliver()
    assert [(each.post.roles, each.post.title) for each in house.chat.said] == [((NEWS,), "Ping"), ((), "")]
    assert (await house.bridge.tailor.preview(await only(house))).post.roles == (NEWS,)


async def test_roles_that_cannot_be_asked_for_now_wait_and_those_of_a_closed_guild_are_passed_over(
    house: House,
) -> None:
    await house.start()
    await mention(house, NEWS)
    house.blog.write("Waits")
    await house.poll()
    error: Exception = TemporaryError("Discord is away.")

    async def look(guild_id):
        raise error

    house.chat.look_at_roles = look
    await house.deliver()
    assert house.chat.said == []
    error = PermanentError("Closed.")
    await house.deliver(after=timedelta(minutes=20))
    assert [(each.post.title, each.post.roles) for each in house.chat.said] == [("Waits", ())]


async def test_who_may_be_mentioned(house: House) -> None:
    await house.start()
    subscription = (await only(house)).subscription
    with pytest.raises(Refused, match="never ping everybody"):
        await house.bridge.tailor.add_role(
            subscription, RoleView(id=RoleId(GUILD), name="@everyone", everybody=True), [NEWS]
        )
    await mention(house, NEWS)
    with pytest.raises(Refused, match="already"):
        await mention(house, NEWS)
    # What vanished meanwhile makes room.
    await mention(house, OTHER, standing=(OTHER,))
    subscription = (await only(house)).subscription
    assert subscription.mentions == (OTHER,)
    with pytest.raises(NotFound, match="No entry pings"):
        await house.bridge.tailor.remove_role(subscription, RoleView(id=NEWS, name="News"), [])
    await house.bridge.tailor.remove_role(subscription, RoleView(id=OTHER, name="Other"), [OTHER])
    assert (await only(house)).subscription.mentions == ()


async def test_a_message_pings_few_roles(house: House) -> None:
    await house.start()
    roles = tuple(RoleId(100 + number) for number in range(MOST_ROLES + 1))
    for role in roles[:-1]:
        await mention(house, role, standing=roles)
    with pytest.raises(Refused, match="10 roles"):
        await mention(house, roles[-1], standing=roles)
