"""Which posts entries are, proven by their blogs; the numbers kept until now came from guids, and prove nothing."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0007_age_of_decisions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PostProof",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "entry",
                    fields.OneToOneField(
                        "models.Entry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="post_proof",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("post_id", fields.CharField(max_length=191)),
                ("route", fields.TextField(unique=False)),
                ("address", fields.TextField(unique=False)),
                ("api_root", fields.TextField(unique=False)),
                ("proven_by", fields.CharField(max_length=32)),
                ("proven_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "post_proofs",
                "app": "models",
                "indexes": [Index(fields=["post_id"], name="post_proofs_post")],
                "pk_attr": "id",
                "table_description": "Which post of its blog an entry is, as the blog itself has said.",
            },
            bases=["Model"],
        ),
    ]
