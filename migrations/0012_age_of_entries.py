"""How old entries are, and when blogs were last asked for."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0011_retention")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Blog",
            name="saved_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddIndex(
            model_name="Entry",
            index=Index(fields=["blog_id", "first_seen_at"], name="entries_age"),
        ),
    ]
