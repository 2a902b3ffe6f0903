"""Choose which document is parsed next, so that one server's slow documents do not delay those of others.

Each document counts for one of the servers (guilds) that its feed is for: the one with the least use so far.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model.ids import GuildId

#: For whom a document is parsed that no server asked for.
_NOBODY = GuildId(0)
#: What a server has spent counts half after so many seconds.
_HALF_LIFE = 60.0
#: Seconds spent of late from which a server has to leave one process to the others.
_MUCH = 1.0


@dataclass(slots=True)
class _Usage:
    """One server's use of the parser."""

    running: int = 0
    #: seconds of computing time, as of ``at``
    spent: float = 0.0
    at: float = 0.0

    def spent_by(self, now: float) -> float:
        return self.spent * 0.5 ** ((now - self.at) / _HALF_LIFE) if self.spent else 0.0


@dataclass(slots=True, eq=False)
class Job:
    """A document that waits or is being parsed."""

    guilds: frozenset[GuildId]
    #: whom it counts for; chosen when it is taken
    charged_guild: GuildId = field(default=_NOBODY)
    heavy: bool = False


class FairQueue:
    """Documents that wait for a process.

    No server has all processes at once, and servers that spent much of late together leave one to the others. Who
    spent least comes first, then who came first.

    :param processes: how many documents are parsed at a time.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        #: where there is but one process, order is all that can be fair
        self._share = max(processes - 1, 1)
        self._usage: defaultdict[GuildId, _Usage] = defaultdict(_Usage)
        self._waiting: list[Job] = []
        self._running: list[Job] = []

    def add(self, guilds: Iterable[GuildId]) -> Job:
        """Let a document wait."""
        job = Job(guilds=frozenset(guilds) or frozenset({_NOBODY}))
        self._waiting.append(job)
        return job

    def take(self, now: float) -> Job | None:
        """Take the document that is to be parsed next; None: none may be now.

        :param now: seconds, on any clock that never goes back.
        """
        if not self._waiting or len(self._running) >= self._processes:
            return None
        heavy = sum(job.heavy for job in self._running)
        best: tuple[float, Job, GuildId] | None = None
        for job in self._waiting:
            charged_guild = min(job.guilds, key=lambda guild: (self._usage[guild].running, self._spent(guild, now)))
            spent = self._spent(charged_guild, now)
            full = self._usage[charged_guild].running >= self._share or (spent >= _MUCH and heavy >= self._share)
            if not full and (best is None or spent < best[0]):
                best = spent, job, charged_guild
        if best is None:
            return None
        spent, job, job.charged_guild = best
        job.heavy = spent >= _MUCH
        self._waiting.remove(job)
        self._running.append(job)
        self._usage[job.charged_guild].running += 1
        return job

    def done(self, job: Job, seconds: float, now: float) -> None:
        """Count what a document has cost.

        :param seconds: of computing time.
        """
        self._running.remove(job)
        usage = self._usage[job.charged_guild]
        usage.running -= 1
        usage.spent, usage.at = usage.spent_by(now) + seconds, now
        self._forget_idle(now)

    def drop(self, job: Job) -> None:
        """Forget a document whose request was cancelled."""
        self._waiting.remove(job)

    def _spent(self, guild: GuildId, now: float) -> float:
        return self._usage[guild].spent_by(now)

    def _forget_idle(self, now: float) -> None:
        """Drop the accounts of servers that burden nothing once there are many."""
        if len(self._usage) > 1000:
            busy = {guild: each for guild, each in self._usage.items() if each.running or each.spent_by(now) > 0.001}
            self._usage = defaultdict(_Usage, busy)
