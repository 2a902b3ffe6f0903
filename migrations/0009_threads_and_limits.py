"""What threads are called and whether they are closed, and how many replies a member may publish."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0008_post_proofs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ReplyLimit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField(unique=True)),
                ("per_ten_minutes", fields.IntField()),
                ("per_day", fields.IntField()),
            ],
            options={
                "table": "reply_limits",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How many replies a member of a guild may publish, where an admin chose that.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Entry",
            name="closed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Link",
            name="locked_told_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Link",
            name="renamed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Link",
            name="thread_name",
            field=fields.CharField(null=True, max_length=100),
        ),
        ops.AddField(
            model_name="Subscription",
            name="locked_to_channel",
            field=fields.BooleanField(null=True),
        ),
    ]
