"""News, lineage, routing, timing, tags, eligibility: what is decided before anything is done."""

from datetime import timedelta

import pytest

from bot.model.entry import ParsedFeed
from bot.model.ids import CommentId, MessageId, NativeId, SubscriptionId, Uid, UserId
from bot.model.message import ForumTag, ForumView
from bot.model.reply import ReplyOrigin, ReplyState
from bot.model.subscription import RelayMode
from bot.rules import retry_policy
from bot.rules.forum_tags import choose_tags
from bot.rules.item_diff import diff_items, fingerprint, newest_date
from bot.rules.messages.cards import reply_message
from bot.rules.reply_eligibility import (
    clean_name,
    refuse_html,
    refuse_mode,
    refuse_name,
    refuse_reserved_name,
    refuse_text,
)
from bot.rules.routing import route_alert, route_comment, route_entry
from bot.rules.threading import match_echo, message_link, oldest_first
from tests.rules.examples import (
    HOUR,
    NOW,
    alert,
    comment,
    entry,
    parsed_comment,
    parsed_entry,
    reply,
    subscription,
)


def test_what_is_kept_is_known_and_an_edit_is_a_change() -> None:
    first, second, third = (parsed_entry(uid=Uid(name)) for name in "abc")
    edited = parsed_entry(uid=Uid("b"), title="Hello again")
    known = {Uid("a"): entry(hash=fingerprint(first)), Uid("b"): entry(hash=fingerprint(second))}
    news = diff_items([first, edited, third], known, ())
    assert [item.uid for item, _ in news.new] == ["c"]
    assert [item.title for item, _ in news.changed] == ["Hello again"]


def test_a_date_or_a_count_that_moves_is_no_change() -> None:
    moved = parsed_entry(published_at=NOW + HOUR, comment_count=9)
    assert fingerprint(moved) == fingerprint(parsed_entry())


def test_a_uid_that_stands_twice_counts_once() -> None:
    assert len(diff_items([parsed_entry(), parsed_entry(title="Twin")], {}, ()).new) == 1


def test_what_is_known_from_hearsay_is_new_when_its_feed_shows_it() -> None:
    assert len(diff_items([parsed_entry()], {parsed_entry().uid: entry(hash="")}, ()).new) == 1


def test_the_first_poll_of_a_comment_feed_is_silent_about_entries_known_from_hearsay() -> None:
    heard_of = entry(hash="", first_seen_at=NOW)
    assert route_comment(comment(), heard_of, [subscription()], first_poll=True, posted_in=None) == []


def test_the_newest_date_is_never_in_the_future() -> None:
    feed = ParsedFeed(title="", entries=(parsed_entry(published_at=NOW + HOUR), parsed_entry(published_at=None)))
    assert newest_date(feed, NOW) == NOW
    assert newest_date(ParsedFeed(title=""), NOW) is None


def test_no_child_goes_before_its_parent_whatever_the_dates_say() -> None:
    child = parsed_comment(1, parent_uid=Uid("comment-2"))
    parent = parsed_comment(2, parent_uid=Uid("comment-3"))
    grandparent = parsed_comment(3)
    assert [each.uid for each in oldest_first([child, parent, grandparent])] == ["comment-3", "comment-2", "comment-1"]


def test_comments_that_call_each_other_parent_all_come_out_once() -> None:
    one = parsed_comment(1, parent_uid=Uid("comment-2"))
    other = parsed_comment(2, parent_uid=Uid("comment-1"))
    selfish = parsed_comment(3, parent_uid=Uid("comment-3"))
    assert sorted(each.uid for each in oldest_first([one, other, selfish])) == ["comment-1", "comment-2", "comment-3"]


def test_case_98_an_echo_is_known_by_its_number() -> None:
    ours = reply(native_id=NativeId("5"))
    assert match_echo(parsed_comment(5), [ours]) is ours
    assert match_echo(parsed_comment(6, author="Mia", html="Well said"), [ours]) is None


def test_an_echo_without_a_number_is_known_by_the_link_to_its_message() -> None:
    ours = reply()
    message = reply_message(ours)
    assert message is not None
    assert match_echo(parsed_comment(author_url=message_link(ours.guild_id, message)), [ours]) is ours
    other = parsed_comment(author="Mia", html="Well said", author_url="https://mia.example/")
    assert match_echo(other, [ours]) is None


def test_case_98_where_no_links_are_shown_name_and_text_tell_an_echo() -> None:
    ours = reply(html="It&amp;s &quot;fine&quot;")
    shown = parsed_comment(author="Mia", html="<p>It&amp;s “fine”</p>")
    assert match_echo(shown, [ours]) is ours
    assert match_echo(parsed_comment(author="Max", html=shown.html), [ours]) is None


def test_an_entry_goes_where_somebody_listened_when_it_was_first_seen() -> None:
    before = subscription(started_at=NOW - HOUR)
    after = subscription(started_at=NOW + HOUR)
    paused = subscription(paused_at=NOW)
    parked = subscription(parked_reason="gone")
    assert [route_entry(entry(), each).passed for each in (before, after, paused, parked)] == [True, False, False, True]


