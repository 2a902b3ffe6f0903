"""Types for all identifiers, and how one is read from text."""

from typing import Final, NewType

# Rows of our own database
BlogId = NewType("BlogId", int)
FeedId = NewType("FeedId", int)
EntryId = NewType("EntryId", int)
CommentId = NewType("CommentId", int)
SubscriptionId = NewType("SubscriptionId", int)
ProposalId = NewType("ProposalId", int)
ConnectionId = NewType("ConnectionId", int)
ReplyId = NewType("ReplyId", int)
AlertId = NewType("AlertId", int)
DeliveryId = NewType("DeliveryId", int)
NoticeId = NewType("NoticeId", int)
ImportId = NewType("ImportId", int)
ImportedFeedId = NewType("ImportedFeedId", int)
HubSubscriptionId = NewType("HubSubscriptionId", int)

#: What identifies an item inside its blog: an Atom id, a guid, or ``comment-N`` for WordPress.
Uid = NewType("Uid", str)

#: The number or name under which the blog's own software knows an item (WordPress: a decimal number).
NativeId = NewType("NativeId", str)

# Discord's snowflakes
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)

#: What a database's BIGINT holds, and a snowflake.
_LARGEST: Final = 2**63 - 1


def read_id(text: str) -> int | None:
    """Read an id as we and Discord write it; None for anything else, such as a sign, a leading zero, 2**63."""
    # The length first: Python refuses to read a number of some thousand digits.
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_LARGEST)):
        return None
    number = int(text)
    return number if 0 < number <= _LARGEST and str(number) == text else None
