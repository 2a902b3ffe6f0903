"""Entries that were taken for others until somebody had them posted after all."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0017_accepted_replies")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Entry",
            name="taken_for",
            field=fields.BigIntField(null=True),
        ),
    ]