def test_a_comment_goes_to_those_who_want_comments_but_not_where_it_was_said() -> None:
    wanted, without = subscription(), subscription(comments=False)
    said = subscription(id=SubscriptionId(2))
    routed = route_comment(comment(), entry(), [wanted, without, said], first_poll=False, posted_in=said.id)
    assert routed == [wanted]


def test_the_first_poll_of_a_comment_feed_brings_only_comments_on_new_entries() -> None:
    listening = [subscription(started_at=NOW - HOUR)]
    old, new = entry(first_seen_at=NOW - 2 * HOUR), entry(first_seen_at=NOW)
    assert route_comment(comment(), old, listening, first_poll=True, posted_in=None) == []
    assert route_comment(comment(), new, listening, first_poll=True, posted_in=None) == listening
    assert route_comment(comment(), old, listening, first_poll=False, posted_in=None) == listening


def test_authors_are_alerted_of_comments_on_their_entries_but_not_of_their_own() -> None:
    everything, ada, bob = alert(), alert(author="ada"), alert(author="Bob")
    assert route_alert(comment(), entry(author="Ada"), [bob, everything], writer=None) == [everything]
    # two alerts of one person are one message
    assert route_alert(comment(), entry(author="Ada"), [everything, ada, bob], writer=None) == [ada]
    assert route_alert(comment(author="ADA"), entry(author="Ada"), [everything, ada], writer=None) == []
    # the name alone proves nothing where the writer is known
    assert route_alert(comment(author="ADA"), entry(author="Ada"), [ada], writer=UserId(77)) == [ada]
    assert route_alert(comment(), entry(), [everything], writer=UserId(40)) == []
    assert route_alert(comment(author=""), entry(author=""), [everything], writer=None) == [everything]


def forum(*names: str, required: bool = False, moderated: tuple[str, ...] = ()) -> ForumView:
    tags = tuple(
        ForumTag(id=number, name=name, moderated=name in moderated) for number, name in enumerate(names, start=1)
    )
    return ForumView(tags=tags, tag_required=required)


def test_tags_are_categories_by_name_and_five_at_most() -> None:
    assert choose_tags(forum("News", "Rust", "Talks"), ["rust", "NEWS ", "Other", "rust"]) == [2, 1]
    many = [str(number) for number in range(9)]
    assert len(choose_tags(forum(*many), many)) == 5


def test_a_required_tag_is_chosen_and_a_moderated_one_is_not() -> None:
    assert choose_tags(forum("Mods", "Any", required=True, moderated=("Mods",)), ["Mods"]) == [2]
    assert choose_tags(forum("Any"), ["Other"]) == []
    assert choose_tags(forum(required=True), []) == []


@pytest.mark.parametrize("retry_for", [retry_policy.REPLY_RETRY_FOR, retry_policy.RETRY_FOR])
def test_deliveries_are_retried_at_growing_distances_until_it_is_given_up(retry_for: timedelta) -> None:
    now, attempts, waits = NOW, 0, []
    while True:
        attempts += 1
        due = retry_policy.next_attempt(
            now, attempts=attempts, since=NOW, retry_for=retry_for, retry_after=None, draw=0.5
        )
        if due is None:
            break
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(minutes=10)
    assert retry_for <= now - NOW <= retry_for + timedelta(minutes=10)


def test_the_other_sides_word_on_when_counts_if_it_is_later() -> None:
    due = retry_policy.next_attempt(
        NOW, attempts=1, since=NOW, retry_for=retry_policy.REPLY_RETRY_FOR, retry_after=HOUR, draw=0.0
    )
    assert due == NOW + HOUR


def test_a_held_comment_is_asked_after_less_and_less_and_then_no_more() -> None:
    soon = retry_policy.next_follow(NOW, since=NOW, shortest=timedelta(minutes=2))
    later = retry_policy.next_follow(NOW, since=NOW - timedelta(days=2), shortest=timedelta(minutes=2))
    assert soon == NOW + timedelta(minutes=2)
    assert later == NOW + timedelta(hours=4, minutes=48)
    assert retry_policy.next_follow(NOW, since=NOW - timedelta(days=31), shortest=timedelta(minutes=2)) is None


@pytest.mark.parametrize("text", ["// just us", "(off) hm", "#noblog x", "  #NOBLOG", "", "  \n "])
def test_private_and_empty_texts_stay_in_chat(text: str) -> None:
    assert refuse_text(text) is not None


@pytest.mark.parametrize("text", ["hello", "#noblogger is a word", "see // there", "https://a.example"])
def test_other_texts_may_travel(text: str) -> None:
    assert refuse_text(text) is None


def test_a_text_must_fit_the_blogs_column_in_bytes() -> None:
    assert refuse_html("é" * 32_762) is None
    assert refuse_html("é" * 32_763) is not None
    assert refuse_html(" ") is not None


