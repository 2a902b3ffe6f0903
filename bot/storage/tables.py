"""The tables of blogs, feeds, items, subscriptions and posted messages.

A guid, link or author may be of any length, so uniqueness and look-ups go by a SHA-256 beside the text (``*_hash``).
NULL is never equal to NULL in SQL: where "none" takes part in uniqueness it is 0 or an empty string.
Snowflakes are plain columns beside a key of the bot's own, which is never used twice (buttons carry it).
"""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_WORD = 32
_NATIVE_ID = 191

#: Values for "none" in columns where NULL would not be unique.
NO_COMMENT = 0
NO_AUTHOR = ""


class Blog(Model):
    """A site whose discussion we carry."""

    id = fields.BigIntField(primary_key=True)
    title = fields.TextField()
    home_url = fields.TextField()
    feed_hash = fields.CharField(max_length=_HASH, unique=True)
    system = fields.CharField(max_length=_WORD)
    api_root = fields.TextField(null=True)
    # when its other feeds and its API were last looked for
    reviewed_at = fields.DatetimeField(null=True)
    # when a person last asked for it; null: before this column
    last_requested_at = fields.DatetimeField(null=True)
    # when its stored comments were last proven to be under the right entries; null: not yet
    comments_checked_at = fields.DatetimeField(null=True)

    class Meta:
        """Names."""

        table = "blogs"


class Entry(Model):
    """One post."""

    id = fields.BigIntField(primary_key=True)
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField("models.Blog", "entries", on_delete=OnDelete.CASCADE)
    blog_id: int
    uid = fields.TextField()
    uid_hash = fields.CharField(max_length=_HASH)
    native_id = fields.CharField(max_length=_NATIVE_ID, null=True)
    link = fields.TextField(null=True)
    link_hash = fields.CharField(max_length=_HASH, null=True)
    title = fields.TextField()
    author = fields.TextField()
    published_at = fields.DatetimeField(null=True)
    html = fields.TextField()
    image_url = fields.TextField(null=True)
    # a JSON list
    categories = fields.TextField()
    hash = fields.CharField(max_length=_HASH)
    first_seen_at = fields.DatetimeField()
    comment_count = fields.IntField(null=True)
    # null: never
    edits = fields.IntField(null=True)
    edited_at = fields.DatetimeField(null=True)
    gone_at = fields.DatetimeField(null=True)
    # null: open, as far as is known
    comments_closed_at = fields.DatetimeField(null=True)
    # when its feed last showed it, to the month; null: only at its first sight
    seen_at = fields.DatetimeField(null=True)
    # the entry of which it was a copy until an admin had it posted after all; null: never a copy
    split_from = fields.BigIntField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "entries"
        unique_together = (("blog_id", "uid_hash"),)
        indexes = (
            Index(fields=("blog_id", "native_id"), name="entries_native"),
            Index(fields=("blog_id", "link_hash"), name="entries_link"),
            Index(fields=("blog_id", "first_seen_at"), name="entries_age"),
        )


class Comment(Model):
    """One remark."""

    id = fields.BigIntField(primary_key=True)
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField(
        "models.Blog", "comments", on_delete=OnDelete.CASCADE
    )
    blog_id: int
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", "comments", on_delete=OnDelete.CASCADE
    )
    entry_id: int
    uid = fields.TextField()
    uid_hash = fields.CharField(max_length=_HASH)
    native_id = fields.CharField(max_length=_NATIVE_ID, null=True)
    parent_uid = fields.TextField(null=True)
    parent_author = fields.TextField()
    link = fields.TextField(null=True)
    author = fields.TextField()
    published_at = fields.DatetimeField(null=True)
    html = fields.TextField()
    hash = fields.CharField(max_length=_HASH)
    first_seen_at = fields.DatetimeField()
    # null: never
    edits = fields.IntField(null=True)
    edited_at = fields.DatetimeField(null=True)
    gone_at = fields.DatetimeField(null=True)
    # when its feed last showed it, to the month; null: only at its first sight
    seen_at = fields.DatetimeField(null=True)
    # when the bot found that it had been posted under a wrong entry; null: never
    entry_corrected_at = fields.DatetimeField(null=True)
    # null: a comment
    kind = fields.CharField(max_length=_WORD, null=True)
    source_url = fields.TextField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "comments"
        unique_together = (("blog_id", "uid_hash"),)
        indexes = (
            Index(fields=("entry_id",), name="comments_entry"),
            Index(fields=("blog_id", "native_id"), name="comments_native"),
        )


