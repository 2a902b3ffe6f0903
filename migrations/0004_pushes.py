"""Pushes: one a feed, when to ask a hub, and until when a feed relies on it."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0003_feeds_in_the_wild")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Feed",
            name="pushed_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        # No row was ever written to it, and a column cannot become unique on SQLite.
        ops.DeleteModel(name="Push"),
        ops.CreateModel(
            name="Push",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "feed",
                    fields.OneToOneField(
                        "models.Feed",
                        source_field="feed_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="push",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("protocol", fields.CharField(max_length=32)),
                ("hub_url", fields.TextField(unique=False)),
                ("topic_url", fields.TextField(unique=False)),
                ("token", fields.CharField(unique=True, max_length=32)),
                ("secret", fields.TextField(unique=False)),
                ("state", fields.CharField(max_length=32)),
                ("asks", fields.IntField()),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("public_url", fields.TextField(null=True, unique=False)),
                ("requested_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("delivered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("error", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "pushes",
                "app": "models",
                "indexes": [Index(fields=["due_at"], name="pushes_due")],
                "pk_attr": "id",
                "table_description": "A feed's subscription at a hub (WebSub) or cloud.",
            },
            bases=["Model"],
        ),
    ]
