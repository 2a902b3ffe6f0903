"""Lists of feeds on their way into a guild, and the folder that a subscription stands in."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0004_pushes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Import",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("channel_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("placement", fields.CharField(max_length=32)),
                ("comments", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("begun_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "imports",
                "app": "models",
                "indexes": [Index(fields=["guild_id", "begun_at"], name="imports_guild")],
                "pk_attr": "id",
                "table_description": "A list of feeds that an admin handed in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ImportedFeed",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.Import",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="feeds",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("url", fields.TextField(unique=False)),
                ("title", fields.TextField(unique=False)),
                ("home_url", fields.TextField(null=True, unique=False)),
                ("folder", fields.TextField(unique=False)),
                ("state", fields.CharField(max_length=32)),
                ("reason", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "imported_feeds",
                "app": "models",
                "unique_together": (("batch_id", "position"),),
                "pk_attr": "id",
                "table_description": "A feed of such a list.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Subscription",
            name="folder",
            field=fields.TextField(null=True, unique=False),
        ),
    ]
