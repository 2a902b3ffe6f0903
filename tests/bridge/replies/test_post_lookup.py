"""What a member is told before anything is typed, and what is asked of the blog before anything is sent."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bridge.replies import post_lookup
from bot.model.connection import Connection, Credential, Secret
from bot.model.entry import Entry
from bot.model.errors import Refused, TemporaryError
from bot.model.ids import NativeId
from bot.model.message import MemberView, Mentions, ReplyTarget
from bot.model.post import PostProof
from bot.model.reply import Reply, ReplyState
from bot.model.subscription import RelayMode
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness
from tests.fakes.blog import HOME, PASSWORD

API = f"{HOME}wp-json/"
MEMBER = MemberView(id=USER, guild_id=GUILD, channel_id=CHANNEL)


async def opened(harness: BridgeHarness) -> tuple[Entry, ReplyTarget]:
    """A connected blog with one announced entry, the second of the blog, and the button under it."""
    harness.blog.write("From before")
    found = await harness.start()
    await harness.bridge.connector.connect(
        found.blog, GUILD, USER, Credential(username="bridge", password=Secret(PASSWORD))
    )
    [found] = await harness.bridge.admin.blogs(GUILD)
    await harness.bridge.connector.set_mode(found, RelayMode.MENU)
    harness.blog.write("News")
    # As on a site that was moved: the number in the guid is that of another post.
    harness.blog.edit(1, native_id=NativeId("1"))
    await harness.poll()
    await harness.deliver()
    [entry] = [each for each in await harness.store.entries.newest(found.blog.id, 9) if each.title == "News"]
    return entry, ReplyTarget(subscription_id=found.subscription.id, entry_id=entry.id)


async def press(harness: BridgeHarness, target: ReplyTarget) -> None:
    await harness.bridge.reply_drafts.form_for_button(target, MEMBER)


async def publish(harness: BridgeHarness, target: ReplyTarget) -> Reply:
    await harness.bridge.reply_members.agree(USER, "Mia", consent=True)
    none = Mentions(users={}, roles={}, channels={})
    preview = await harness.bridge.reply_drafts.draft_from_button(target, MEMBER, "Words", none)
    await harness.bridge.reply_drafts.publish(preview.reply_id, MEMBER, Secret("token"))
    await harness.deliver()
    reply = await harness.store.replies.get(preview.reply_id)
    assert reply is not None
    return reply


async def kept(harness: BridgeHarness, entry: Entry) -> PostProof | None:
    return await harness.store.post_proofs.get(entry.id, api_root=API)


async def test_the_post_is_found_as_soon_as_its_card_stands(harness: BridgeHarness) -> None:
    entry, _ = await opened(harness)
    assert entry.native_id == "1"
    proof = await kept(harness, entry)
    assert proof is not None
    assert (proof.post_id, proof.address) == ("2", entry.link)


async def test_connecting_finds_the_posts_whose_cards_stand_already(harness: BridgeHarness) -> None:
    entry, _ = await opened(harness)
    await harness.store.post_proofs.delete(entry.id)
    harness.clock.move(timedelta(seconds=1))
    [found] = await harness.bridge.admin.blogs(GUILD)
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await harness.bridge.connector.connect(found.blog, GUILD, USER, credential)
    await harness.deliver()
    assert await kept(harness, entry) is not None


async def test_a_reply_goes_to_the_post_at_the_entrys_address_whatever_the_guid_says(harness: BridgeHarness) -> None:
    _, target = await opened(harness)
    await press(harness, target)
    assert (await publish(harness, target)).state is ReplyState.PUBLISHED
    assert [each.entry_native_id for each in harness.blog.received] == ["2"]


async def test_what_cannot_be_established_is_said_before_the_form_with_the_way_to_the_posts_own(
    harness: BridgeHarness,
) -> None:
    entry, target = await opened(harness)
    harness.blog.hidden.append(entry.link or "")
    with pytest.raises(Refused, match="I cannot tell which") as refused:
        await press(harness, target)
    assert refused.value.text.endswith(f"<{entry.link}#respond>")
    assert await kept(harness, entry) is None


async def test_a_post_that_vanished_behind_the_form_gets_nothing(harness: BridgeHarness) -> None:
    entry, target = await opened(harness)
    await press(harness, target)
    harness.blog.hidden.append(entry.link or "")
    with pytest.raises(Refused, match="I cannot tell which"):
        await publish(harness, target)
    assert harness.blog.received == []


@pytest.mark.parametrize(("change", "words"), [("hidden", "I cannot tell which"), ("closed", "closed")])
async def test_a_post_is_looked_at_at_the_press_and_before_the_write(
    harness: BridgeHarness, change: str, words: str
) -> None:
    entry, target = await opened(harness)
    await harness.bridge.reply_members.agree(USER, "Mia", consent=True)
    drafts = [
        await harness.bridge.reply_drafts.draft_from_button(target, MEMBER, "Words", Mentions()) for _ in range(2)
    ]
    await harness.bridge.reply_drafts.publish(drafts[0].reply_id, MEMBER, Secret("token"))
    getattr(harness.blog, change).append(entry.link)
    with pytest.raises(Refused, match=words):
        await harness.bridge.reply_drafts.publish(drafts[1].reply_id, MEMBER, Secret("token"))
    await harness.deliver()
    reply = await harness.store.replies.get(drafts[0].reply_id)
    assert reply is not None
    assert (reply.state, harness.blog.received) == (ReplyState.REFUSED, [])
    assert words in (reply.reason or "")


async def test_numbers_kept_before_proofs_existed_are_asked_for_before_their_next_use(harness: BridgeHarness) -> None:
    entry, target = await opened(harness)
    await harness.store.post_proofs.delete(entry.id)
    await publish(harness, target)
    assert [each.entry_native_id for each in harness.blog.received] == ["2"]


async def test_a_slow_blog_is_not_waited_for(harness: BridgeHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    entry, target = await opened(harness)
    monkeypatch.setattr(post_lookup, "_BEFORE_FORM", 0.01)
    harness.blog.locating = asyncio.Event().wait  # type: ignore[assignment]
    await press(harness, target)
    await harness.store.post_proofs.delete(entry.id)
    with pytest.raises(Refused, match="did not answer in time"):
        await press(harness, target)


async def test_a_blog_in_trouble_leaves_what_was_proven(harness: BridgeHarness) -> None:
    entry, target = await opened(harness)

    async def fail() -> None:
        raise TemporaryError("The blog has a fault at present.")

    harness.blog.locating = fail
    await press(harness, target)
    await harness.store.post_proofs.delete(entry.id)
    with pytest.raises(Refused, match="did not answer in time"):
        await press(harness, target)


async def test_an_entry_whose_address_is_the_whole_blogs_is_no_post(harness: BridgeHarness) -> None:
    entry, _ = await opened(harness)
    connection = await harness.store.connections.of_blog(GUILD, entry.blog_id)
    assert isinstance(connection, Connection)
    lookup = post_lookup.PostLookup(harness.store, harness.blog, harness.clock)
    found = await lookup.find(connection, replace(entry, link=HOME.rstrip("/")))
    assert "address of the home page" in getattr(found, "text", "")


async def test_a_comment_of_another_post_is_not_answered_from_here(harness: BridgeHarness) -> None:
    _, target = await opened(harness)
    harness.blog.remark(harness.blog.entries[0], "Ann", "<p>Elsewhere</p>")
    await harness.poll()
    [comment] = (await harness.store.comments.known(1, [harness.blog.comments[0].uid])).values()  # type: ignore[arg-type]
    assert comment.entry_id != target.entry_id
    with pytest.raises(Refused, match="belongs to another post"):
        await press(harness, replace(target, comment_id=comment.id))
