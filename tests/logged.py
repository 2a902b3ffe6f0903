"""What the bot logged, as a test reads it: the sentence, and the fields of each line."""

import logging

import pytest

from bot.logs import FieldsFormatter


def line(record: logging.LogRecord) -> str:
    """Write one record with its fields and its traceback, and nothing redacted."""
    return FieldsFormatter().format(record)


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the ``action`` of each line; empty for a library's."""
    return [getattr(record, "action", "") for record in caplog.records]
