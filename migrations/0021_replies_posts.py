"""Which post of the blog a reply's preview was for."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0020_ages_of_posts_and_published_texts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Reply",
            name="post_id",
            field=fields.CharField(null=True, max_length=191),
        ),
    ]
