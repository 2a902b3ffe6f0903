from dataclasses import replace
from datetime import timedelta, timezone

from bot.model.entry import EntryRef
from bot.model.ids import EntryId, NativeId, Uid
from bot.model.post import PostProof, ProvenBy
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, a_comment, an_entry, later, parsed_comment, parsed_entry


async def test_an_entry_comes_back_as_it_was_added(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id, image_url="https://blog.example/i.png")
    assert await store.entries.get(entry.id) == entry
    assert (entry.title, entry.categories, entry.published_at) == ("Entry 1", ("one", "two"), later(hours=1))
    assert (entry.hash, entry.first_seen_at, entry.image_url) == ("hash 1", NOW, "https://blog.example/i.png")
    assert await store.entries.get(EntryId(999)) is None


async def test_only_new_entries_are_returned_in_the_order_given(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    await an_entry(store, blog.id, 2)
    given = [(parsed_entry(number), "hash") for number in (3, 2, 1, 3)]
    assert [entry.title for entry in await store.entries.add(blog.id, given, now=NOW)] == ["Entry 3", "Entry 1"]
    assert len(await store.entries.add(other.id, given, now=NOW)) == 3
    assert await store.entries.add(blog.id, [], now=NOW) == []


async def test_many_entries_go_in_at_once(store: Store) -> None:
    blog = await a_blog(store)
    given = [(parsed_entry(number), "hash") for number in range(1203)]
    assert [entry.title for entry in await store.entries.add(blog.id, given, now=NOW)] == [
        parsed.title for parsed, _ in given
    ]
    assert len(await store.entries.known(blog.id, [parsed.uid for parsed, _ in given])) == 1203


async def test_known_items_are_found_by_uid_of_their_blog(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    uids = [entry.uid, comment.uid, Uid("unknown")]
    assert await store.entries.known(blog.id, uids) == {entry.uid: entry}
    assert await store.comments.known(blog.id, uids) == {comment.uid: comment}
    assert await store.entries.known(other.id, uids) == {}
    assert await store.entries.known(blog.id, []) == {}


async def test_a_uid_may_be_of_any_length(store: Store) -> None:
    blog = await a_blog(store)
    uid = Uid("".join(f"{n}é" for n in range(5000)))
    entry = await an_entry(store, blog.id, uid=uid, link=uid, native_id=NativeId(uid))
    assert entry.native_id is None
    assert await store.entries.known(blog.id, [uid]) == {uid: entry}
    assert await store.entries.find(blog.id, EntryRef(link=uid)) == entry


async def test_edited_items_keep_their_identity(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    await store.entries.update(entry.id, parsed_entry(title="New"), "new hash")
    await store.comments.update(comment.id, parsed_comment(html="<p>New</p>"), "new hash")
    edited, remark = await store.entries.get(entry.id), await store.comments.get(comment.id)
    assert edited
    assert remark
    assert (edited.uid, edited.title, edited.hash, edited.first_seen_at) == (entry.uid, "New", "new hash", NOW)
    assert (remark.uid, remark.entry_id, remark.html, remark.hash) == (comment.uid, entry.id, "<p>New</p>", "new hash")


async def test_an_entry_is_found_by_uid_then_link_then_a_proven_number(store: Store) -> None:
    blog = await a_blog(store)
    _, two, three = [await an_entry(store, blog.id, number) for number in (1, 2, 3)]
    find = store.entries.find
    assert await find(blog.id, EntryRef(native_id=NativeId("1"), uid=two.uid, link=three.link)) == two
    assert await find(blog.id, EntryRef(native_id=NativeId("1"), link=three.link)) == three
    assert await find(blog.id, EntryRef(title="Entry 1")) is None


async def test_a_number_in_a_guid_finds_nothing_and_a_proven_one_its_entry(store: Store) -> None:
    blog = await a_blog(store)
    one = await an_entry(store, blog.id, 1, uid=Uid("http://old.example/?p=7"), native_id=NativeId("7"))
    find, seventh = store.entries.find, EntryRef(native_id=NativeId("7"), link="https://blog.example/renamed/")
    assert await find(blog.id, seventh) is None
    proof = PostProof(
        post_id=NativeId("7"),
        route="",
        address=one.link or "",
        api_root=blog.api_root or "",
        proven_by=ProvenBy.COMMENTS,
        proven_at=NOW,
    )
    await store.post_proofs.save([(one.id, replace(proof, api_root="https://eve.example/wp-json/"))])
    assert await find(blog.id, seventh) is None
    await store.post_proofs.save([(one.id, proof)])
    assert await find(blog.id, seventh) == one
    other = await a_blog(store, "https://blog.example/other/")
    assert await find(other.id, seventh) is None
    await store.entries.update(one.id, parsed_entry(link="https://blog.example/elsewhere/"), "new")
    assert await find(blog.id, seventh) is None


async def test_newest_entries_go_by_their_date_or_when_they_were_seen(store: Store) -> None:
    blog = await a_blog(store)
    west = timezone(timedelta(hours=-8))
    old = await an_entry(store, blog.id, 1, published_at=later(days=-2))
    new = await an_entry(store, blog.id, 2, published_at=later(hours=1).astimezone(west))
    undated = await an_entry(store, blog.id, 3, published_at=None)
    assert await store.entries.newest(blog.id, 9) == [new, undated, old]
    assert await store.entries.newest(blog.id, 1) == [new]


async def test_categories_are_named_once_and_sorted(store: Store) -> None:
    blog = await a_blog(store)
    for number, categories in enumerate((("news", "Art"), ("Art", "Émile"), ()), 1):
        await an_entry(store, blog.id, number, categories=categories)
    assert await store.entries.categories(blog.id) == ["Art", "news", "Émile"]


async def test_authors_are_named_once_and_sorted(store: Store) -> None:
    blog = await a_blog(store)
    for number, author in enumerate(["bea", "Ada", "bea", "", "Émile"]):
        await an_entry(store, blog.id, number, author=author)
    assert await store.entries.authors(blog.id) == ["Ada", "bea", "Émile"]


async def test_what_no_database_keeps_is_replaced(store: Store) -> None:
    blog = await a_blog(store)
    uid = Uid("a\x00b\ud800c")
    entry = await an_entry(
        store, blog.id, uid=uid, title="nul \x00", author="\udfff", categories=("\x00", "\ud83d\ude00")
    )
    assert entry == await store.entries.get(entry.id)
    assert (entry.uid, entry.title, entry.author) == ("a\ufffdb\ufffdc", "nul \ufffd", "\ufffd")
    assert entry.categories == ("\ufffd", "\U0001f600")
    assert await store.entries.known(blog.id, [uid]) == {uid: entry}
    comment = await a_comment(store, entry, html="\x00", parent_author="\ud800", parent_uid=Uid("\x00"))
    assert (comment.html, comment.parent_author, comment.parent_uid) == ("\ufffd", "\ufffd", "\ufffd")


async def test_a_uid_is_the_same_with_http_and_with_https(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    other = Uid(entry.uid.replace("https://", "http://"))
    assert (await store.entries.known(blog.id, [other]))[other].id == entry.id
    assert (await store.entries.summaries(blog.id, [other, Uid("x")])).keys() == {other}
    comment = await a_comment(store, entry, uid=Uid("http://blog.example/c1"))
    secure = Uid("https://blog.example/c1")
    assert (await store.comments.known(blog.id, [secure]))[secure].id == comment.id
    assert (await store.comments.summaries(blog.id, [secure]))[secure].hash == comment.hash


async def test_under_another_guid_an_entry_keeps_its_number(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id, native_id=NativeId("7"))
    await store.entries.update(entry.id, parsed_entry(uid=Uid("tag:7"), native_id=None), "new")
    kept = await store.entries.get(entry.id)
    assert kept is not None
    assert (kept.native_id, kept.hash) == ("7", "new")


async def test_an_entry_is_found_by_its_other_names_and_shared_names_find_all_who_have_them(store: Store) -> None:
    blog, other = await a_blog(store), await a_blog(store, "https://other.example/")
    one, two = await an_entry(store, blog.id, 1), await an_entry(store, blog.id, 2)
    await store.aliases.add(blog.id, [(one.id, "link:a"), (two.id, "link:a"), (two.id, "link:b")])
    await store.aliases.add(blog.id, [(two.id, "link:b")])
    names = ["link:a", "link:b", "link:c"]
    assert await store.aliases.find(blog.id, names) == {"link:a": [one.id, two.id], "link:b": [two.id]}
    assert await store.aliases.find(other.id, names) == {}
    assert await store.aliases.find(blog.id, []) == {}
