"""Replies that stand under another post than the one that was answered."""

from bot.model.delivery import Delivery, FollowReply
from bot.model.ids import DeliveryId, NativeId
from bot.model.notice import NoticeKind
from bot.model.reply import Published, ReplyState
from bot.rules.messages.notices import MISPLACED
from tests.bridge.harness import USER, BridgeHarness
from tests.storage.given import new_reply


async def test_a_held_reply_that_is_approved_under_another_post_is_kept_there_and_told(harness: BridgeHarness) -> None:
    harness.blog.write("One")
    harness.blog.write("Two")
    subscribed = await harness.start()
    entries = {each.title: each for each in await harness.store.entries.newest(subscribed.blog.id, 2)}
    draft = new_reply(subscribed.blog.id, entry_id=entries["Two"].id, user_id=USER)
    reply = await harness.store.replies.add(draft, now=harness.clock.now())
    await harness.store.replies.save_state(reply.id, ReplyState.HELD, native_id=NativeId("7"))
    url = f"{entries['One'].link}#comment-7"
    intent, now = FollowReply(reply_id=reply.id), harness.clock.now()
    delivery = Delivery(
        id=DeliveryId(1),
        intent=intent,
        lane="",
        attempts=1,
        first_attempt_at=now,
        retry_since=now,
        nonce="",
    )
    async with harness.store.transaction():
        follower = harness.bridge.dispatcher._handlers[FollowReply]
        await follower.record(delivery, intent, Published(native_id=NativeId("7"), url=url))
    kept = await harness.store.replies.get(reply.id)
    assert kept is not None
    assert (kept.entry_id, kept.reason) == (entries["One"].id, MISPLACED)
    (comment,) = await harness.store.comments.of_entries([each.id for each in entries.values()])
    assert comment.entry_id == entries["One"].id
    (notice, *_) = (await harness.bridge.admin.show(subscribed)).notices
    assert notice.kind is NoticeKind.MISPLACED_REPLY
