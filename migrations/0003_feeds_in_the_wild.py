"""Feeds in the wild: other names of entries, decisions, notices, pushes, and how a feed fares in the long run."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0002_reply_token")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Alias",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "blog",
                    fields.ForeignKeyField(
                        "models.Blog",
                        source_field="blog_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "models.Entry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("key_hash", fields.CharField(max_length=64)),
            ],
            options={
                "table": "aliases",
                "app": "models",
                "unique_together": (("blog_id", "key_hash", "entry_id"),),
                "indexes": [Index(fields=["entry_id"], name="aliases_entry")],
                "pk_attr": "id",
                "table_description": "A name of an entry. Where several entries share one it tells nothing.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Decision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "models.Entry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decisions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("subscription_id", fields.BigIntField()),
                ("stage", fields.CharField(max_length=32)),
                ("passed", fields.BooleanField()),
                ("text", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "decisions",
                "app": "models",
                "unique_together": (("entry_id", "subscription_id", "stage"),),
                "pk_attr": "id",
                "table_description": "What one stage of the pipeline decided of an entry.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "blog",
                    fields.ForeignKeyField(
                        "models.Blog",
                        source_field="blog_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("feed_id", fields.BigIntField(null=True)),
                ("kind", fields.CharField(max_length=32)),
                ("text", fields.TextField(unique=False)),
                ("details", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("undone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notices",
                "app": "models",
                "indexes": [Index(fields=["blog_id", "created_at"], name="notices_blog")],
                "pk_attr": "id",
                "table_description": "What admins were told about a blog, once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Push",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "feed",
                    fields.ForeignKeyField(
                        "models.Feed",
                        source_field="feed_id",
                        unique=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="pushes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("hub_url", fields.TextField(unique=False)),
                ("topic_url", fields.TextField(unique=False)),
                ("token", fields.CharField(unique=True, max_length=32)),
                ("secret", fields.TextField(unique=False)),
                ("state", fields.CharField(max_length=32)),
                ("requested_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("delivered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("error", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "pushes",
                "app": "models",
                "indexes": [Index(fields=["lease_until"], name="pushes_lease")],
                "pk_attr": "id",
                "table_description": "A feed's subscription at a hub (WebSub) or cloud.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Comment",
            name="edited_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Comment",
            name="edits",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Comment",
            name="gone_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Entry",
            name="comment_count",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Entry",
            name="edited_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Entry",
            name="edits",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Entry",
            name="gone_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="failing_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="fault",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="Feed",
            name="identity",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="Feed",
            name="memory",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="moved_seen",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Feed",
            name="moved_to",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="stopped_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Subscription",
            name="added_by",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Subscription",
            name="filters",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Subscription",
            name="mentions",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Subscription",
            name="template",
            field=fields.TextField(null=True, unique=False),
        ),
    ]
