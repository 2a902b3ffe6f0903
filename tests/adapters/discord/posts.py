"""Posts for the tests of the chat adapter."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.model.ids import CommentId, EntryId, SubscriptionId, UserId
from bot.model.message import ChatPost, LinkButton, ReplyTarget

TARGET = ReplyTarget(subscription_id=SubscriptionId(3), entry_id=EntryId(5), comment_id=CommentId(8))

FULL = ChatPost(
    title="On bridges",
    url="https://blog.example/on-bridges/#comment-8",
    author="Ann",
    body="They carry **both** ways.",
    image_url="https://blog.example/bridge.jpg",
    footer="Example blog",
    timestamp=datetime(2026, 5, 1, 12, 0, tzinfo=UTC),
    reply_target=TARGET,
    links=(LinkButton(label="Open", url="https://blog.example/on-bridges/"),),
)
PLAIN = ChatPost(title="Plain", body="Words.")


def mentioning(user_id: int) -> ChatPost:
    return replace(FULL, mention=UserId(user_id), body=f"<@{user_id}> and @everyone")
