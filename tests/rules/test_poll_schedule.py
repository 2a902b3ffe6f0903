"""When feeds are polled: tables of what is known of a feed and when it is asked next."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.entry import Freshness
from bot.model.feed import Failed, FailureReason, FeedKind, NotModified, Validators
from bot.rules import poll_schedule
from bot.rules.poll_schedule import PollSchedule
from tests.rules.examples import HOUR, NOW, feed

ANSWER = NotModified(validators=Validators())
BOUNDS = PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENTRIES, COMMENTS, OF_ENTRY = FeedKind.ENTRIES, FeedKind.COMMENTS, FeedKind.ENTRY_COMMENTS


@pytest.fixture(autouse=True)
def _no_spread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "spread" not in request.node.name:
        monkeypatch.setattr(poll_schedule, "stable_fraction", lambda _: 0.0)


def interval(**changes: Any) -> timedelta:
    return poll_schedule.next_poll_at(feed(**changes), ANSWER, NOW, BOUNDS) - NOW


@pytest.mark.parametrize(
    ("gap", "silence", "wait"),
    [
        # a blog that writes daily is asked often enough to be half an hour late, whenever it wrote last
        (DAY, timedelta(0), 36 * MINUTE),
        (DAY, 5 * HOUR, 36 * MINUTE),
        # one that has written less of late is asked less
        (DAY, 2 * DAY, 144 * MINUTE),
        (DAY, 90 * DAY, 6 * HOUR),
        # weekly, monthly
        (7 * DAY, timedelta(0), 252 * MINUTE),
        (30 * DAY, timedelta(0), 6 * HOUR),
        # one that writes all day long
        (10 * MINUTE, timedelta(0), 2 * MINUTE),
        (10 * MINUTE, 8 * HOUR, 24 * MINUTE),
        # nothing is known of its rhythm
        (None, timedelta(0), 2 * MINUTE),
        (None, 20 * HOUR, HOUR),
        (None, 90 * DAY, 6 * HOUR),
    ],
)
def test_entries_are_expected_at_their_blogs_rhythm(gap: timedelta | None, silence: timedelta, wait: timedelta) -> None:
    assert interval(usual_gap=gap, newest_at=NOW - silence) == wait


@pytest.mark.parametrize("kind", [COMMENTS, OF_ENTRY])
@pytest.mark.parametrize(
    ("silence", "wait"),
    [
        (timedelta(0), 2 * MINUTE),
        (20 * MINUTE, 2 * MINUTE),
        (40 * MINUTE, 2 * MINUTE),
        (HOUR, 3 * MINUTE),
        (4 * HOUR, 12 * MINUTE),
        (DAY, 72 * MINUTE),
        (5 * DAY, 6 * HOUR),
        (80 * DAY, 6 * HOUR),
    ],
)
def test_hot_comments_are_asked_for_every_two_minutes_and_cool_down(
    kind: FeedKind, silence: timedelta, wait: timedelta
) -> None:
    # the gap between entries says nothing of comments
    assert interval(kind=kind, newest_at=NOW - silence, usual_gap=30 * DAY) == wait


def test_the_operators_shortest_interval_holds_for_hot_comments_too() -> None:
    slow = PollSchedule(shortest=10 * MINUTE, longest=6 * HOUR)
    assert poll_schedule.next_poll_at(feed(kind=COMMENTS, newest_at=NOW), ANSWER, NOW, slow) == NOW + 10 * MINUTE


def test_a_feed_where_nothing_ever_was_is_not_forgotten() -> None:
    assert interval(newest_at=None) == 18 * MINUTE
    assert interval(kind=COMMENTS, newest_at=None) == 18 * MINUTE
    assert interval(kind=OF_ENTRY, newest_at=None) == 6 * HOUR


def test_an_entry_that_nobody_talks_about_any_more_is_asked_four_times_a_year() -> None:
    assert interval(kind=OF_ENTRY, newest_at=NOW - 89 * DAY) == 6 * HOUR
    assert interval(kind=OF_ENTRY, newest_at=NOW - 91 * DAY) == 90 * DAY
    assert interval(kind=COMMENTS, newest_at=NOW - 91 * DAY) == 6 * HOUR


def test_nobody_is_asked_before_it_wants_to_be() -> None:
    assert interval(newest_at=NOW, not_before=NOW + 30 * MINUTE) == 30 * MINUTE
    assert interval(newest_at=NOW, not_before=NOW - MINUTE) == 2 * MINUTE


def test_while_a_hub_is_trusted_polls_are_few() -> None:
    assert interval(newest_at=NOW, hub_trusted_until=NOW + DAY) == 6 * HOUR
    assert interval(newest_at=NOW, hub_trusted_until=NOW - DAY) == 2 * MINUTE


def test_spread_keeps_a_thousand_feeds_of_one_host_apart_and_never_changes() -> None:
    feeds = [feed(url=f"https://host.example/feeds/{number}", newest_at=NOW - 90 * DAY) for number in range(1000)]
    dues = [poll_schedule.next_poll_at(each, ANSWER, NOW, BOUNDS) for each in feeds]
    assert dues == [poll_schedule.next_poll_at(each, ANSWER, NOW, BOUNDS) for each in feeds]
    assert NOW + 6 * HOUR * 0.8 <= min(dues) < max(dues) <= NOW + 6 * HOUR
    assert max(Counter((due - NOW) // MINUTE for due in dues).values()) < 30, "1000 over 72 minutes: 14 a minute"


def test_spread_never_goes_below_the_shortest_interval() -> None:
    for number in range(50):
        hot = feed(url=f"https://host.example/{number}", kind=COMMENTS, newest_at=NOW)
        assert poll_schedule.next_poll_at(hot, ANSWER, NOW, BOUNDS) >= NOW + BOUNDS.shortest


def test_every_tenth_poll_is_unconditional_and_one_each_day() -> None:
    lately = feed(last_full_poll_at=NOW - HOUR)
    asked = [
        poll_schedule.poll_conditionally(replace(lately, conditional_polls=polls), NOW)
        for polls in range(poll_schedule.UNCONDITIONAL_EVERY)
    ]
    assert asked.count(False) == 1
    assert poll_schedule.poll_conditionally(feed(last_full_poll_at=NOW - 23 * HOUR), NOW)
    assert not poll_schedule.poll_conditionally(feed(last_full_poll_at=NOW - DAY), NOW)
    assert not poll_schedule.poll_conditionally(feed(last_full_poll_at=None), NOW)


def retry(
    failure_reason: FailureReason = FailureReason.OTHER, after: timedelta | None = None, **changes: Any
) -> timedelta:
    failed = Failed(text="No.", reason=failure_reason, retry_after=after)
    return poll_schedule.next_poll_at(feed(failure_reason=failure_reason, **changes), failed, NOW, BOUNDS) - NOW


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 4 * MINUTE), (2, 8 * MINUTE), (6, 128 * MINUTE), (9, 12 * HOUR), (60, 12 * HOUR)]
)
def test_failures_back_off_up_to_twelve_hours(failures: int, wait: timedelta) -> None:
    assert retry(failures=failures) == wait


def test_the_servers_word_counts_where_it_is_later() -> None:
    assert retry(failures=1, after=9 * HOUR) == 9 * HOUR
    assert retry(failures=9, after=MINUTE) == 12 * HOUR


def test_an_operator_who_wants_news_fast_has_failures_looked_at_soon() -> None:
    eager = PollSchedule(shortest=timedelta(seconds=10), longest=5 * MINUTE)
    failed = Failed(text="No.")
    assert poll_schedule.next_poll_at(feed(failures=60), failed, NOW, eager) == NOW + 10 * MINUTE


def test_a_host_that_wants_peace_gets_it_and_its_feeds_do_not_come_back_all_at_once_spread() -> None:
    failed = Failed(text="Too often.", reason=FailureReason.BUSY, retry_after=HOUR)
    lively = [feed(url=f"https://host.example/{number}", newest_at=NOW) for number in range(200)]
    dues = [poll_schedule.next_poll_at(each, failed, NOW, BOUNDS) for each in lively]
    assert NOW + HOUR <= min(dues) < NOW + 62 * MINUTE
    assert NOW + 85 * MINUTE < max(dues) <= NOW + 90 * MINUTE


def test_peace_for_a_minute_does_not_make_a_silent_feed_lively() -> None:
    assert retry(FailureReason.BUSY, MINUTE, newest_at=NOW - 90 * DAY) == 6 * HOUR


def test_who_was_held_for_no_reader_comes_back_late() -> None:
    assert retry(FailureReason.CHALLENGED, failures=1) == 6 * HOUR


def test_what_was_given_up_is_looked_at_once_a_week() -> None:
    assert retry(FailureReason.GONE, failures=1, stopped_at=NOW) == 7 * DAY
    assert retry(FailureReason.BUSY, HOUR, stopped_at=NOW) == 7 * DAY


def gap_of(*ago: timedelta, new: int = 0, freshness: Freshness | None = None, **changes: Any) -> timedelta | None:
    return poll_schedule.usual_gap(feed(**changes), [NOW - each for each in ago], new, freshness, NOW)


def test_the_usual_gap_is_the_middle_one_of_what_a_feed_shows() -> None:
    # one holiday does not make a daily blog a monthly one
    assert gap_of(DAY, 2 * DAY, 3 * DAY, 33 * DAY, 34 * DAY) == DAY
    assert gap_of(DAY) is None
    assert gap_of() is None
    # a podcast from tomorrow came today
    assert gap_of(-DAY, DAY, 2 * DAY) == DAY
    # an archive of years says little about now
    assert gap_of(*(n * DAY for n in range(10)), *(n * 100 * DAY for n in range(1, 50))) == DAY


@pytest.mark.parametrize(("said", "gap"), [(60, None), (1440, DAY), (None, None)])
def test_what_a_feed_says_of_itself_counts_where_no_dates_do(said: int | None, gap: timedelta | None) -> None:
    assert gap_of(freshness=Freshness(update_every=said)) == gap
    assert gap_of(DAY, 3 * DAY, freshness=Freshness(update_every=said)) == 2 * DAY


def test_the_usual_gap_follows_a_blog_that_changes_its_habits() -> None:
    kept = feed(usual_gap=8 * DAY, newest_at=NOW - 4 * DAY)
    assert poll_schedule.usual_gap(kept, [], 0, None, NOW) == 8 * DAY
    assert poll_schedule.usual_gap(kept, [NOW], 1, None, NOW) == 7 * DAY
    gap: timedelta | None = 8 * DAY
    for _ in range(20):
        gap = poll_schedule.usual_gap(feed(usual_gap=gap, newest_at=NOW - HOUR), [NOW], 1, None, NOW)
    assert gap is not None
    assert gap < 2 * HOUR


def test_where_items_have_no_dates_the_gap_is_what_was_seen() -> None:
    assert poll_schedule.usual_gap(feed(usual_gap=None, newest_at=NOW - 6 * HOUR), [], 2, None, NOW) == 3 * HOUR
