"""Logging: one line an event, as text for people or as JSON for machines. Decides nothing about levels below ours.

Addresses are redacted here, whoever wrote them into a message or an error.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.model.redact import redacted


class _Text(logging.Formatter):
    """One line an event, and a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, format_: str) -> None:
    """Write our log to standard error; libraries are heard from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Text("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(_Json() if format_ == "json" else text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level.upper())
