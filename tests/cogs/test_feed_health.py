"""What `/blog show` and `/status` say of a feed."""

from datetime import timedelta

from bot.cogs._blog_cards import health
from bot.model.feed import FailureReason
from tests.rules.examples import NOW, feed


def test_a_feed_that_is_well_has_no_words_for_it() -> None:
    assert "error" not in health(feed())


def test_a_feed_that_fails_says_how_often_and_why() -> None:
    said = health(feed(failures=3, last_error="It *answered* 500."))
    assert "Last error (3 in a row, last success <t:" in said
    assert "It \\*answered\\* 500." in said
    assert "Given up" not in said


def test_a_host_that_wants_peace_is_named_though_that_is_no_failure() -> None:
    said = health(feed(failure_reason=FailureReason.BUSY, last_error="blog.example asks for peace."))
    assert "Last error (last success <t:" in said
    assert "asks for peace" in said


def test_a_feed_that_was_given_up_says_so() -> None:
    said = health(feed(failures=40, last_error="Gone.", stopped_at=NOW - timedelta(days=2)))
    assert "Given up <t:" in said
    assert "once a week" in said


def test_a_feed_that_redirects_says_where_to() -> None:
    assert "Redirects to https://new.example/feed," in health(feed(redirect_url="https://new.example/feed"))
