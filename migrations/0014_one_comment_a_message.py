"""One comment a message: a claim that no other reply can have; and how old an edit the previewed message had."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

#: Where a message became several comments already, the first has it; the others stay as they are.
_CLAIM = """
INSERT INTO message_claims (message_id, reply_id)
SELECT message_id, MIN(id) FROM replies
WHERE origin = 'menu' AND message_id IS NOT NULL AND state IN ('accepted', 'held', 'published', 'uncertain')
GROUP BY message_id
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0013_comments_moved")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MessageClaim",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("message_id", fields.BigIntField(unique=True)),
                ("reply_id", fields.BigIntField()),
            ],
            options={
                "table": "message_claims",
                "app": "models",
                "indexes": [Index(fields=["reply_id"], name="message_claims_reply")],
                "pk_attr": "id",
                "table_description": (
                    "A member's message that became a comment, or is becoming one: no other reply may be made of it."
                ),
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Reply",
            name="message_edited_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(_CLAIM, reverse_sql=""),
    ]
