"""The bot's activity as a short list of events, from its log and from both sides' requests.

Polls are counted rather than listed.
"""

import re
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sandbox.blog.server import LoggedRequest
from sandbox.discord.rest import Request
from sandbox.page.stage import Stage
from sandbox.page.words import BAD, GOOD, QUIET, Said, translate

KEPT = 60
_AGENT = "Backchannel/"
_ROUTE = re.compile(r"^/channels/(?P<channel>\d+)/(?P<rest>[^?]*)")


@dataclass(frozen=True, slots=True)
class Event:
    """An event, which happened `times` times in a row."""

    number: int
    at: datetime
    tone: str
    text: str
    times: int = 1


class Watch:
    """Reads the log and both sides' requests since the last look."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._log_at = self._blog_at = self._discord_at = self._number = 0
        #: Oldest first.
        self.events: deque[Event] = deque(maxlen=KEPT)
        self.polls = 0
        self.last_poll: datetime | None = None

    @property
    def connected(self) -> bool:
        """Return True if the bot's process runs and is connected to Discord."""
        return self._stage.bot.running and bool(self._stage.discord.sessions.connected)

    def look(self) -> None:
        """Read the events since the last look."""
        self._read_blog()
        self._read_discord()
        self._read_log()

    def note(self, tone: str, text: str) -> None:
        """Add an event; a repeated one only raises its count."""
        now = datetime.now(UTC)
        if self.events and self.events[-1].text == text:
            self.events[-1] = replace(self.events[-1], at=now, times=self.events[-1].times + 1)
            return
        self._number += 1
        self.events.append(Event(self._number, now, tone, text))

    def _note(self, said: Said | None) -> None:
        if said:
            self.note(said.tone, said.text)

    def _read_log(self) -> None:
        path = self._stage.bot.log_path
        if not path.exists():
            return
        with path.open("rb") as log:
            log.seek(self._log_at)
            text = log.read()
        whole, newline, _ = text.rpartition(b"\n")
        self._log_at += len(whole) + len(newline)
        for line in whole.decode("utf-8", "replace").splitlines():
            self._note(translate(line))

    def _read_blog(self) -> None:
        requests = self._stage.blog.requests
        for request in requests[self._blog_at :]:
            if request.headers.get("User-Agent", "").startswith(_AGENT):
                self._note(self._blog_request(request))
        self._blog_at = len(requests)

    def _read_discord(self) -> None:
        requests = self._stage.discord.requests
        for request in requests[self._discord_at :]:
            self._note(self._discord_request(request))
        self._discord_at = len(requests)

    def _blog_request(self, request: LoggedRequest) -> Said | None:
        if request.method == "POST" and "/comments" in request.path:
            return _handed_over(request.status, request.decided)
        if request.method != "GET":
            return None
        if "search=" in request.path:
            return Said(QUIET, "Looks on the blog whether the reply is there, before it tries again")
        self.polls += 1
        self.last_poll = datetime.now(UTC)
        return None

    def _discord_request(self, request: Request) -> Said | None:
        if request.status >= 500:
            return Said(BAD, f"Discord answered {request.status}")
        found = _ROUTE.match(request.path)
        if found is None or not 200 <= request.status < 300:
            return None
        where = self._name(int(found["channel"]))
        if request.method == "POST" and where.startswith("@"):
            return Said(GOOD, f"Alerted {where[1:]} by direct message")
        match request.method, found["rest"].split("/"):
            case "POST", ["messages"]:
                return Said(GOOD, f"Posted in {where}")
            case "POST", ["messages", _, "threads"]:
                return Said(GOOD, f"Opened a thread in {where}")
            case "POST", ["threads"]:
                return Said(GOOD, f"Opened a post in {where}")
            case "PUT", ["messages", _, "reactions", *_]:
                return Said(QUIET, f"Marked a reply in {where}")
            case "PATCH", ["messages", _]:
                return Said(QUIET, f"Brought a message in {where} up to date")
        return None

    def _name(self, key: int) -> str:
        channel = self._stage.discord.world.channels.get(key)
        if channel is None:
            return "chat"
        if channel.recipient:
            return f"@{channel.recipient.name}"
        return f"“{channel.name}”" if hasattr(channel, "parent") else f"#{channel.name}"


def _handed_over(status: int, decided: int) -> Said:
    if status == 0:
        return _lost(decided)
    if status == 409:
        return Said(QUIET, "The blog has this reply already; nothing is doubled")
    if status >= 500:
        return Said(BAD, f"The blog answered {status} to a reply")
    if status >= 400:
        return Said(BAD, f"The blog refused a reply ({status})")
    return Said(GOOD, "Published a reply on the blog")


def _lost(decided: int) -> Said:
    if decided == 0:
        return Said(BAD, "The connection broke before a reply reached the blog")
    if decided == 409:
        return Said(BAD, "The blog has this reply already, but its answer was lost")
    if decided >= 400:
        return Said(BAD, f"The blog refused a reply ({decided}), and its answer was lost")
    return Said(BAD, "A reply reached the blog, but the blog’s answer was lost")
