"""Decisions are forgotten by age."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0006_pace_of_polls")]

    initial = False

    operations = [
        ops.AddIndex(
            model_name="Decision",
            index=Index(fields=["at"], name="decisions_at"),
        ),
    ]
