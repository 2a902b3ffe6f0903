from dataclasses import replace

from bot.model.ids import ChannelId, MessageId, SubscriptionId
from bot.model.subscription import Link
from bot.storage.database import Database
from tests.storage.given import CHANNEL, a_blog, a_comment, a_subscription, an_entry

THREAD = ChannelId(CHANNEL + 100)


async def test_a_link_is_read_in_both_directions(store: Database) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    subscription = await a_subscription(store, blog.id)
    post = Link(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=THREAD,
    )
    remark = replace(post, comment_id=comment.id, channel_id=THREAD, message_id=MessageId(8), thread_id=None)
    await store.links.add(post)
    await store.links.add(remark)
    assert await store.links.of_entry(subscription.id, entry.id) == post
    assert await store.links.of_comment(subscription.id, comment.id) == remark
    assert await store.links.of_message(MessageId(7)) == post
    assert await store.links.of_message(MessageId(8)) == remark
    assert await store.links.of_thread(THREAD) == post
    assert await store.links.newest(subscription.id, 9) == [remark, post]
    assert await store.links.newest(subscription.id, 1) == [remark]
    assert await store.links.of_entry(SubscriptionId(99), entry.id) is None
    assert await store.links.of_comment(SubscriptionId(99), comment.id) is None
    assert await store.links.of_message(MessageId(9)) is None


async def test_a_thread_that_is_gone_is_no_entrys_any_more(store: Database) -> None:
    blog = await a_blog(store)
    entry, other = await an_entry(store, blog.id), await an_entry(store, blog.id, 2)
    subscription = await a_subscription(store, blog.id)
    post = Link(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=THREAD,
    )
    await store.links.add(post)
    await store.links.add(replace(post, entry_id=other.id, message_id=MessageId(9), thread_id=ChannelId(9)))
    await store.links.forget_thread(subscription.id, entry.id)
    assert await store.links.of_thread(THREAD) is None
    assert await store.links.of_entry(subscription.id, entry.id) == replace(post, thread_id=None)
    assert await store.links.of_thread(ChannelId(9)) is not None


async def test_the_first_link_of_an_item_stays(store: Database) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    comment = await a_comment(store, entry)
    subscription = await a_subscription(store, blog.id)
    for comment_id in (None, comment.id):
        first = Link(
            subscription_id=subscription.id,
            entry_id=entry.id,
            comment_id=comment_id,
            channel_id=CHANNEL,
            message_id=MessageId(10 + (comment_id or 0)),
        )
        await store.links.add(first)
        await store.links.add(replace(first, message_id=MessageId(99)))
        assert await store.links.of_message(first.message_id) == first
    assert await store.links.of_message(MessageId(99)) is None


async def test_a_channel_without_threads_is_no_entrys_thread(store: Database) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    link = Link(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=CHANNEL,
        message_id=MessageId(7),
        thread_id=CHANNEL,
    )
    await store.links.add(link)
    assert await store.links.of_thread(CHANNEL) is None


async def test_a_forum_post_is_its_entrys_thread(store: Database) -> None:
    blog = await a_blog(store)
    entry = await an_entry(store, blog.id)
    subscription = await a_subscription(store, blog.id)
    link = Link(
        subscription_id=subscription.id,
        entry_id=entry.id,
        channel_id=THREAD,
        message_id=MessageId(THREAD),
        thread_id=THREAD,
    )
    await store.links.add(link)
    assert await store.links.of_thread(THREAD) == link
