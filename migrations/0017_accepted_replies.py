"""When replies were accepted, for the limit of a member."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_comment_batches")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Reply",
            name="accepted_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
