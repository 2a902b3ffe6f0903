"""Comments that were kept under the wrong entry: which blogs are to be looked through, and what was moved."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0012_age_of_entries")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Blog",
            name="comments_checked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Comment",
            name="moved_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
