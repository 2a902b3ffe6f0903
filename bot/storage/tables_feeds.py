"""The tables of entry aliases, post proofs, decisions, notices, hub subscriptions and imports."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from bot.storage.tables import Blog, Entry, Feed

_HASH = 64
_WORD = 32
_NATIVE_ID = 191

#: A decision for all subscriptions alike.
EVERYWHERE = 0


class Alias(Model):
    """A name of an entry. Where several entries share one it tells nothing."""

    id = fields.BigIntField(primary_key=True)
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField("models.Blog", "aliases", on_delete=OnDelete.CASCADE)
    blog_id: int
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", "aliases", on_delete=OnDelete.CASCADE
    )
    entry_id: int
    name_hash = fields.CharField(max_length=_HASH)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "aliases"
        unique_together = (("blog_id", "name_hash", "entry_id"),)
        indexes = (Index(fields=("entry_id",), name="aliases_entry"),)


class PostProof(Model):
    """Which post of its blog an entry is, as the blog itself has said."""

    id = fields.BigIntField(primary_key=True)
    entry: fields.OneToOneRelation[Entry] = fields.OneToOneField(
        "models.Entry", "post_proof", on_delete=OnDelete.CASCADE
    )
    entry_id: int
    post_id = fields.CharField(max_length=_NATIVE_ID)
    route = fields.TextField()
    # the entry's link at that time
    address = fields.TextField()
    api_root = fields.TextField()
    proven_by = fields.CharField(max_length=_WORD)
    proven_at = fields.DatetimeField()

    class Meta:
        """Names and indexes."""

        table = "post_proofs"
        indexes = (Index(fields=("post_id",), name="post_proofs_post"),)


class Decision(Model):
    """What one stage of the pipeline decided of an entry."""

    id = fields.BigIntField(primary_key=True)
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "models.Entry", "decisions", on_delete=OnDelete.CASCADE
    )
    entry_id: int
    # EVERYWHERE: for all subscriptions
    subscription_id = fields.BigIntField()
    stage = fields.CharField(max_length=_WORD)
    passed = fields.BooleanField()
    text = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        """Names, uniqueness, indexes."""

        table = "decisions"
        unique_together = (("entry_id", "subscription_id", "stage"),)
        indexes = (Index(fields=("at",), name="decisions_at"),)


class NoticeUndo(Model):
    """A subscription in which what a notice told of was posted after all."""

    id = fields.BigIntField(primary_key=True)
    notice: fields.ForeignKeyRelation["Notice"] = fields.ForeignKeyField(
        "models.Notice", "undos", on_delete=OnDelete.CASCADE
    )
    notice_id: int
    subscription_id = fields.BigIntField()
    undone_at = fields.DatetimeField()

    class Meta:
        """Names, uniqueness."""

        table = "notice_undos"
        unique_together = (("notice_id", "subscription_id"),)


class Notice(Model):
    """What admins were told about a blog, once."""

    id = fields.BigIntField(primary_key=True)
    blog: fields.ForeignKeyRelation[Blog] = fields.ForeignKeyField("models.Blog", "notices", on_delete=OnDelete.CASCADE)
    blog_id: int
    feed_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=_WORD)
    text = fields.TextField()
    # a JSON object with the data for undoing
    details = fields.TextField()
    # null: for every guild that is subscribed to the blog
    guild_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        """Names, indexes."""

        table = "notices"
        indexes = (
            Index(fields=("blog_id", "created_at"), name="notices_blog"),
            Index(fields=("created_at",), name="notices_created"),
        )


class HubSubscription(Model):
    """A feed's subscription at a hub (WebSub) or cloud."""

    id = fields.BigIntField(primary_key=True)
    feed: fields.OneToOneRelation[Feed] = fields.OneToOneField(
        "models.Feed", "hub_subscription", on_delete=OnDelete.CASCADE
    )
    feed_id: int
    protocol = fields.CharField(max_length=_WORD)
    hub_url = fields.TextField()
    topic_url = fields.TextField()
    # part of the callback's address; cannot be guessed
    token = fields.CharField(max_length=_WORD, unique=True)
    # hub.secret, encrypted; empty: none made yet
    secret = fields.TextField()
    state = fields.CharField(max_length=_WORD)
    # since the hub last confirmed
    attempts = fields.IntField()
    due_at = fields.DatetimeField()
    # the bot's address in the callback that the hub has
    public_url = fields.TextField(null=True)
    requested_at = fields.DatetimeField(null=True)
    lease_until = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)

    class Meta:
        """Names, indexes."""

        table = "hub_subscriptions"
        indexes = (Index(fields=("due_at",), name="hub_subscriptions_due"),)


class Import(Model):
    """A list of feeds that an admin handed in."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    channel_id = fields.BigIntField()
    user_id = fields.BigIntField()
    placement = fields.CharField(max_length=_WORD)
    comments = fields.BooleanField()
    created_at = fields.DatetimeField()
    # null: not yet
    begun_at = fields.DatetimeField(null=True)
    # the direct message that shows its progress
    progress_channel_id = fields.BigIntField(null=True)
    progress_message_id = fields.BigIntField(null=True)

    class Meta:
        """Names, indexes."""

        table = "imports"
        indexes = (Index(fields=("guild_id", "begun_at"), name="imports_guild"),)


class ImportedFeed(Model):
    """A feed of such a list."""

    id = fields.BigIntField(primary_key=True)
    # "import" is a keyword of Python
    batch: fields.ForeignKeyRelation[Import] = fields.ForeignKeyField(
        "models.Import", "feeds", on_delete=OnDelete.CASCADE
    )
    batch_id: int
    position = fields.IntField()
    url = fields.TextField()
    title = fields.TextField()
    home_url = fields.TextField(null=True)
    # a JSON list
    folder = fields.TextField()
    state = fields.CharField(max_length=_WORD)
    reason = fields.TextField(null=True)
    cause = fields.CharField(max_length=_WORD, null=True)

    class Meta:
        """Names, uniqueness."""

        table = "imported_feeds"
        unique_together = (("batch_id", "position"),)
