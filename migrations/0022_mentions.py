"""Which of a post's comments are pingbacks and trackbacks, and which subscriptions want those."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0021_replies_posts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Comment",
            name="kind",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="Comment",
            name="source_url",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Subscription",
            name="pingbacks_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
