"""Comments that are told of together: summed up in a channel, or in one alert."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0015_notices_undone_by_each")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AlertedComment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "alert",
                    fields.ForeignKeyField(
                        "models.Alert",
                        source_field="alert_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="alerted_comments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("entry_id", fields.BigIntField()),
                (
                    "comment",
                    fields.ForeignKeyField(
                        "models.Comment",
                        source_field="comment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="alerted_comments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("left_out", fields.BooleanField()),
            ],
            options={
                "table": "alerted_comments",
                "app": "models",
                "unique_together": (("user_id", "comment_id"),),
                "indexes": [
                    Index(fields=["user_id", "entry_id"], name="alerted_comments_entry"),
                    Index(fields=["user_id", "told_at"], name="alerted_comments_told"),
                    Index(fields=["alert_id"], name="alerted_comments_alert"),
                    Index(fields=["comment_id"], name="alerted_comments_comment"),
                ],
                "pk_attr": "id",
                "table_description": "A comment that a person is to be told of, or was.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SummedComment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "subscription",
                    fields.ForeignKeyField(
                        "models.Subscription",
                        source_field="subscription_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="summed_comments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "comment",
                    fields.ForeignKeyField(
                        "models.Comment",
                        source_field="comment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="summed_comments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "summed_comments",
                "app": "models",
                "unique_together": (("subscription_id", "comment_id"),),
                "indexes": [
                    Index(fields=["subscription_id", "told_at"], name="summed_comments_told"),
                    Index(fields=["comment_id"], name="summed_comments_comment"),
                ],
                "pk_attr": "id",
                "table_description": "A comment that is not posted in a subscription but counted in a summary.",
            },
            bases=["Model"],
        ),
    ]
