from dataclasses import replace
from importlib import import_module

from bot.model.connection import Secret
from bot.model.ids import CommentId, EntryId, GuildId, MessageId, NativeId, ReplyId, UserId
from bot.model.message import MessageRef
from bot.model.reply import Reply, ReplyLimit, ReplyOrigin, ReplyState
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.storage.given import CHANNEL, GUILD, NOW, USER, a_blog, a_comment, a_subscription, an_entry, later, new_reply

TOKEN = Secret("token")


async def accepted(store: Store, **fields: object) -> Reply:
    draft = await store.replies.add(new_reply(**fields), now=NOW)  # type: ignore[arg-type]
    assert await store.replies.accept(draft.id, interaction_token=TOKEN, at=NOW)
    reply = await store.replies.get(draft.id)
    assert reply
    return reply


async def test_a_draft_is_accepted_once(store: Store) -> None:
    draft = await store.replies.add(new_reply(content="a\x00\ud800", parent_comment_id=CommentId(4)), now=NOW)
    assert (draft.state, draft.content, draft.created_at) == (ReplyState.DRAFT, "a\ufffd\ufffd", NOW)
    assert await store.replies.get(draft.id) == draft
    assert await store.replies.accept(draft.id, interaction_token=TOKEN, at=NOW)
    assert not await store.replies.accept(draft.id, interaction_token=TOKEN, at=NOW)
    assert not await store.replies.delete_draft(draft.id)
    reply = await store.replies.get(draft.id)
    assert reply == replace(draft, state=ReplyState.ACCEPTED, interaction_token=TOKEN)
    assert isinstance(reply.interaction_token, Secret)
    await store.replies.delete_interaction_token(draft.id)
    assert await store.replies.get(draft.id) == replace(draft, state=ReplyState.ACCEPTED)


async def test_each_reply_has_a_token_that_leads_to_it_alone(store: Store) -> None:
    first, second = [await store.replies.add(new_reply(), now=NOW) for _ in range(2)]
    assert first.token
    assert second.token
    assert first.token != second.token
    assert len(first.token) >= 22
    assert await store.replies.find_by_token(first.token) == first
    assert await store.replies.find_by_token("") is None
    assert await store.replies.find_by_token("None") is None


async def test_a_dropped_draft_is_gone(store: Store) -> None:
    draft = await store.replies.add(new_reply(), now=NOW)
    assert await store.replies.delete_draft(draft.id)
    assert not await store.replies.delete_draft(draft.id)
    assert not await store.replies.accept(draft.id, interaction_token=TOKEN, at=NOW)
    assert await store.replies.get(ReplyId(draft.id)) is None


async def test_what_is_known_of_a_reply_is_never_erased(store: Store) -> None:
    reply = await accepted(store)
    await store.replies.save_state(
        reply.id, ReplyState.HELD, native_id=NativeId("5"), reason="Waits for the moderator."
    )
    await store.replies.save_state(reply.id, ReplyState.PUBLISHED, url="https://blog.example/#comment-5")
    settled = await store.replies.get(reply.id)
    assert settled == replace(
        reply, state=ReplyState.PUBLISHED, native_id=NativeId("5"), url="https://blog.example/#comment-5"
    )


async def test_unsettled_replies_are_found_by_entry(store: Store) -> None:
    mine = [await accepted(store, entry_id=EntryId(3)) for _ in range(4)]
    await accepted(store, entry_id=EntryId(4))
    await store.replies.save_state(mine[1].id, ReplyState.HELD)
    await store.replies.save_state(mine[2].id, ReplyState.UNCERTAIN)
    await store.replies.save_state(mine[3].id, ReplyState.REFUSED)
    found = await store.replies.unconfirmed([EntryId(3), EntryId(5)], since=NOW)
    assert [reply.id for reply in found] == [reply.id for reply in mine[:3]]
    assert await store.replies.unconfirmed([EntryId(3), EntryId(5)], since=later(days=1)) == []
    assert await store.replies.unconfirmed([], since=NOW) == []


async def test_replies_are_found_by_the_comment_they_became(store: Store) -> None:
    reply = await accepted(store)
    await store.replies.save_state(reply.id, ReplyState.REFUSED, native_id=NativeId("5"))
    found = await store.replies.of_comments(reply.blog_id, [NativeId("5"), NativeId("6")])
    assert [one.id for one in found] == [reply.id]
    assert await store.replies.of_comments(reply.blog_id, []) == []


async def test_a_member_sees_their_own_newest_first_without_drafts(store: Store) -> None:
    first, second = await accepted(store), await accepted(store)
    await store.replies.add(new_reply(), now=NOW)
    await accepted(store, user_id=UserId(5))
    await accepted(store, guild_id=GuildId(5))
    assert await store.replies.of_user(USER, GUILD, 9) == [second, first]
    assert await store.replies.of_user(USER, GUILD, 1) == [second]


