"""Lists of feeds say in which message their progress is shown, and why a feed failed."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0009_threads_and_limits")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Import",
            name="progress_channel_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Import",
            name="progress_message_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="ImportedFeed",
            name="cause",
            field=fields.CharField(null=True, max_length=32),
        ),
    ]
