"""A reply goes to the post that its preview showed, of the blog whose card was pressed, or nowhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import NotFound, Refused
from bot.model.ids import Uid
from bot.model.message import Mentions, ReplyTarget
from bot.model.reply import ReplyState
from tests.bridge.harness import BridgeHarness
from tests.bridge.replies.replying import Talk, talking
from tests.storage.given import a_blog, an_entry


async def test_a_card_names_no_entry_of_another_blog(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    other = await a_blog(harness.store, "https://secret.example/")
    entry = await an_entry(harness.store, other.id, title="Secret plans")
    target = ReplyTarget(subscription_id=talk.subscribed.subscription.id, entry_id=entry.id)
    member = replace(talk.member, channel_id=talk.subscribed.subscription.channel_id, in_thread=False)
    with pytest.raises(NotFound, match="not stored any more"):
        await harness.bridge.reply_drafts.form_for_button(target, member)
    with pytest.raises(NotFound, match="not stored any more"):
        await harness.bridge.reply_drafts.draft_from_button(target, member, "Words", Mentions())


async def take_over(talk: Talk) -> None:
    """Delete the post, and publish another at its address, of the same title: it is taken for the same page edited."""
    blog = talk.harness.blog
    old = blog.entries[0]
    # A post's number here is its place among all, so something else stands where the post stood.
    other = replace(old, uid=Uid("https://blog.example/?p=98"), link="https://blog.example/other/", title="Recipes")
    blog.entries[0] = replace(other, published_at=(old.published_at or talk.harness.clock.now()) - timedelta(days=9))
    new = replace(old, uid=Uid("https://blog.example/?p=99"), html="<p>Another thing.</p>")
    blog.entries.append(replace(new, published_at=(old.published_at or talk.harness.clock.now()) + timedelta(days=3)))
    await talk.harness.poll()
    known = await talk.harness.store.entries.newest(talk.subscribed.blog.id, 5)
    assert [each.html for each in known if each.link == old.link] == [new.html], "the card shows the new post by now"
    await talk.harness.deliver()


async def test_publish_is_refused_when_another_post_has_taken_the_address(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    await harness.bridge.reply_drafts.form_for_message(talk.written(), talk.member)
    draft = await talk.preview("Great news, congratulations!")
    await take_over(talk)
    with pytest.raises(Refused, match="Another post"):
        await talk.publish(draft)
    await harness.deliver()
    assert harness.blog.received == []
    # Whoever looks again means the new one.
    await talk.publish(await talk.preview("I am sorry to hear that."))
    await harness.deliver()
    assert [(each.entry_native_id, each.html) for each in harness.blog.received] == [("2", "I am sorry to hear that.")]


async def test_what_waits_is_not_written_to_another_post_at_the_address(harness: BridgeHarness) -> None:
    talk = await talking(harness)
    await harness.bridge.reply_drafts.form_for_message(talk.written(), talk.member)
    draft = await talk.preview("Great news, congratulations!")
    await talk.publish(draft)
    await take_over(talk)
    assert harness.blog.received == []
    kept = await harness.store.replies.get(draft)
    assert kept is not None
    assert kept.state is ReplyState.REFUSED
    assert "Another post" in (kept.reason or "")
