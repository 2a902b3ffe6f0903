"""What parsing a feed costs, and how long it rests in return, so that no feed uses more than its share; pure."""

from datetime import timedelta

#: Seconds of computing time that are too few to count: a usual feed takes a hundredth of a second.
_LITTLE = 0.2
#: A feed rests so many times as long as its parsing takes: twenty minutes for each second.
_REST = 1200


def blend_cost(before: float, seconds: float) -> float:
    """Return what a feed costs of late, after a parse that took so long; 0: too little to count.

    The first reading parses everything and later ones only what is new, so one reading alone counts half. It is
    coarse, as it is kept as text that is the same for most feeds.
    """
    cost = round((before + seconds) / 2, 1)
    return cost if cost >= _LITTLE else 0.0


def rest_after(seconds: float) -> timedelta | None:
    """Return how long not to ask for a feed of this cost; None: as soon as one likes."""
    return timedelta(seconds=seconds * _REST) if seconds >= _LITTLE else None
