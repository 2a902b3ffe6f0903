"""How a feed is paced: what its server asked for, how far apart its items are, moves and failures in time."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0005_imports")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Feed",
            name="moved_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="not_before",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="told_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Feed",
            name="usual_gap",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Feed",
            name="whole_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
