"""What the bot's log says, in plain English: the `action=` words that concern a visitor, and nothing of the others.

The sandbox knows nothing of the bot's code; a word that is not known here is left out, an error never is.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

GOOD, QUIET, BAD = "good", "quiet", "bad"

_ACTION = re.compile(r"\s*\baction=(\w+)(.*)$", re.DOTALL)
_FIELD = re.compile(r"(\w+)=(\S+)")

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and whether it is good news."""

    tone: str
    text: str


def _news(_: str, fields: Fields) -> Said:
    number = int(fields.get("new", "0"))
    kind = "comment" if "comment" in fields.get("kind", "").lower() else "post"
    return Said(GOOD, f"Found {number} new {kind}{'' if number == 1 else 's'} on the blog")


def _retry(message: str, fields: Fields) -> Said:
    wait = fields.get("wait", "?")
    return Said(BAD, f"{message} Tries again in {wait} s (attempt {fields.get('attempt', '?')})")


#: Action to the sentence it becomes, made of the message and the fields of the line.
_SENTENCES: dict[str, Callable[[str, Fields], Said]] = {
    "news": _news,
    "retry": _retry,
    "ready": lambda _, __: Said(GOOD, "The bot is connected to Discord"),
    "stop": lambda _, __: Said(QUIET, "The bot stops, and finishes what it holds"),
    "migrated": lambda _, __: Said(QUIET, "Brought its database up to date"),
    "poll_failed": lambda message, _: Said(BAD, f"{message} Polls again soon"),
    "poll_broke": lambda _, __: Said(BAD, "A poll broke off; the next one comes"),
    "tick_broke": lambda _, __: Said(BAD, "A round broke off; the next one comes"),
    "park": lambda message, _: Said(BAD, f"{message} Waits until that is mended"),
    "dead": lambda message, _: Said(BAD, f"Gave up: {message}"),
    "broke": lambda _, __: Said(BAD, "A delivery broke; it is tried again"),
    "unsettled": lambda _, __: Said(BAD, "A delivery was done but not written down; it is looked up before a retry"),
    "answer_late": lambda _, __: Said(BAD, "An answer came too late for Discord"),
    "act_broke": lambda _, __: Said(BAD, "An act broke off inside the bot"),
    "sync_failed": lambda _, __: Said(BAD, "Discord did not take the commands"),
    "upkeep": lambda _, __: Said(QUIET, "Cleaned up after itself"),
}


def translate(line: str) -> Said | None:
    """Return what a line of the bot's JSON log tells a visitor; None when it is nothing to them."""
    try:
        entry = json.loads(line)
        message, level = str(entry["message"]), str(entry["level"])
    except (ValueError, KeyError, TypeError):
        return None
    found = _ACTION.search(message)
    text = message[: found.start()] if found else message
    sentence = _SENTENCES.get(found[1]) if found else None
    if found and sentence:
        return sentence(text.strip(), dict(_FIELD.findall(found[2])))
    return Said(BAD, text.strip()[:200]) if level in ("error", "critical") else None
