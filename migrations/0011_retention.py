"""What is kept for how long: servers that the bot left, and when items were last seen in their feeds."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0010_import_progress")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Comment",
            name="seen_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddIndex(
            model_name="Delivery",
            index=Index(fields=["state", "settled_at"], name="deliveries_settled"),
        ),
        ops.AddField(
            model_name="Entry",
            name="seen_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddIndex(
            model_name="Notice",
            index=Index(fields=["created_at"], name="notices_created"),
        ),
        ops.AddField(
            model_name="Subscription",
            name="left_at",
            field=fields.DatetimeField(null=True),
        ),
    ]
