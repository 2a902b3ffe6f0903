"""The stages of an item on its way from the blog to a channel, as ``/blog why`` shows them."""

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
    """All stages, and the conclusion."""

    #: plain text
    title: str
    url: str | None
    steps: tuple[Step, ...]
    #: one sentence in Markdown: posted, with the link, or why not
    conclusion: str
