"""The state machine of a subscription at a hub, as tables. Sections are those of W3C WebSub."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.connection import Secret
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedFormat, FeedKind, Push, PushProtocol
from bot.model.ids import FeedId, HubSubscriptionId, Uid
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.rules.websub import (
    confirmed,
    delay_while_trusted,
    delivered,
    denied,
    hub_should_have_pushed,
    is_requested,
    is_signature_valid,
    may_register,
    missed,
    refused,
    unconfirmed,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOPIC = "https://blog.example/feed/"
SECRET = Secret("only the hub knows")
WANTED, REQUESTED, VERIFIED = HubSubscriptionState.WANTED, HubSubscriptionState.REQUESTED, HubSubscriptionState.VERIFIED
TRUSTED, REFUSED, ENDED = HubSubscriptionState.TRUSTED, HubSubscriptionState.REFUSED, HubSubscriptionState.ENDED


def hub_subscription(state: HubSubscriptionState = REQUESTED, **fields: object) -> HubSubscription:
    standing = state in (VERIFIED, TRUSTED)
    given: dict[str, object] = {
        "id": HubSubscriptionId(1),
        "feed_id": FeedId(2),
        "push": Push(hub_url="https://hub.example/", topic_url=TOPIC),
        "token": "token",
        "secret": SECRET,
        "state": state,
        "attempts": 0 if standing else 1,
        "due_at": NOW,
        "lease_until": NOW + DAY if standing else None,
    }
    return HubSubscription(**{**given, **fields})  # type: ignore[arg-type]


def entry(published_at: datetime | None) -> ParsedEntry:
    return ParsedEntry(uid=Uid("u"), link=None, title="T", author="", published_at=published_at, html="")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_by_any_of_the_four_hashes_fits_its_body_and_secret_only(method: str) -> None:
    said = f"{method}={hmac.new(SECRET.encode(), b'body', method).hexdigest()}"
    assert is_signature_valid(SECRET, b"body", said)
    assert is_signature_valid(SECRET, b"body", said.upper())
    assert not is_signature_valid(SECRET, b"Body", said)
    assert not is_signature_valid(Secret("another"), b"body", said)
    assert not is_signature_valid(None, b"body", said)
    assert not is_signature_valid(SECRET, b"body", said[:-1])


@pytest.mark.parametrize(
    "said",
    [
        "",
        "sha256",
        "sha256=",
        "=" + hashlib.sha256(b"body").hexdigest(),
        f"md5={hmac.new(SECRET.encode(), b'body', 'md5').hexdigest()}",
        "sha256=" + hashlib.sha256(b"body").hexdigest(),
        "sha256=ÿé\N{SNOWMAN}",
        # as a header's bytes that are no UTF-8 arrive
        "sha256=\udcff",
    ],
)
def test_what_is_no_signature_of_ours_does_not_fit(said: str) -> None:
    assert not is_signature_valid(SECRET, b"body", said)


def test_without_a_secret_not_even_an_empty_key_signs() -> None:
    said = f"sha256={hmac.new(b'', b'body', 'sha256').hexdigest()}"
    assert not is_signature_valid(None, b"body", said)


@pytest.mark.parametrize(
    ("state", "subscribe", "unsubscribe"),
    [
        (WANTED, False, False),
        (REQUESTED, True, False),
        (VERIFIED, True, False),
        (TRUSTED, True, False),
        (REFUSED, False, False),
        (ENDED, False, True),
    ],
)
def test_intent_is_confirmed_where_it_is_ours(state: HubSubscriptionState, subscribe: bool, unsubscribe: bool) -> None:
    given = hub_subscription(state)
    assert is_requested(given, "subscribe", TOPIC) is subscribe
    assert is_requested(given, "unsubscribe", TOPIC) is unsubscribe
    assert not is_requested(given, "subscribe", f"{TOPIC}other")
    assert not is_requested(given, "publish", TOPIC)
    assert not is_requested(given, "", TOPIC)


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("864000", 10 * DAY),
        (" 3600 ", HOUR),
        ("60", MINUTE),
        ("", DAY),
        ("0", DAY),
        ("-5", DAY),
        ("soon", DAY),
        ("٣", DAY),
        ("1e9", DAY),
        ("9" * 400, 30 * DAY),
    ],
)
def test_a_lease_is_believed_within_bounds(said: str, length: timedelta) -> None:
    now_verified = confirmed(hub_subscription(error="Old."), NOW, lease=said, draw=0.5)
    assert now_verified.lease_until == NOW + length
    assert now_verified.due_at == NOW + max(length * 0.8, 10 * MINUTE)
    assert (now_verified.state, now_verified.attempts, now_verified.error) == (VERIFIED, 0, None)


def test_renewals_are_early_and_spread() -> None:
    dues = [confirmed(hub_subscription(), NOW, lease="864000", draw=draw).due_at - NOW for draw in (0.0, 0.999)]
    assert dues[0] == 7.5 * DAY
    assert 8 * DAY < dues[1] < 8.5 * DAY


def test_a_cloud_lasts_for_25_hours() -> None:
    push = Push(hub_url="http://cloud.example/", topic_url=TOPIC, protocol=PushProtocol.RSSCLOUD)
    given = confirmed(hub_subscription(push=push), NOW, lease="", draw=0.5)
    assert given.lease_until == NOW + 25 * HOUR
    assert given.due_at == NOW + 20 * HOUR


def test_a_renewed_lease_leaves_trust_as_it_is() -> None:
    assert confirmed(hub_subscription(TRUSTED), NOW, lease="3600", draw=0).state is TRUSTED
    assert confirmed(hub_subscription(VERIFIED), NOW, lease="3600", draw=0).state is VERIFIED


def test_a_hub_that_does_not_confirm_is_asked_at_growing_distances() -> None:
    waits = [unconfirmed(hub_subscription(attempts=attempts), NOW).due_at - NOW for attempts in (1, 2, 3, 4, 5, 500)]
    assert waits == [10 * MINUTE, 40 * MINUTE, 160 * MINUTE, 640 * MINUTE, DAY, DAY]
    told = unconfirmed(hub_subscription(), NOW, error="It is away.", retry_after=7 * HOUR)
    assert (told.due_at, told.error, told.state) == (NOW + 7 * HOUR, "It is away.", REQUESTED)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (hub_subscription(REQUESTED), REFUSED),
        (hub_subscription(REFUSED), REFUSED),
        (hub_subscription(VERIFIED), VERIFIED),
        (hub_subscription(TRUSTED), TRUSTED),
        (hub_subscription(TRUSTED, lease_until=NOW), REFUSED),
    ],
)
def test_a_refusal_ends_nothing_that_was_confirmed(given: HubSubscription, state: HubSubscriptionState) -> None:
    after = refused(given, NOW, "No.")
    assert (after.state, after.due_at, after.error) == (state, NOW + 3 * DAY, "No.")


@pytest.mark.parametrize("state", [REQUESTED, VERIFIED, TRUSTED])
def test_a_denial_ends_it_at_once(state: HubSubscriptionState) -> None:
    after = denied(hub_subscription(state), NOW, "go\n away \x00" + "x" * 999)
    assert (after.state, after.lease_until, after.trusted_until, after.due_at) == (REFUSED, None, None, NOW + 3 * DAY)
    assert after.error is not None
    assert after.error.startswith("The hub says no: go away")
    assert len(after.error) < 250
    assert "does not say why" in (denied(hub_subscription(state), NOW, " ").error or "")


@pytest.mark.parametrize(
    ("given", "new", "state"),
    [
        (hub_subscription(VERIFIED), 1, TRUSTED),
        (hub_subscription(VERIFIED), 0, VERIFIED),
        (hub_subscription(TRUSTED), 0, TRUSTED),
        # nobody knows until when it sends
        (hub_subscription(REQUESTED), 1, REQUESTED),
        (hub_subscription(VERIFIED, lease_until=NOW), 1, VERIFIED),
        (hub_subscription(ENDED), 1, ENDED),
    ],
)
def test_a_hub_is_trusted_when_it_was_faster_than_the_polls(
    given: HubSubscription, new: int, state: HubSubscriptionState
) -> None:
    after = delivered(given, NOW, new=new)
    assert (after.state, after.delivered_at) == (state, NOW)
    assert after.trusted_until == (given.lease_until if state is TRUSTED else None)


def test_a_hub_that_missed_something_is_trusted_again_with_its_next_news() -> None:
    after = missed(hub_subscription(TRUSTED))
    assert (after.state, after.trusted_until, after.lease_until) == (VERIFIED, None, NOW + DAY)
    assert delivered(after, NOW, new=0).state is VERIFIED
    assert delivered(after, NOW, new=2).state is TRUSTED
    assert missed(hub_subscription(REFUSED)).state is REFUSED


@pytest.mark.parametrize(
    ("dates", "unpushed"),
    [
        ([], False),
        ([NOW - MINUTE], False),
        ([NOW + DAY], False),
        ([NOW - 10 * MINUTE], True),
        ([NOW - MINUTE, NOW - HOUR], True),
        ([None], True),
    ],
)
def test_a_hub_has_some_minutes(dates: list[datetime | None], unpushed: bool) -> None:
    assert hub_should_have_pushed([entry(date) for date in dates], NOW) is unpushed


@pytest.mark.parametrize(
    ("hub_trusted_until", "longest", "wait"),
    [
        (None, 6 * HOUR, 2 * MINUTE),
        (NOW, 6 * HOUR, 2 * MINUTE),
        (NOW + DAY, 6 * HOUR, 6 * HOUR * 0.95),
        (NOW + DAY, 30 * DAY, 6 * HOUR * 0.95),
        (NOW + DAY, HOUR, HOUR * 0.95),
        (NOW + HOUR, 6 * HOUR, HOUR),
    ],
)
def test_polls_slow_down_to_hours_while_a_hub_is_trusted(
    hub_trusted_until: datetime | None, longest: timedelta, wait: timedelta
) -> None:
    due_at = NOW + 2 * MINUTE
    assert (
        delay_while_trusted(due_at, NOW, hub_trusted_until=hub_trusted_until, longest=longest, draw=0.5) == NOW + wait
    )


def test_a_feed_that_is_polled_seldom_is_not_polled_more_often_for_its_hub() -> None:
    due_at = NOW + 20 * HOUR
    assert delay_while_trusted(due_at, NOW, hub_trusted_until=NOW + DAY, longest=DAY, draw=0.5) == due_at


def test_feeds_of_single_entries_and_interfaces_are_not_registered() -> None:
    assert may_register(FeedKind.ENTRIES, FeedFormat.SYNDICATION)
    assert may_register(FeedKind.COMMENTS, FeedFormat.SYNDICATION)
    assert not may_register(FeedKind.ENTRY_COMMENTS, FeedFormat.SYNDICATION)
    assert not may_register(FeedKind.COMMENTS, FeedFormat.WORDPRESS_REST)


def test_a_registration_shows_no_secret() -> None:
    assert SECRET not in repr(replace(hub_subscription(), error="x"))
