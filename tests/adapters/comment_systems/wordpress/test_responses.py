"""Reading WordPress's answers and joining its addresses, without a blog."""

import pytest

from bot.adapters.comment_systems.wordpress.responses import explain, read_comment, words_of
from bot.adapters.comment_systems.wordpress.site import route
from bot.adapters.net.client import Response
from bot.model.errors import Refused, TemporaryError
from bot.model.reply import Rejected


def refusal(status: int, code: str) -> Response:
    return Response(status=status, url="https://blog.example/", headers={}, body=f'{{"code": "{code}"}}'.encode())


@pytest.mark.parametrize(
    ("root", "joined"),
    [
        ("https://b.example/wp-json/", "https://b.example/wp-json/wp/v2/comments?search=a%26b&page=2"),
        ("https://b.example/wp-json", "https://b.example/wp-json/wp/v2/comments?search=a%26b&page=2"),
        (
            "https://b.example/wp-json/?lang=de",
            "https://b.example/wp-json/wp/v2/comments?lang=de&search=a%26b&page=2",
        ),
        (
            "https://b.example/index.php?rest_route=/",
            "https://b.example/index.php?rest_route=/wp/v2/comments&search=a%26b&page=2",
        ),
        (
            "https://b.example/index.php?rest_route=%2F&lang=de",
            "https://b.example/index.php?rest_route=/wp/v2/comments&lang=de&search=a%26b&page=2",
        ),
    ],
)
def test_routes_join_either_root(root: str, joined: str) -> None:
    assert route(root, "wp/v2/comments", search="a&b", page=2) == joined


def test_the_index_is_the_root_itself() -> None:
    assert route("https://b.example/wp-json/", "") == "https://b.example/wp-json/"
    assert route("https://b.example/index.php?rest_route=/", "") == "https://b.example/index.php?rest_route=/"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "rest_comment_author_data_required"),
        (400, "rest_comment_content_invalid"),
        (403, "rest_comment_closed"),
        (403, "rest_comment_invalid_post_id"),
        (403, "rest_comment_trash_post"),
        (403, "rest_comment_draft_post"),
        (403, "rest_cannot_read_post"),
        (400, "comment_author_column_length"),
        (400, "comment_author_email_column_length"),
        (400, "comment_author_url_column_length"),
        (400, "comment_content_column_length"),
        (500, "rest_comment_failed_create"),
        (400, "rest_invalid_json"),
        (400, "rest_invalid_param"),
        (400, "rest_comment_exists"),
        (400, "rest_invalid_comment_type"),
        (403, "a_plugin_of_its_own"),
    ],
)
def test_every_refusal_is_a_sentence_without_codes(status: int, code: str) -> None:
    outcome = explain(refusal(status, code))
    assert isinstance(outcome, Rejected)
    assert outcome.text.endswith(".")
    assert "_" not in outcome.text
    assert not any(sign.isdigit() for sign in outcome.text)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "rest_comment_login_required"), (401, "incorrect_password"), (404, "rest_no_route")],
)
def test_what_is_a_matter_for_the_admins(status: int, code: str) -> None:
    with pytest.raises(Refused):
        explain(refusal(status, code))


@pytest.mark.parametrize(("status", "code"), [(400, "comment_flood"), (503, ""), (500, "internal_server_error")])
def test_what_may_come_right(status: int, code: str) -> None:
    with pytest.raises(TemporaryError):
        explain(refusal(status, code))


@pytest.mark.parametrize(
    "value", [None, [], {}, {"id": "7", "post": 1, "parent": 0}, {"id": 7, "post": None, "parent": 0}]
)
def test_what_is_no_comment(value: object) -> None:
    assert read_comment(value) is None


def test_an_unknown_status_is_not_taken_for_public() -> None:
    comment = read_comment({"id": 7, "post": 1, "parent": 0, "status": "limbo"})
    assert comment is not None
    with pytest.raises(TemporaryError):
        comment.outcome()


def test_typographic_marks_do_not_change_words() -> None:
    shown = "<p>It&#8217;s &#8220;true&#8221; &#8212; I <em>agree</em> &#038; so on&#8230;</p>\n"
    assert words_of(shown) == words_of('It\'s "true" -- I <em>agree</em> &amp; so on...')
