"""What is wrong with connections, whom a notice concerns, and when blogs were last asked what they offer."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0018_entries_posted_after_all")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Blog",
            name="reviewed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Endpoint",
            name="checked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Endpoint",
            name="trouble",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Endpoint",
            name="trouble_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Notice",
            name="guild_id",
            field=fields.BigIntField(null=True),
        ),
    ]
