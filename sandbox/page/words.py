"""The lines of the bot's log that concern a visitor, in plain English.

A line with an unlisted `action` is left out, unless it is an error.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

GOOD, QUIET, BAD = "good", "quiet", "bad"

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence with its tone (good or bad news)."""

    tone: str
    text: str


def _news(_: str, fields: Fields) -> Said:
    number = int(fields.get("new", "0"))
    kind = "comment" if "comment" in str(fields.get("kind", "")).lower() else "post"
    return Said(GOOD, f"Found {number} new {kind}{'' if number == 1 else 's'} on the blog")


def _retry(message: str, fields: Fields) -> Said:
    wait = fields.get("wait", "?")
    return Said(BAD, f"{message} Tries again in {wait} s (attempt {fields.get('attempt', '?')})")


#: Action to its sentence, made from the message and the fields of the line.
_SENTENCES: dict[str, Callable[[str, Fields], Said]] = {
    "poll_new_items": _news,
    "delivery_retry": _retry,
    "gateway_ready": lambda _, __: Said(GOOD, "The bot is connected to Discord"),
    "stop": lambda _, __: Said(QUIET, "The bot stops, and finishes what it holds"),
    "migrated": lambda _, __: Said(QUIET, "Brought its database up to date"),
    "poll_failed": lambda message, _: Said(BAD, f"{message} Polls again soon"),
    "poll_crashed": lambda _, __: Said(BAD, "A poll broke off; the next one comes"),
    "job_crashed": lambda _, __: Said(BAD, "A round broke off; the next one comes"),
    "delivery_parked": lambda message, _: Said(BAD, f"{message} Waits until that is mended"),
    "delivery_dead": lambda message, _: Said(BAD, f"Gave up: {message}"),
    "delivery_crashed": lambda _, __: Said(BAD, "A delivery broke; it is tried again"),
    "delivery_settle_failed": lambda _, __: Said(
        BAD, "A delivery was done but not recorded; it is looked up before a retry"
    ),
    "interaction_expired": lambda _, __: Said(BAD, "An answer came too late for Discord"),
    "interaction_crashed": lambda _, __: Said(BAD, "An act broke off inside the bot"),
    "command_sync_failed": lambda _, __: Said(BAD, "Discord did not take the commands"),
    "maintenance_done": lambda _, __: Said(QUIET, "Cleaned up after itself"),
}


def translate(line: str) -> Said | None:
    """Return a sentence for a line of the bot's JSON log; None if it does not concern a visitor."""
    try:
        fields = json.loads(line)
        message, level = str(fields["message"]).strip(), str(fields["level"])
    except (ValueError, KeyError, TypeError):
        return None
    sentence = _SENTENCES.get(fields.get("action", ""))
    if sentence:
        return sentence(message, fields)
    return Said(BAD, message[:200]) if level in ("error", "critical") else None
