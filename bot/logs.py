"""Logging: one line for each event, as text for people or as JSON for machines.

A log call gives a sentence, and its fields as ``extra``: first ``action``, a fixed word for what happened, then ids.
Addresses are redacted here, in the sentence, the fields and the traceback.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from bot.model.redact import redacted

#: The attributes of every log record; all others are fields of ours.
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
#: A field that is a traceback already, of another process or without the error's own words.
_TRACEBACK: Final = "traceback"


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a log call gave as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class FieldsFormatter(logging.Formatter):
    """Writes the sentence, then each field as ``name=value``; redacts nothing."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the base class's name
        """Return the line without a traceback."""
        fields = fields_of(record)
        below = fields.pop(_TRACEBACK, None)
        words = [super().formatMessage(record), *(f"{name}={_one_word(value)}" for name, value in fields.items())]
        return " ".join(words) + (f"\n{str(below).rstrip()}" if below else "")


class _Text(FieldsFormatter):
    """One line for each event, and a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Json(logging.Formatter):
    """One JSON object for each event, with a key for each field."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        line |= {name: _json_value(value) for name, value in fields_of(record).items()}
        if record.exc_info:
            line[_TRACEBACK] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, format_: str) -> None:
    """Write our log to standard error, and that of libraries from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Text("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(_Json() if format_ == "json" else text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level.upper())


def set_up_trace() -> None:
    """Write all debug lines to standard error for a person to follow, each with the milliseconds since the start."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Text("{relativeCreated:8.0f} ms  {message}", style="{"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.DEBUG)


def _one_word(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(each.isspace() for each in text) else text


def _json_value(value: object) -> object:
    return value if isinstance(value, bool | int | float | None) else redacted(str(value))
