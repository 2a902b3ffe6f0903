from dataclasses import replace

from bot.model.alert import AuthorAlert
from bot.model.ids import AlertId, BlogId, GuildId, UserId
from bot.model.reply import ReplyState
from bot.storage.database import Store
from tests.storage.given import GUILD, NOW, USER, a_blog, later, new_reply


async def test_a_new_name_keeps_the_token(store: Store) -> None:
    assert await store.members.profile(USER) is None
    profile = await store.members.save_profile(USER, "Cy\x00")
    assert (profile.public_name, profile.consented_at) == ("Cy\ufffd", None)
    assert str(USER) not in profile.token
    renamed = await store.members.save_profile(USER, "Cyd")
    assert renamed == replace(profile, public_name="Cyd") == await store.members.profile(USER)
    assert (await store.members.save_profile(UserId(5), "Eve")).token != profile.token


async def test_the_latest_consent_counts(store: Store) -> None:
    await store.members.save_profile(USER, "Cy")
    await store.members.add_consent(USER, wording="You agree.", at=later(hours=1))
    await store.members.add_consent(USER, wording="You still agree.", at=later(hours=2))
    profile = await store.members.profile(USER)
    assert profile
    assert profile.consented_at == later(hours=2)
    assert await store.members.save_profile(USER, "Cyd") == replace(profile, public_name="Cyd")


async def test_only_who_agreed_has_a_public_name(store: Store) -> None:
    for user_id in (USER, UserId(5)):
        await store.members.save_profile(user_id, f"name {user_id}")
    assert await store.members.public_names([USER, UserId(5)]) == {}
    for user_id in (USER, UserId(6)):
        await store.members.add_consent(user_id, wording="You agree.", at=NOW)
    assert await store.members.public_names([USER, UserId(5), UserId(6)]) == {USER: f"name {USER}"}
    assert await store.members.public_names([]) == {}


async def add(store: Store, blog_id: BlogId, author: str | None = None, guild_id: GuildId = GUILD) -> AuthorAlert:
    return await store.members.add_alert(guild_id=guild_id, blog_id=blog_id, user_id=USER, author=author)


async def test_the_same_alert_is_kept_once_and_switched_on_again(store: Store) -> None:
    blog = await a_blog(store)
    everybody, ada = await add(store, blog.id), await add(store, blog.id, "Ada")
    assert (everybody.author, ada.author) == (None, "Ada")
    assert await add(store, blog.id) == everybody
    assert await store.members.disable_alert(ada.id, "Direct messages are closed.")
    assert not await store.members.disable_alert(ada.id, "Again.")
    assert await store.members.get_alert(ada.id) == replace(ada, off_reason="Direct messages are closed.")
    assert await store.members.alerts_of_blog(blog.id) == [everybody]
    assert len(await store.members.alerts_of_user(GUILD, USER)) == 2
    assert await add(store, blog.id, "Ada") == ada
    assert await store.members.alerts_of_blog(blog.id) == [everybody, ada]
    assert await store.members.get_alert(AlertId(999)) is None


async def test_alerts_are_removed_by_blog_or_all(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    await add(store, blog.id)
    await add(store, blog.id, "Ada")
    await add(store, other.id)
    elsewhere = await add(store, blog.id, guild_id=GuildId(5))
    assert await store.members.remove_alerts(GUILD, USER, blog.id) == 2
    assert await store.members.remove_alerts(GUILD, USER, None) == 1
    assert await store.members.remove_alerts(GUILD, USER, None) == 0
    assert await store.members.alerts_of_blog(blog.id) == [elsewhere]


async def test_an_authors_name_may_be_of_any_length(store: Store) -> None:
    blog = await a_blog(store)
    name = "".join(f"{n}é" for n in range(3000))
    assert (await add(store, blog.id, name)).author == name
    assert (await add(store, blog.id, name + "x")).author == name + "x"


async def test_profiles_of_those_who_published_from_one_guild_alone_go_with_it(store: Store) -> None:
    both, here, silent = UserId(1), UserId(2), UserId(3)
    for user_id in (both, here, silent):
        await store.members.save_profile(user_id, "A name")
    for user_id, guild_id in ((both, GUILD), (both, GuildId(5)), (here, GUILD)):
        await store.replies.add(new_reply(user_id=user_id, guild_id=guild_id), now=NOW)
    await store.members.forget_guild(GUILD)
    assert [await store.members.profile(each) is not None for each in (both, here, silent)] == [True, False, True]


async def test_texts_of_a_guilds_replies_are_erased(store: Store) -> None:
    ours, theirs, draft = [
        await store.replies.add(new_reply(guild_id=guild_id), now=NOW) for guild_id in (GUILD, GuildId(5), GUILD)
    ]
    for reply in (ours, theirs):
        await store.replies.save_state(reply.id, ReplyState.PUBLISHED)
    await store.replies.forget_guild(GUILD)
    erased, kept = await store.replies.get(ours.id), await store.replies.get(theirs.id)
    assert erased is not None
    assert kept is not None
    assert (erased.content, erased.html, kept.html) == ("", "", theirs.html)
    assert await store.replies.get(draft.id) is None
