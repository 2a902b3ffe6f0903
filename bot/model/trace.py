"""The way of an item from the blog to a channel, stage by stage, as an admin is shown it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage."""

    name: str
    #: None: it has not come to this
    passed: bool | None
    #: plain text, but for channels as ``<#id>``
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All stages, and what came of it."""

    #: plain text
    title: str
    url: str | None
    steps: tuple[Step, ...]
    #: one sentence in Markdown: posted, with the link, or why not
    conclusion: str