def test_each_mode_includes_the_ones_before_it() -> None:
    def allowed(mode: RelayMode, origin: ReplyOrigin) -> bool:
        return refuse_mode(mode, origin, connected=True) is None

    assert not allowed(RelayMode.OFF, ReplyOrigin.BUTTON)
    assert allowed(RelayMode.BUTTON, ReplyOrigin.BUTTON)
    assert not allowed(RelayMode.BUTTON, ReplyOrigin.MENU)
    assert allowed(RelayMode.MENU, ReplyOrigin.MENU)
    assert allowed(RelayMode.MENU, ReplyOrigin.BUTTON)
    assert refuse_mode(RelayMode.MENU, ReplyOrigin.BUTTON, connected=False) is not None


def test_public_names_are_one_plain_line() -> None:
    assert clean_name("  Mia \n <b>K</b>") == "Mia ‹b›K‹/b›"
    assert refuse_name(clean_name("Mia")) is None
    assert refuse_name("") is not None
    assert refuse_name(clean_name("x" * 200)) is not None
    assert refuse_name("https://spam.example") is not None
    assert refuse_name("@everyone") is not None


def test_nobody_publishes_under_an_authors_name() -> None:
    assert refuse_reserved_name("ada ", authors=["Ada", "Bob"]) is not None
    assert refuse_reserved_name("Mia", authors=["Ada", "Bob"]) is None


def test_a_reply_that_stands_nowhere_has_no_message() -> None:
    assert reply_message(reply(message_id=None)) is None
    assert reply_message(reply(message_id=MessageId(5), state=ReplyState.HELD)) is not None
    assert comment(id=CommentId(3)).id == 3


@pytest.mark.parametrize("name", ["Аdа", "ADA", "Ａｄａ", "𝐀𝐝𝐚", "A\u200bda", "Ada\u2060", "ᎪᎠᎪ"])
def test_a_name_that_looks_like_anothers_is_refused(name: str) -> None:
    name = clean_name(name)
    assert refuse_reserved_name(name, authors=["Ada"]) is not None
    assert "comments on this blog" in str(refuse_reserved_name(name, authors=[], commenters=["Bob", "Ada"]))
    assert "this blog itself" in str(refuse_reserved_name(name, authors=[], blog_title="Ada"))
    assert refuse_reserved_name(name, authors=["Ida", ""], commenters=["Adam"], blog_title="Ada's") is None


@pytest.mark.parametrize(
    "name",
    [
        *("Ada.", "Ada!", "(Ada)", "-Ada-", "Ada`", "A d a", "Ada \u2713", "Ad\u00e1", "Ada\u0332", "\u1d00da"),
        # What nobody sees: a blank of Braille, a variation selector, an empty note, a filler.
        *("Ada\u2800", "Ada\ufe0f", "Ada\U0001d159", "Ada\U00016fe4"),
    ],
)
def test_a_name_with_what_a_reader_overlooks_is_refused(name: str) -> None:
    assert refuse_reserved_name(clean_name(name), authors=["Ada"]) is not None
    assert refuse_reserved_name("Ada", authors=[], commenters=[name]) is not None


@pytest.mark.parametrize(
    ("name", "other"),
    [("राम", "रमा"), ("ガク", "カク"), ("สมชาย", "สุมชาย"), ("Ada 2", "Ada"), ("😀", "🎉"), ("Adam", "Ada")],
)
def test_names_that_are_read_differently_are_let_be(name: str, other: str) -> None:
    assert refuse_reserved_name(name, authors=[other]) is None


@pytest.mark.parametrize(("name", "other"), [("BiII", "Bill"), ("Torn", "Tom"), ("ΑΒΒΑ", "ABBA"), ("раураl", "paypal")])
def test_look_alikes_of_letters_are_told(name: str, other: str) -> None:
    assert refuse_reserved_name(name, authors=[other]) is not None


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "Admin",
        "АDМIN",
        "аdmіn",
        "Adm1n",
        "ADMlN",
        "admin!",
        "A d m i n",
        "Ádmin",
        "Moderator",
        "Μoderator",
        "Modérateur",
        "Administratör",
        "Администратор",
        "管理员",
        "webrnaster",
    ],
)
def test_names_of_offices_are_kept(name: str) -> None:
    assert "reserved" in str(refuse_name(clean_name(name)))


@pytest.mark.parametrize(
    "name",
    [
        "spam.example",
        "Visit spam.example now",
        "spam․example",
        "spam。example",
        "ѕраm.ехаmрlе",
        "a@b.example",
        "me＠b.example",
        "ｓｐａｍ．ｅｘａｍｐｌｅ",
        "http:∕∕x",
        "www.spam.example",
        "банк.рф",
    ],
)
def test_what_looks_like_an_address_is_no_name(name: str) -> None:
    assert "address" in str(refuse_name(clean_name(name)))


@pytest.mark.parametrize(
    "name",
    [
        "Mia",
        "J. R. Tolkien",
        "J.R. Tolkien",
        "Dr. Ada",
        "Ana María",
        "Мария",
        "美咲",
        "O'Neil",
        "Adam",
        "Madmin",
        "user_1",
    ],
)
def test_ordinary_names_are_fine(name: str) -> None:
    assert refuse_name(clean_name(name)) is None
