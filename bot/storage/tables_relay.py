"""The tables of replies, connections, members' profiles and consents, alerts, and the outbox."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from bot.storage.tables import Blog

_HASH = 64
_WORD = 32
_NATIVE_ID = 191


class Reply(Model):
    """A member's words. Outlives its subscription, so its ids are plain numbers."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    subscription_id = fields.BigIntField()
    blog_id = fields.BigIntField()
    entry_id = fields.BigIntField()
    parent_comment_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField()
    public_name = fields.TextField()
    origin = fields.CharField(max_length=_WORD)
    content = fields.TextField()
    html = fields.TextField()
    state = fields.CharField(max_length=_WORD)
    channel_id = fields.BigIntField(null=True)
    message_id = fields.BigIntField(null=True)
    # the last edit of the member's message at the time of the preview; null: not edited, or no message
    message_edited_at = fields.DatetimeField(null=True)
    # the post of the blog for which the preview was made
    post_id = fields.CharField(max_length=_NATIVE_ID, null=True)
    interaction_token = fields.TextField(null=True)
    native_id = fields.CharField(max_length=_NATIVE_ID, null=True)
    url = fields.TextField(null=True)
    reason = fields.TextField(null=True)
    # null: before permalinks
    token = fields.CharField(max_length=_WORD, null=True)
    created_at = fields.DatetimeField()
    # null: a draft, or before this column
    accepted_at = fields.DatetimeField(null=True)
    # null: not yet, or before this column
    published_at = fields.DatetimeField(null=True)

    class Meta:
        """Names and indexes."""

        table = "replies"
        indexes = (
            Index(fields=("entry_id", "state"), name="replies_entry"),
            Index(fields=("blog_id", "state"), name="replies_blog"),
            Index(fields=("blog_id", "native_id"), name="replies_native"),
            Index(fields=("user_id", "guild_id"), name="replies_user"),
            Index(fields=("message_id",), name="replies_message"),
            Index(fields=("token",), name="replies_token"),
            Index(fields=("state", "created_at"), name="replies_drafts"),
        )


class ReplyLimit(Model):
    """How many replies a member of a guild may publish, where an admin chose that."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(unique=True)
    per_ten_minutes = fields.IntField()
    per_day = fields.IntField()

    class Meta:
        """Names."""

        table = "reply_limits"


class MessageClaim(Model):
    """A member's message that became a comment, or is becoming one: no other reply may be made of it."""

    id = fields.BigIntField(primary_key=True)
    message_id = fields.BigIntField(unique=True)
    reply_id = fields.BigIntField()

    class Meta:
        """Names and indexes."""

        table = "message_claims"
        indexes = (Index(fields=("reply_id",), name="message_claims_reply"),)


class Connection(Model):
    """A guild's way of writing comments on a blog."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField(
        "models.Blog", "connections", on_delete=OnDelete.CASCADE
    )
    blog_id: int
    system = fields.CharField(max_length=_WORD)
    api_root = fields.TextField()
    username = fields.TextField()
    # encrypted
    secret = fields.TextField()
    connected_by = fields.BigIntField()
    # a sentence; null: no trouble is known
    trouble = fields.TextField(null=True)
    trouble_since = fields.DatetimeField(null=True)
    checked_at = fields.DatetimeField(null=True)

    class Meta:
        """Names and uniqueness."""

        table = "connections"
        unique_together = (("guild_id", "blog_id"),)


class ConnectRequest(Model):
    """An admin on the way through a blog's click-through."""

    id = fields.BigIntField(primary_key=True)
    state_hash = fields.CharField(max_length=_HASH, unique=True)
    guild_id = fields.BigIntField()
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField(
        "models.Blog", "connect_requests", on_delete=OnDelete.CASCADE
    )
    blog_id: int
    user_id = fields.BigIntField()
    expires_at = fields.DatetimeField()

    class Meta:
        """Names."""

        table = "connect_requests"


class Profile(Model):
    """Under what name a member publishes."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    public_name = fields.TextField()
    token = fields.CharField(max_length=_WORD, unique=True)

    class Meta:
        """Names."""

        table = "profiles"


class Consent(Model):
    """A line of the ledger: never changed, never deleted."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    wording = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        """Names and indexes."""

        table = "consents"
        indexes = (Index(fields=("user_id",), name="consents_user"),)


class Alert(Model):
    """A person who wants to know of new comments."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField("models.Blog", "alerts", on_delete=OnDelete.CASCADE)
    blog_id: int
    user_id = fields.BigIntField()
    # NO_AUTHOR: every author
    author = fields.TextField()
    author_hash = fields.CharField(max_length=_HASH)
    off_reason = fields.TextField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "alerts"
        unique_together = (("guild_id", "user_id", "blog_id", "author_hash"),)
        indexes = (Index(fields=("blog_id",), name="alerts_blog"),)


class Delivery(Model):
    """An intent to change the outside once."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=_WORD)
    # the fields of the delivery's kind, as JSON
    args = fields.TextField()
    lane = fields.CharField(max_length=_HASH)
    key = fields.CharField(max_length=_NATIVE_ID, unique=True)
    state = fields.CharField(max_length=_WORD)
    attempts = fields.IntField()
    first_attempt_at = fields.DatetimeField(null=True)
    retry_since = fields.DatetimeField()
    # when it was first due; null: before this column, and its retry window did not begin again since
    first_due_at = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField()
    leased_until = fields.DatetimeField(null=True)
    nonce = fields.CharField(max_length=_WORD)
    error = fields.TextField(null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        """Names and indexes."""

        table = "deliveries"
        indexes = (
            Index(fields=("lane", "state", "id"), name="deliveries_lane"),
            Index(fields=("state", "due_at"), name="deliveries_due"),
            Index(fields=("state", "settled_at"), name="deliveries_settled"),
        )


#: Tables for Tortoise to find here; the imported Blog belongs to its own module.
__models__ = [Reply, MessageClaim, ReplyLimit, Connection, ConnectRequest, Profile, Consent, Alert, Delivery]
