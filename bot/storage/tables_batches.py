"""The tables of comments that are sent together: in summaries and in alerts."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from bot.storage.tables import Comment, Subscription
from bot.storage.tables_relay import Alert

_WORD = 32


class SummarisedComment(Model):
    """A comment that is not posted in a subscription but counted in a summary."""

    id = fields.BigIntField(primary_key=True)
    subscription: fields.ForeignKeyRelation[Subscription] = fields.ForeignKeyField(
        "models.Subscription", "summarised_comments", on_delete=OnDelete.CASCADE
    )
    subscription_id: int
    comment: fields.ForeignKeyRelation[Comment] = fields.ForeignKeyField(
        "models.Comment", "summarised_comments", on_delete=OnDelete.CASCADE
    )
    comment_id: int
    added_at = fields.DatetimeField()
    # null: not yet
    summarised_at = fields.DatetimeField(null=True)

    class Meta:
        """Names, uniqueness, indexes."""

        table = "summarised_comments"
        unique_together = (("subscription_id", "comment_id"),)
        indexes = (
            Index(fields=("subscription_id", "summarised_at"), name="summarised_comments_summarised"),
            Index(fields=("comment_id",), name="summarised_comments_comment"),
        )


class AlertedComment(Model):
    """A comment that a person is to be told of, or was."""

    id = fields.BigIntField(primary_key=True)
    alert: fields.ForeignKeyRelation[Alert] = fields.ForeignKeyField(
        "models.Alert", "alerted_comments", on_delete=OnDelete.CASCADE
    )
    alert_id: int
    user_id = fields.BigIntField()
    entry_id = fields.BigIntField()
    comment: fields.ForeignKeyRelation[Comment] = fields.ForeignKeyField(
        "models.Comment", "alerted_comments", on_delete=OnDelete.CASCADE
    )
    comment_id: int
    added_at = fields.DatetimeField()
    # null: not yet; the comments of one message have the same time
    alerted_at = fields.DatetimeField(null=True)
    # over the daily limit of alerts
    left_out = fields.BooleanField()

    class Meta:
        """Names, uniqueness, indexes."""

        table = "alerted_comments"
        unique_together = (("user_id", "comment_id"),)
        indexes = (
            Index(fields=("user_id", "entry_id"), name="alerted_comments_entry"),
            Index(fields=("user_id", "alerted_at"), name="alerted_comments_alerted"),
            Index(fields=("alert_id",), name="alerted_comments_alert"),
            Index(fields=("comment_id",), name="alerted_comments_comment"),
        )


#: Tables for Tortoise to find here; the imported ones belong to their own modules.
__models__ = [SummarisedComment, AlertedComment]
