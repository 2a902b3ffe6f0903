"""Permalinks of replies: an address that cannot be guessed."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [
        ops.AddField("Reply", "token", fields.CharField(max_length=32, null=True)),
        ops.AddIndex("Reply", Index(fields=["token"], name="replies_token")),
    ]