async def test_the_latest_reply_of_a_message_is_found(store: Store) -> None:
    message = MessageRef(channel_id=CHANNEL, message_id=MessageId(CHANNEL + 8))
    first, latest = await accepted(store), await accepted(store)
    for reply in (first, latest):
        await store.replies.save_message(reply.id, message)
    await store.replies.add(new_reply(message_id=message.message_id), now=NOW)
    found = await store.replies.of_message(message.message_id)
    assert found == replace(latest, channel_id=CHANNEL, message_id=message.message_id)
    assert await store.replies.of_message(MessageId(1)) is None


async def test_old_drafts_are_dropped(store: Store) -> None:
    await store.replies.add(new_reply(), now=NOW)
    young = await store.replies.add(new_reply(), now=later(hours=2))
    kept = await accepted(store)
    assert await store.replies.delete_drafts(later(hours=1)) == 1
    assert await store.replies.delete_drafts(later(hours=1)) == 0
    assert await store.replies.get(young.id) == young
    assert await store.replies.get(kept.id) == kept


async def test_a_reply_outlives_its_subscription(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    reply = await accepted(store, blog_id=blog.id, entry_id=entry.id, subscription_id=subscription.id)
    await store.subscriptions.remove(subscription.id)
    assert await store.replies.get(reply.id) == reply


async def test_who_commented_is_told_without_a_members_own_names(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    for number, author in enumerate(("Bob", "Mia", "Zoe", "Bob"), start=1):
        await a_comment(store, entry, number, author=author)
    mine = await accepted(store, blog_id=blog.id, public_name="Mia")
    await store.replies.add(new_reply(blog_id=blog.id, public_name="Zoe"), now=NOW)
    assert sorted(await store.comments.commenters(blog.id, other_than=USER)) == ["Bob", "Mia", "Zoe"]
    await store.replies.save_state(mine.id, ReplyState.PUBLISHED)
    # Nobody's draft makes a name theirs.
    assert sorted(await store.comments.commenters(blog.id, other_than=USER)) == ["Bob", "Zoe"]
    assert sorted(await store.comments.commenters(blog.id, other_than=UserId(USER + 1))) == ["Bob", "Mia", "Zoe"]


async def test_a_message_is_claimed_by_one_reply_until_that_is_refused(store: Store) -> None:
    first, second = await accepted(store), await accepted(store)
    assert await store.replies.claim_message(first.id, MessageId(5))
    assert not await store.replies.claim_message(second.id, MessageId(5))
    assert not await store.replies.claim_message(first.id, MessageId(5))
    await store.replies.save_state(first.id, ReplyState.UNCERTAIN)
    assert not await store.replies.claim_message(second.id, MessageId(5))
    await store.replies.save_state(first.id, ReplyState.REFUSED)
    assert await store.replies.claim_message(second.id, MessageId(5))


async def test_messages_that_became_several_comments_before_are_the_first_ones(store: Store) -> None:
    migration = import_module("migrations.0014_one_comment_a_message")
    menu = {"origin": ReplyOrigin.MENU, "message_id": MessageId(5)}
    refused, first, second = await accepted(store, **menu), await accepted(store, **menu), await accepted(store, **menu)
    await store.replies.save_state(refused.id, ReplyState.REFUSED)
    await accepted(store, origin=ReplyOrigin.BUTTON, message_id=MessageId(6))
    await store.replies.add(new_reply(origin=ReplyOrigin.MENU, message_id=MessageId(7)), now=NOW)
    await fetch(migration._CLAIM)
    rows = await fetch("SELECT message_id, reply_id FROM message_claims")
    assert [(row["message_id"], row["reply_id"]) for row in rows] == [(5, first.id)]
    kept = await store.replies.get(second.id)
    assert kept is not None
    assert kept.state is ReplyState.ACCEPTED


async def test_what_counts_towards_a_members_limit(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    for minutes, state in ((1, ReplyState.PUBLISHED), (2, ReplyState.REFUSED), (3, ReplyState.HELD)):
        draft = await store.replies.add(new_reply(blog.id, entry.id), now=NOW)
        await store.replies.accept(draft.id, interaction_token=TOKEN, at=later(minutes=minutes))
        await store.replies.save_state(draft.id, state)
    await store.replies.add(new_reply(blog.id, entry.id), now=NOW)
    counted = await store.replies.accepted_since(USER, GUILD, NOW)
    assert sorted(counted) == [later(minutes=1), later(minutes=3)]
    assert await store.replies.accepted_since(USER, GUILD, later(minutes=2)) == [later(minutes=3)]
    assert await store.replies.accepted_since(USER, GuildId(GUILD + 1), NOW) == []


async def test_a_guild_may_have_limits_of_its_own(store: Store) -> None:
    assert await store.replies.get_limit(GUILD) == ReplyLimit(per_ten_minutes=5, per_day=30)
    for limit in (ReplyLimit(per_ten_minutes=1, per_day=2), ReplyLimit(per_ten_minutes=9, per_day=90)):
        await store.replies.set_limit(GUILD, limit)
        assert await store.replies.get_limit(GUILD) == limit
    assert await store.replies.get_limit(GuildId(GUILD + 1)) == ReplyLimit()
