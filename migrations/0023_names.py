"""The names of kinds of deliveries, also of those that wait."""

from tortoise import migrations
from tortoise.migrations import operations as ops

_RENAMED = (
    ("revise_item", "update_card"),
    ("speak_reply", "post_reply"),
    ("locate_post", "look_up_post"),
    ("tell_alert_limit", "notify_alert_limit"),
    ("tell_admin", "notify_admin"),
    ("tell_parked", "notify_parked"),
)


def _rename(old: str, new: str) -> str:
    return f"UPDATE deliveries SET kind = '{new}' WHERE kind = '{old}'"  # noqa: S608 -- both are written above


class Migration(migrations.Migration):
    dependencies = [("models", "0022_mentions")]

    initial = False

    operations = [ops.RunSQL(_rename(old, new), reverse_sql=_rename(new, old)) for old, new in _RENAMED]
