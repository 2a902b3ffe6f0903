"""What becomes of feeds that fail, and of addresses that redirect: days of polls as tables."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.entry import ParsedFeed
from bot.model.feed import Failed, FailureReason, Feed, FeedKind, Fetched, NotModified, Validators
from bot.model.notice import NoticeKind
from bot.rules.feed_health import after_failure, after_success, health_text, is_obsolete
from bot.rules.poll_schedule import PollSchedule, next_poll_at
from bot.rules.redirects import adopt_redirect, is_redirect_confirmed, note_redirect, redirect_text
from tests.rules.examples import HOUR, NOW, blog, feed

DAY = timedelta(days=1)
BOUNDS = PollSchedule(shortest=timedelta(minutes=2), longest=timedelta(hours=6))
UNCHANGED = NotModified(validators=Validators(etag='"new"'))


def fail_for(
    days: int, failure_reason: FailureReason, start: Feed | None = None
) -> tuple[Feed, list[tuple[int, NoticeKind]]]:
    """Poll a feed that always fails, when it is due; returns how it is then, and what was told on which day."""
    ill, now, told = start or feed(), NOW, []
    while now < NOW + days * DAY:
        failed = Failed(
            text="No feed.",
            reason=failure_reason,
            retry_after=HOUR if failure_reason is FailureReason.BUSY else None,
        )
        health = after_failure(ill, failed, now)
        if health.notice:
            told.append(((now - NOW) // DAY, health.notice))
        due_at = next_poll_at(health.feed, failed, now, BOUNDS)
        ill, now = replace(health.feed, next_poll_at=due_at), due_at
    return ill, told


@pytest.mark.parametrize(
    "failure_reason",
    [
        FailureReason.OTHER,
        FailureReason.MISSING,
        FailureReason.NOT_A_FEED,
        FailureReason.LOGIN,
        FailureReason.EMPTY,
        FailureReason.UNREADABLE,
        FailureReason.REFUSED,
    ],
)
def test_what_fails_is_told_after_three_days_and_given_up_after_thirty(failure_reason: FailureReason) -> None:
    assert fail_for(3, failure_reason)[1] == []
    ill, told = fail_for(100, failure_reason)
    assert told == [(3, NoticeKind.FAILING), (30, NoticeKind.STOPPED)]
    assert ill.stopped_at is not None
    assert NOW + 30 * DAY <= ill.stopped_at < NOW + 31 * DAY
    assert ill.failing_since == NOW


def test_what_is_gone_is_given_up_at_once() -> None:
    ill, told = fail_for(50, FailureReason.GONE)
    assert told == [(0, NoticeKind.STOPPED)]
    assert ill.stopped_at == NOW
    assert ill.failures in (8, 9), "a look a week"


def test_a_challenge_is_named_after_the_third() -> None:
    assert fail_for(40, FailureReason.CHALLENGED)[1] == [(0, NoticeKind.FAILING), (30, NoticeKind.STOPPED)]
    once = after_failure(feed(), Failed(text="A browser, please.", reason=FailureReason.CHALLENGED), NOW)
    assert once.notice is None


def test_wanting_peace_is_no_failure_but_for_three_days_it_is_worth_telling() -> None:
    ill, told = fail_for(60, FailureReason.BUSY)
    assert told == [(3, NoticeKind.FAILING)]
    assert (ill.failures, ill.stopped_at) == (0, None)


def test_a_bot_that_was_away_itself_gives_nothing_up() -> None:
    """A failure from before a month of standstill, and one after it, are two."""
    first = after_failure(feed(), Failed(text="No."), NOW).feed
    second = after_failure(first, Failed(text="No."), NOW + 40 * DAY)
    assert (second.notice, second.feed.stopped_at) == (None, None)


def test_what_was_told_to_fail_is_told_to_be_back_and_nothing_else_is() -> None:
    ill, _ = fail_for(60, FailureReason.MISSING)
    back = after_success(ill, UNCHANGED, NOW + 60 * DAY, conditional=True)
    assert back.notice is NoticeKind.BACK
    now = NOW + 60 * DAY
    # `next_poll_at` is decided apart.
    assert back.feed == replace(
        feed(),
        validators=Validators(etag='"new"'),
        conditional_polls=1,
        next_poll_at=ill.next_poll_at,
        last_polled_at=now,
        last_ok_at=now,
    )
    hiccup = after_failure(feed(), Failed(text="No."), NOW).feed
    assert after_success(hiccup, UNCHANGED, NOW, conditional=True).notice is None


def test_the_feed_of_one_entry_fails_without_a_word_and_is_forgotten_with_its_entry() -> None:
    of_entry = feed(kind=FeedKind.ENTRY_COMMENTS)
    for failure_reason in FailureReason:
        assert fail_for(100, failure_reason, of_entry)[1] == []
    gone = after_failure(of_entry, Failed(text="Gone.", reason=FailureReason.GONE), NOW).feed
    assert is_obsolete(gone, NOW)
    missing, _ = fail_for(2, FailureReason.MISSING, of_entry)
    assert not is_obsolete(missing, NOW + 2 * DAY)
    assert is_obsolete(missing, NOW + 3 * DAY)
    assert not is_obsolete(fail_for(20, FailureReason.OTHER, of_entry)[0], NOW + 20 * DAY)
    assert not is_obsolete(replace(gone, kind=FeedKind.COMMENTS), NOW)


def test_what_a_poll_learns_is_kept() -> None:
    before = feed(conditional_polls=4, last_full_poll_at=NOW - HOUR, fetch_state="old", body_hash="old")
    parsed = ParsedFeed(title="")
    fetched = Fetched(feed=parsed, validators=Validators(), body_hash="new", fetch_state="new", not_before=HOUR)
    well = after_success(before, fetched, NOW, conditional=False).feed
    assert (well.body_hash, well.fetch_state, well.not_before) == ("new", "new", NOW + HOUR)
    assert (well.conditional_polls, well.last_full_poll_at) == (0, NOW)
    same = after_success(before, UNCHANGED, NOW, conditional=True).feed
    assert (same.body_hash, same.fetch_state, same.not_before) == ("old", "old", None)
    assert (same.conditional_polls, same.last_full_poll_at) == (5, NOW - HOUR)
    assert (
        after_success(before, replace(UNCHANGED, fetch_state="doubt"), NOW, conditional=True).feed.fetch_state
        == "doubt"
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NoticeKind.FAILING, "The feed of **Ann\\*s** cannot be read: No \\*feed\\* at blog.example. I keep trying"),
        (NoticeKind.STOPPED, "The feed of **Ann\\*s** cannot be read any more: No \\*feed\\* at blog.example. I have"),
        (NoticeKind.BACK, "The feed of **Ann\\*s** can be read again."),
    ],
)
def test_health_is_told_in_words_that_do_nothing(kind: NoticeKind, said: str) -> None:
    ill = feed(last_error="No *feed* at blog.example.")
    assert health_text(kind, ill, blog(title="Ann*s")).startswith(said)
    of_comments = health_text(kind, replace(ill, kind=FeedKind.COMMENTS), blog())
    assert of_comments.startswith("The comments on **Ann's blog**")


OLD, NEW, OTHER = "https://blog.example/feed/", "https://new.example/feed/", "https://portal.example/feed"


def seen(*polls: tuple[datetime, str | None], url: str = OLD) -> Feed:
    moving = feed(url=url)
    for now, target in polls:
        moving = note_redirect(moving, target, now)
    return moving


def test_a_redirect_is_believed_when_it_lasts() -> None:
    twice = seen((NOW, NEW), (NOW + HOUR, NEW))
    assert (twice.redirect_url, twice.redirect_count, twice.redirected_since) == (NEW, 2, NOW)
    assert not is_redirect_confirmed(twice, NOW + DAY)
    often = seen(*((NOW + n * HOUR, NEW) for n in range(20)))
    assert not is_redirect_confirmed(often, NOW + 20 * HOUR), "twenty times in one bad day"
    lasting = seen((NOW, NEW), (NOW + HOUR, NEW), (NOW + DAY, NEW))
    assert is_redirect_confirmed(lasting, NOW + DAY)
    moved = adopt_redirect(lasting)
    assert (moved.url, moved.redirect_url, moved.redirect_count, moved.redirected_since) == (NEW, None, 0, None)
    assert moved.validators == lasting.validators


def test_a_redirect_that_changes_or_ends_begins_anew() -> None:
    changed = seen((NOW, NEW), (NOW + HOUR, NEW), (NOW + DAY, OTHER), (NOW + DAY + HOUR, NEW))
    assert (changed.redirect_url, changed.redirect_count, changed.redirected_since) == (NEW, 1, NOW + DAY + HOUR)
    ended = seen((NOW, NEW), (NOW + HOUR, NEW), (NOW + DAY, None))
    assert (ended.redirect_url, ended.redirect_count, ended.redirected_since) == (None, 0, None)


def test_nobody_is_led_away_from_tls_and_nothing_moves_to_itself() -> None:
    assert seen((NOW, "http://blog.example/feed/")).redirect_url is None
    assert seen((NOW, OLD)).redirect_url is None
    assert seen((NOW, OLD), url="http://blog.example/feed/").redirect_url == OLD


def test_a_move_is_told_with_the_new_address() -> None:
    said = redirect_text(feed(url=NEW), blog())
    assert said == (
        "The feed of **Ann's blog** has moved permanently. I read it at https://new.example/feed/ from now on; "
        "nothing is posted twice."
    )