class Feed(Model):
    """One address that is polled, and how it fares."""

    id = fields.BigIntField(primary_key=True)
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField("models.Blog", "feeds", on_delete=OnDelete.CASCADE)
    blog_id: int
    entry: fields.ForeignKeyNullableRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", "feeds", null=True, on_delete=OnDelete.CASCADE
    )
    entry_id: int | None
    kind = fields.CharField(max_length=_WORD)
    format = fields.CharField(max_length=_WORD)
    url = fields.TextField()
    url_hash = fields.CharField(max_length=_HASH)
    etag = fields.TextField(null=True)
    last_modified = fields.TextField(null=True)
    body_hash = fields.CharField(max_length=_HASH, null=True)
    conditional_polls = fields.IntField()
    failures = fields.IntField()
    last_error = fields.TextField(null=True)
    last_polled_at = fields.DatetimeField(null=True)
    last_ok_at = fields.DatetimeField(null=True)
    next_poll_at = fields.DatetimeField()
    leased_until = fields.DatetimeField(null=True)
    newest_at = fields.DatetimeField(null=True)
    fetch_state = fields.TextField(null=True)
    # null: by guid
    identity = fields.CharField(max_length=_WORD, null=True)
    failure_reason = fields.CharField(max_length=_WORD, null=True)
    failing_since = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    redirect_url = fields.TextField(null=True)
    # how often in a row; null: never
    redirect_count = fields.IntField(null=True)
    hub_trusted_until = fields.DatetimeField(null=True)
    redirected_since = fields.DatetimeField(null=True)
    notified_at = fields.DatetimeField(null=True)
    last_full_poll_at = fields.DatetimeField(null=True)
    not_before = fields.DatetimeField(null=True)
    # seconds
    usual_gap = fields.IntField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "feeds"
        unique_together = (("blog_id", "url_hash"),)
        indexes = (
            Index(fields=("next_poll_at",), name="feeds_next_poll"),
            Index(fields=("entry_id",), name="feeds_entry"),
        )


class Subscription(Model):
    """A blog that goes to a channel."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    channel_id = fields.BigIntField()
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField(
        "models.Blog", "subscriptions", on_delete=OnDelete.CASCADE
    )
    blog_id: int
    placement = fields.CharField(max_length=_WORD)
    comments = fields.BooleanField()
    relay_mode = fields.CharField(max_length=_WORD)
    started_at = fields.DatetimeField()
    paused_at = fields.DatetimeField(null=True)
    parked_reason = fields.TextField(null=True)
    # when the bot left the guild; an equal paused_at means that this paused it
    left_at = fields.DatetimeField(null=True)
    # null: before this column
    added_by = fields.BigIntField(null=True)
    # as JSON; null: all entries pass
    filters = fields.TextField(null=True)
    template = fields.TextField(null=True)
    # a JSON list of role ids
    mentioned_roles = fields.TextField(null=True)
    # a JSON list; null: in none
    folder = fields.TextField(null=True)
    # null: no
    locked_thread_fallback = fields.BooleanField(null=True)
    # null: they are not posted
    pingbacks_since = fields.DatetimeField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "subscriptions"
        unique_together = (("guild_id", "channel_id", "blog_id"),)
        indexes = (Index(fields=("blog_id",), name="subscriptions_blog"),)


class Proposal(Model):
    """What was found for an admin, until Start or Cancel is pressed."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    channel_id = fields.BigIntField()
    user_id = fields.BigIntField()
    placement = fields.CharField(max_length=_WORD)
    comments = fields.BooleanField()
    # a Discovery as JSON, and the feeds to choose from
    found = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        """Names."""

        table = "proposals"


class PostedMessage(Model):
    """A pair of item and message."""

    id = fields.BigIntField(primary_key=True)
    subscription: fields.ForeignKeyRelation[Subscription] = fields.ForeignKeyField(
        "models.Subscription", "posted_messages", on_delete=OnDelete.CASCADE
    )
    subscription_id: int
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", "posted_messages", on_delete=OnDelete.CASCADE
    )
    entry_id: int
    # NO_COMMENT: the entry itself
    comment_id = fields.BigIntField()
    channel_id = fields.BigIntField()
    message_id = fields.BigIntField()
    thread_id = fields.BigIntField(null=True)
    # null: unknown, or no thread
    thread_name = fields.CharField(max_length=100, null=True)
    renamed_at = fields.DatetimeField(null=True)
    locked_notice_at = fields.DatetimeField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "posted_messages"
        unique_together = (("subscription_id", "entry_id", "comment_id"),)
        indexes = (
            Index(fields=("entry_id",), name="posted_messages_entry"),
            Index(fields=("message_id",), name="posted_messages_message"),
            Index(fields=("thread_id",), name="posted_messages_thread"),
        )
