"""Types for every identifier, so that a checker tells a channel from a message. No behaviour."""

from typing import NewType

# Rows of our own database
BlogId = NewType("BlogId", int)
FeedId = NewType("FeedId", int)
EntryId = NewType("EntryId", int)
CommentId = NewType("CommentId", int)
SubscriptionId = NewType("SubscriptionId", int)
ProposalId = NewType("ProposalId", int)
EndpointId = NewType("EndpointId", int)
ReplyId = NewType("ReplyId", int)
AlertId = NewType("AlertId", int)
DeliveryId = NewType("DeliveryId", int)
NoticeId = NewType("NoticeId", int)
ImportId = NewType("ImportId", int)
ImportedFeedId = NewType("ImportedFeedId", int)
PushId = NewType("PushId", int)

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
