from dataclasses import replace

from bot.model.ids import NativeId
from bot.model.post import PostProof, ProvenBy
from bot.storage.database import Store
from tests.storage.given import NOW, a_blog, an_entry, parsed_entry

API = "https://blog.example/wp-json/"
PROOF = PostProof(
    post_id=NativeId("7"),
    route="wp/v2/posts",
    address="https://blog.example/1/",
    api_root=API,
    proven_by=ProvenBy.NUMBER,
    proven_at=NOW,
)


async def test_a_proof_is_kept_beside_the_number_that_the_feed_hints_at(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id)
    assert await store.post_proofs.get(entry.id, api_root=API) is None
    await store.post_proofs.save([(entry.id, replace(PROOF, post_id=NativeId("6"))), (entry.id, PROOF)])
    assert await store.post_proofs.get(entry.id, api_root=API) == PROOF
    assert (await store.entries.get(entry.id)) == entry
    await store.post_proofs.save([])
    await store.post_proofs.delete(entry.id)
    assert await store.post_proofs.get(entry.id, api_root=API) is None


async def test_another_address_or_api_root_voids_a_proof(store: Store) -> None:
    entry = await an_entry(store, (await a_blog(store)).id)
    await store.post_proofs.save([(entry.id, PROOF)])
    assert await store.post_proofs.get(entry.id, api_root="https://eve.example/wp-json/") is None
    await store.entries.update(entry.id, parsed_entry(link="https://blog.example/renamed/"), "new")
    assert await store.post_proofs.get(entry.id, api_root=API) is None
