import json
from datetime import UTC, datetime

import pytest

from bot.adapters.feeds.parsing.wordpress_rest import (
    comments_url,
    entries_url,
    parse_comment_list,
    parse_entry_list,
    rest_url,
)
from bot.model.entry import EntryRef, ParsedComment, ParsedEntry
from bot.model.errors import PermanentError
from bot.model.ids import NativeId, Uid

URL = "https://blog.test/wp-json/wp/v2/comments"


def test_addresses_join_both_kinds_of_root() -> None:
    assert (
        rest_url("https://b.test/wp-json/", "wp/v2/posts", {"a": "1,2"}) == "https://b.test/wp-json/wp/v2/posts?a=1,2"
    )
    plain = rest_url("https://b.test/index.php?rest_route=/", "wp/v2/posts", {"a": "b c"})
    assert plain == "https://b.test/index.php?rest_route=/wp/v2/posts&a=b+c"
    assert rest_url("https://b.test/wp-json/", "", {}) == "https://b.test/wp-json/"
    assert comments_url("https://b.test/wp-json/").startswith(
        "https://b.test/wp-json/wp/v2/comments?per_page=100&orderby=id&order=desc&_fields=id,post,parent,"
    )
    assert "include=1,2&" in entries_url("https://b.test/wp-json/", [NativeId("1"), NativeId("2")])


def test_a_comment() -> None:
    row = {
        "id": 9,
        "post": 7,
        "parent": 5,
        "author_name": "Ben &amp; Co",
        "author_url": "https://ben.test",
        "date_gmt": "2026-08-02T10:00:00",
        "content": {"rendered": "<p>Yes</p>\n"},
        "link": "https://blog.test/ink/comment-page-2/#comment-9",
        "type": "comment",
    }
    assert parse_comment_list(json.dumps([row]).encode(), url=URL).comments == (
        ParsedComment(
            uid=Uid("comment-9"),
            parent_uid=Uid("comment-5"),
            entry=EntryRef(native_id=NativeId("7"), link="https://blog.test/ink/"),
            link="https://blog.test/ink/comment-page-2/#comment-9",
            author="Ben & Co",
            author_url="https://ben.test",
            published_at=datetime(2026, 8, 2, 10, tzinfo=UTC),
            html="<p>Yes</p>",
            native_id=NativeId("9"),
        ),
    )


def test_other_types_and_rows_without_a_number_are_left_out() -> None:
    rows = [{"id": 1, "type": "review"}, {"id": "2"}, {"id": True}, {}, "x", {"id": 3, "parent": 0, "post": 1}]
    (comment,) = parse_comment_list(json.dumps(rows).encode(), url=URL).comments
    assert (comment.uid, comment.parent_uid, comment.published_at) == ("comment-3", None, None)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://[/#comment-1", "http://b.test:99999/", 7, None])
def test_only_web_addresses_are_taken(link: object) -> None:
    (comment,) = parse_comment_list(
        json.dumps([{"id": 1, "link": link, "author_url": link}]).encode(), url=URL
    ).comments
    assert (comment.link, comment.author_url, comment.entry.link) == (None, None, None)


def test_an_entry() -> None:
    row = {
        "id": 7,
        "link": "https://blog.test/ink/",
        "title": {"rendered": "Ink &#038; paper"},
        "date_gmt": "2026-08-01T07:30:00",
        "guid": {"rendered": "https://blog.test/?post_type=note&#038;p=7"},
        "content": {"rendered": ""},
        "excerpt": {"rendered": "<p>Short</p>"},
        "_embedded": {
            "author": [{"name": "Nina &amp; Noah"}],
            "wp:term": [
                [{"taxonomy": "category", "name": "Craft &amp; tools"}],
                [{"taxonomy": "post_format", "name": "Aside"}],
            ],
        },
    }
    assert parse_entry_list(json.dumps([row]).encode(), url=URL) == [
        ParsedEntry(
            uid=Uid("https://blog.test/?post_type=note&p=7"),
            link="https://blog.test/ink/",
            title="Ink & paper",
            author="Nina & Noah",
            published_at=datetime(2026, 8, 1, 7, 30, tzinfo=UTC),
            html="<p>Short</p>",
            categories=("Craft & tools",),
            native_id=NativeId("7"),
        )
    ]


def test_an_author_that_may_not_be_seen_is_nameless() -> None:
    row = {"id": 7, "_embedded": {"author": [{"code": "rest_user_invalid_id"}]}}
    assert parse_entry_list(json.dumps([row]).encode(), url=URL)[0].author == ""


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": "rest_no_route"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_list(body: bytes) -> None:
    with pytest.raises(PermanentError, match=r"blog\.test"):
        parse_comment_list(body, url=URL)
