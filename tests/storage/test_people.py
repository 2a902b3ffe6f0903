from dataclasses import replace

from bot.model.ids import AlertId, BlogId, GuildId, UserId
from bot.model.relay import AuthorAlert
from bot.storage.database import Database
from tests.storage.given import GUILD, NOW, USER, a_blog, later


async def test_a_new_name_keeps_the_token(store: Database) -> None:
    assert await store.people.profile(USER) is None
    profile = await store.people.save_profile(USER, "Cy\x00")
    assert (profile.public_name, profile.consented_at) == ("Cy\ufffd", None)
    assert str(USER) not in profile.token
    renamed = await store.people.save_profile(USER, "Cyd")
    assert renamed == replace(profile, public_name="Cyd") == await store.people.profile(USER)
    assert (await store.people.save_profile(UserId(5), "Eve")).token != profile.token


async def test_the_latest_consent_counts(store: Database) -> None:
    await store.people.save_profile(USER, "Cy")
    await store.people.consent(USER, wording="You agree.", at=later(hours=1))
    await store.people.consent(USER, wording="You still agree.", at=later(hours=2))
    profile = await store.people.profile(USER)
    assert profile
    assert profile.consented_at == later(hours=2)
    assert await store.people.save_profile(USER, "Cyd") == replace(profile, public_name="Cyd")


async def test_only_who_agreed_has_a_public_name(store: Database) -> None:
    for user_id in (USER, UserId(5)):
        await store.people.save_profile(user_id, f"name {user_id}")
    assert await store.people.public_names([USER, UserId(5)]) == {}
    for user_id in (USER, UserId(6)):
        await store.people.consent(user_id, wording="You agree.", at=NOW)
    assert await store.people.public_names([USER, UserId(5), UserId(6)]) == {USER: f"name {USER}"}
    assert await store.people.public_names([]) == {}


async def add(store: Database, blog_id: BlogId, author: str | None = None, guild_id: GuildId = GUILD) -> AuthorAlert:
    return await store.people.add_alert(guild_id=guild_id, blog_id=blog_id, user_id=USER, author=author)


async def test_the_same_alert_is_kept_once_and_switched_on_again(store: Database) -> None:
    blog = await a_blog(store)
    everybody, ada = await add(store, blog.id), await add(store, blog.id, "Ada")
    assert (everybody.author, ada.author) == (None, "Ada")
    assert await add(store, blog.id) == everybody
    assert await store.people.switch_off(ada.id, "Direct messages are closed.")
    assert not await store.people.switch_off(ada.id, "Again.")
    assert await store.people.get_alert(ada.id) == replace(ada, off_reason="Direct messages are closed.")
    assert await store.people.alerts_of_blog(blog.id) == [everybody]
    assert len(await store.people.alerts_of_user(GUILD, USER)) == 2
    assert await add(store, blog.id, "Ada") == ada
    assert await store.people.alerts_of_blog(blog.id) == [everybody, ada]
    assert await store.people.get_alert(AlertId(999)) is None


async def test_alerts_are_removed_by_blog_or_all(store: Database) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    await add(store, blog.id)
    await add(store, blog.id, "Ada")
    await add(store, other.id)
    elsewhere = await add(store, blog.id, guild_id=GuildId(5))
    assert await store.people.remove_alerts(GUILD, USER, blog.id) == 2
    assert await store.people.remove_alerts(GUILD, USER, None) == 1
    assert await store.people.remove_alerts(GUILD, USER, None) == 0
    assert await store.people.alerts_of_blog(blog.id) == [elsewhere]


async def test_an_authors_name_may_be_of_any_length(store: Database) -> None:
    blog = await a_blog(store)
    name = "".join(f"{n}é" for n in range(3000))
    assert (await add(store, blog.id, name)).author == name
    assert (await add(store, blog.id, name + "x")).author == name + "x"
