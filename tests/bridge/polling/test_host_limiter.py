"""What is remembered of hosts does not grow for ever."""

from datetime import UTC, datetime, timedelta

from bot.bridge.polling.host_limiter import HostLimiter
from bot.model.feed import Feed, FeedFormat, FeedKind
from bot.model.ids import BlogId, FeedId
from bot.rules.poll_schedule import PollSchedule
from tests.fakes.time import SetClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def feed(number: int) -> Feed:
    return Feed(
        id=FeedId(number),
        blog_id=BlogId(1),
        kind=FeedKind.ENTRIES,
        format=FeedFormat.SYNDICATION,
        url=f"https://host{number}.example/feed",
        next_poll_at=NOW,
    )


def test_silent_hosts_whose_feeds_are_deleted_are_forgotten() -> None:
    clock = SetClock(NOW)
    hosts = HostLimiter(clock, PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6)))
    for number in range(5000):
        clock.move(timedelta(hours=1))
        hosts.admit([feed(number)])
        hosts.note_answer(feed(number), answered=False)
        hosts.release(feed(number))
    assert len(hosts) <= 1024


def test_a_host_that_is_silent_now_is_remembered() -> None:
    clock = SetClock(NOW)
    hosts = HostLimiter(clock, PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6)))
    for number in range(1500):
        hosts.admit([feed(number)])
        hosts.note_answer(feed(number), answered=False)
        hosts.release(feed(number))
    chosen, release_until = hosts.admit([feed(0)])
    assert (chosen, [feed_id for feed_id, _ in release_until]) == ([], [0])
