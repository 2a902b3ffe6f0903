from dataclasses import replace

from bot.model.ids import ChannelId, MessageId, SubscriptionId
from bot.model.subscription import PostedMessage
from bot.storage.database import Store
from tests.storage.given import CHANNEL, a_blog, a_comment, a_subscription, an_entry

THREAD = ChannelId(CHANNEL + 100)


async def test_a_link_is_read_in_both_directions(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    subscription = await a_subscription(store, blog.id)
    post = PostedMessage(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=THREAD,
    )
    remark = replace(post, comment_id=comment.id, channel_id=THREAD, message_id=MessageId(8), thread_id=None)
    await store.messages.add(post)
    await store.messages.add(remark)
    assert await store.messages.of_entry(subscription.id, entry.id) == post
    assert await store.messages.of_comment(subscription.id, comment.id) == remark
    assert await store.messages.of_message(MessageId(7)) == post
    assert await store.messages.of_message(MessageId(8)) == remark
    assert await store.messages.of_thread(THREAD) == post
    assert await store.messages.newest(subscription.id, 9) == [remark, post]
    assert await store.messages.newest(subscription.id, 1) == [remark]
    assert await store.messages.of_entry(SubscriptionId(99), entry.id) is None
    assert await store.messages.of_comment(SubscriptionId(99), comment.id) is None
    assert await store.messages.of_message(MessageId(9)) is None


async def test_a_thread_that_is_gone_is_no_entrys_any_more(store: Store) -> None:
    blog = await a_blog(store)
    entry, other = await an_entry(store, blog.id), await an_entry(store, blog.id, 2)
    subscription = await a_subscription(store, blog.id)
    post = PostedMessage(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=THREAD,
    )
    await store.messages.add(post)
    await store.messages.add(replace(post, entry_id=other.id, message_id=MessageId(9), thread_id=ChannelId(9)))
    await store.messages.forget_thread(subscription.id, entry.id)
    assert await store.messages.of_thread(THREAD) is None
    assert await store.messages.of_entry(subscription.id, entry.id) == replace(post, thread_id=None)
    assert await store.messages.of_thread(ChannelId(9)) is not None


async def test_the_first_link_of_an_item_stays(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    subscription = await a_subscription(store, blog.id)
    for comment_id in (None, comment.id):
        first = PostedMessage(
            subscription_id=subscription.id,
            entry_id=entry.id,
            comment_id=comment_id,
            channel_id=CHANNEL,
            message_id=MessageId(10 + (comment_id or 0)),
        )
        await store.messages.add(first)
        await store.messages.add(replace(first, message_id=MessageId(99)))
        assert await store.messages.of_message(first.message_id) == first
    assert await store.messages.of_message(MessageId(99)) is None


async def test_a_channel_without_threads_is_no_entrys_thread(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    link = PostedMessage(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=CHANNEL,
    )
    await store.messages.add(link)
    assert await store.messages.of_thread(CHANNEL) is None


async def test_a_forum_post_is_its_entrys_thread(store: Store) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    link = PostedMessage(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=THREAD,
        message_id=MessageId(THREAD),
        thread_id=THREAD,
    )
    await store.messages.add(link)
    assert await store.messages.of_thread(THREAD) == link
