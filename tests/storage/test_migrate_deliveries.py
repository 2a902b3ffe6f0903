"""Deliveries that wait while the bot is updated are claimed afterwards, under the present names of their kinds."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.delivery import (
    Intent,
    LookUpPost,
    NotifyAdmin,
    NotifyAlertLimit,
    NotifyParked,
    PostReply,
    UpdateCard,
)
from bot.model.ids import AlertId, CommentId, EntryId, GuildId, NoticeId, ReplyId, SubscriptionId, UserId
from bot.storage.database import Store
from bot.storage.migrate import migrate
from bot.storage.statements import fetch
from tests.databases import BOTH, KEYS, MakeDatabase
from tests.storage.given import NOW
from tests.storage.test_migrate import history

__all__ = ["history"]

#: The kind and arguments of a row as it was written before, and the intent that it is now.
_WAITING = [
    (
        "revise_item",
        '{"subscription_id": 1, "entry_id": 2, "comment_id": null}',
        UpdateCard(subscription_id=SubscriptionId(1), entry_id=EntryId(2), comment_id=None),
    ),
    ("speak_reply", '{"reply_id": 3}', PostReply(reply_id=ReplyId(3))),
    (
        "locate_post",
        '{"entry_id": 4, "guild_id": 10}',
        LookUpPost(entry_id=EntryId(4), guild_id=GuildId(10)),
    ),
    (
        "tell_alert_limit",
        '{"alert_id": 5, "comment_id": 6}',
        NotifyAlertLimit(alert_id=AlertId(5), comment_id=CommentId(6)),
    ),
    ("tell_admin", '{"notice_id": 7, "user_id": 8}', NotifyAdmin(notice_id=NoticeId(7), user_id=UserId(8))),
    ("tell_parked", '{"subscription_id": 9}', NotifyParked(subscription_id=SubscriptionId(9))),
]


@pytest.mark.parametrize("dialect", BOTH)
async def test_deliveries_that_wait_are_claimed_under_their_new_kinds(
    history: Path,
    make_database: MakeDatabase,
    dialect: str,
) -> None:
    steps = _take_off(history)
    url = make_database(dialect, False)
    await migrate(url)
    await _insert(url)
    for step, text in steps.items():
        step.write_text(text)
    await migrate(url)
    assert await _claimed(url) == [intent for _, _, intent in _WAITING]


def _take_off(history: Path) -> dict[Path, str]:
    """Take the migrations from 0023 on away, and return their texts."""
    steps = {step: step.read_text() for step in history.glob("*.py") if "0023" <= step.name < "0100"}
    for step in steps:
        step.unlink()
    return steps


async def _insert(url: str) -> None:
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        for kind, args, _ in _WAITING:
            await fetch(
                f"""INSERT INTO deliveries (kind, args, lane, key, state, attempts, patient_since, due_at, nonce)
                VALUES ('{kind}', '{args}', '{kind}', '{kind}', 'waiting', 0, $1, $1, '{kind}') RETURNING id""",
                NOW,
            )
    finally:
        await store.close()


async def _claimed(url: str) -> list[Intent]:
    store = Store(url, keys=KEYS)
    await store.open()
    try:
        claimed = await store.outbox.claim(NOW, lease_until=NOW + timedelta(minutes=1), limit=100)
        return [delivery.intent for delivery in claimed]
    finally:
        await store.close()
