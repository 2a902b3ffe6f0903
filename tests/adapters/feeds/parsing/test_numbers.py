"""Every number that a stranger writes is read within what a column keeps, or is not there; nothing is raised."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.comment_systems.wordpress.responses import read_comment
from bot.adapters.feeds.documents.freshness import not_before, read_freshness
from bot.adapters.feeds.items.identity import comment_number, entry_number
from bot.adapters.feeds.items.pictures import picture_addresses
from bot.adapters.feeds.parsing.document import Document
from bot.adapters.feeds.parsing.json_feed import parse_json_comments, parse_json_entries
from bot.adapters.feeds.parsing.wordpress_rest import parse_comment_list, parse_entry_list
from bot.adapters.net.client import Response
from bot.adapters.net.headers import parse_http_date
from bot.adapters.net.numbers import MAX_COUNT, MAX_ID, load_json, read_number
from bot.adapters.net.retry_after import read_retry_after
from bot.model.errors import PermanentError
from bot.rules.html_to_discord.convert import to_markdown
from bot.rules.websub import confirmed
from tests.rules.test_websub import hub_subscription

URL = "https://blog.example/feed"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ODD = ["", "-1", "+7", "1e999", "0x10", "1_000", "٣", "²", "NaN", "Infinity", "7.5", "seven"]
LARGE = [str(2**31), str(2**63), str(2**64), "9" * 20, "9" * 5000, "0" * 5000 + "1" * 30]
NUMERALS = [*ODD, *LARGE]


@pytest.mark.parametrize("text", NUMERALS)
def test_what_is_no_number_within_bounds_is_none(text: str) -> None:
    assert read_number(text, most=MAX_COUNT) is None
    assert read_number(text, most=7) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), (str(MAX_COUNT), MAX_COUNT)])
def test_a_number_within_bounds_is_read(text: str, number: int) -> None:
    assert read_number(text, most=MAX_COUNT) == number


@pytest.mark.parametrize("text", NUMERALS)
@pytest.mark.parametrize(
    "element",
    [
        "<slash:comments>{}</slash:comments>",
        "<thr:total>{}</thr:total>",
        '<atom:link rel="replies" type="application/atom+xml" href="https://blog.example/c" thr:count="{}"/>',
    ],
)
def test_a_count_of_comments_fits_its_column(element: str, text: str) -> None:
    [entry] = _rss(f"<item><title>A</title>{element.format(text)}</item>").entries()
    assert entry.comment_count is None


def test_a_count_of_comments_is_read() -> None:
    [entry] = _rss("<item><title>A</title><slash:comments> 12 </slash:comments></item>").entries()
    assert entry.comment_count == 12


@pytest.mark.parametrize("text", NUMERALS)
def test_a_picture_of_any_size_is_looked_at(text: str) -> None:
    sizes = {"url": "https://blog.example/a.png", "width": text, "height": text}
    assert list(picture_addresses(thumbnails=[sizes], media=[], enclosures=[], image=None)) == [sizes["url"]]
    sized = f'width="{text}" height="{text}"'
    html = f'<p>A<img src="https://blog.example/a.png" alt="B" {sized}></p><ol start="{text}"><li>C</ol>'
    assert "A" in to_markdown(html, base_url=URL, limit=4000)


@pytest.mark.parametrize("text", LARGE)
def test_a_number_of_wordpress_is_one_that_wordpress_can_have(text: str) -> None:
    most = MAX_ID if len(text) < 25 else 0
    known = int(text) if len(text) < 25 and int(text) <= most else None
    assert comment_number(f"https://blog.example/?p=1#comment-{text}") == (str(known) if known else None)
    assert entry_number(f"https://blog.example/?p={text}") == (text if known else None)


@pytest.mark.parametrize("text", [text for text in NUMERALS if text and text.isascii()])
def test_one_odd_number_in_json_costs_no_other_item(text: str) -> None:
    number = text.lstrip("0") if text.isdecimal() else json.dumps(text)
    feed = f'{{"title": "A", "items": [{{"id": {number}, "title": "odd"}}, {{"id": 7, "title": "fine"}}]}}'.encode()
    assert {entry.title for entry in parse_json_entries(feed, url=URL).entries} == {"odd", "fine"}
    assert len(parse_json_comments(feed, url=URL).comments) == 2
    fine = '{"id": 7, "post": 1, "parent": 0, "title": {"rendered": "fine"}}'
    for key in ("id", "post", "parent"):
        odd = json.dumps({"id": 8, "post": 1, "parent": 0, key: "ODD"}).replace('"ODD"', number)
        rows = f"[{odd}, {fine}]".encode()
        comments = parse_comment_list(rows, url=URL).comments
        assert comments[-1].uid == "comment-7"
        assert all(len(each.native_id or "") <= 20 for each in comments)
        assert parse_entry_list(rows, url=URL)[-1].title == "fine"
        read = read_comment(load_json(odd))
        assert read is None or max(read.id, read.post, read.parent) <= MAX_ID


@pytest.mark.parametrize("year", ["0000", "0001", "1969", "1970", "1971", "2099", "9999"])
def test_a_comments_date_of_another_age_is_none(year: str) -> None:
    rows = json.dumps([{"id": 7, "post": 1, "parent": 0, "date_gmt": f"{year}-01-01T00:00:00"}]).encode()
    [comment] = parse_comment_list(rows, url=URL).comments
    assert (comment.published_at is None) == (year not in ("1971", "2099"))


@pytest.mark.parametrize("text", NUMERALS)
def test_what_feed_and_server_say_of_time_is_bounded(text: str) -> None:
    head = (
        f"<rss><channel><ttl>{text}</ttl><sy:updatePeriod>hourly</sy:updatePeriod>"
        f"<sy:updateFrequency>{text}</sy:updateFrequency><skipHours><hour>{text}</hour></skipHours>"
    ).encode()
    headers = {"Cache-Control": f"max-age={text}", "Age": text, "Expires": text, "Date": text}
    wait = not_before(headers, read_freshness(head), now=NOW)
    assert wait is None or timedelta(0) < wait <= timedelta(hours=1)
    answer = Response(url=URL, status=503, headers={"Retry-After": text}, body=b"")
    pause = read_retry_after(answer.headers, now=NOW)
    assert pause is None or timedelta(0) < pause <= timedelta(days=1)
    lease = confirmed(hub_subscription(), NOW, lease=text, draw=0.5).lease_until
    assert lease is not None
    assert NOW < lease <= NOW + timedelta(days=366)


@pytest.mark.parametrize("zone", ["+99999999999999999999", "-2400", "+9999", "GMT+99999999999999"])
def test_a_date_in_no_zone_is_none_or_a_date(zone: str) -> None:
    parse_http_date(f"Sun, 01 Mar 2026 00:00:00 {zone}")


def test_only_what_is_no_json_is_refused() -> None:
    assert load_json("[" + "9" * 5000 + ", 7]") == ["9" * 5000, 7]
    answer = Response(url=URL, status=200, headers={}, body=b"[7")
    with pytest.raises(PermanentError, match="JSON"):
        answer.json()


def _rss(items: str) -> Document:
    spaces = (
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:thr="http://purl.org/syndication/thread/1.0" '
        'xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    body = f'<rss version="2.0" {spaces}><channel><title>A</title>{items}</channel></rss>'
    return Document(body.encode(), url=URL)
