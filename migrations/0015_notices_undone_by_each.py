"""Each subscription has what a notice told of posted after all, or not; what was undone before stays undone."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0014_one_comment_a_message")]

    initial = False

    operations = [
        ops.CreateModel(
            name="NoticeUndo",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "notice",
                    fields.ForeignKeyField(
                        "models.Notice",
                        source_field="notice_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="undos",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("subscription_id", fields.BigIntField()),
                ("undone_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice_undos",
                "app": "models",
                "unique_together": (("notice_id", "subscription_id"),),
                "pk_attr": "id",
                "table_description": "A subscription in which what a notice told of was posted after all.",
            },
            bases=["Model"],
        ),
    ]
