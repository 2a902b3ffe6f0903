"""Cases 32 to 100 of feeds in the wild, as far as one document tells; each has a file of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.model.entry import ParsedEntry, ParsedFeed

CASES = Path(__file__).parents[3] / "data" / "feeds" / "cases"
URL = "https://feed.test/blog/feed"


def read(name: str, *, content_type: str = "") -> ParsedFeed:
    return read_entries((CASES / name).read_bytes(), content_type=content_type, url=URL).feed


def titles(name: str, *, content_type: str = "") -> list[str]:
    return [entry.title for entry in read(name, content_type=content_type).entries]


def by_title(name: str) -> dict[str, ParsedEntry]:
    return {entry.title: entry for entry in read(name).entries}


def test_case_32_a_byte_order_mark() -> None:
    assert titles("32-utf-8-mark.xml") == ["Привет, мир"]


def test_case_33_utf_16() -> None:
    assert titles("33-utf-16.xml") == ["Привет, мир"]


def test_case_34_a_warning_and_white_space_before_the_prolog() -> None:
    assert titles("34-php-warning.xml") == ["Привет, мир"]
    assert "stands before" in read("34-php-warning.xml").remarks[0]


def test_case_35_entities_of_html_and_a_bare_ampersand() -> None:
    assert titles("35-html-entities.xml") == ["Café & bar"]


def test_case_36_control_characters() -> None:
    assert titles("36-controls.xml") == ["Privet", "Hallo du"]


def test_case_37_a_charset_in_the_prolog() -> None:
    assert titles("37-windows-1251.xml", content_type="text/xml; charset=iso-8859-1") == ["Привет, мир"]


def test_case_38_a_charset_in_the_header() -> None:
    name = "38-windows-1251-as-utf-8.xml"
    feed = read(name, content_type="text/xml; charset=windows-1251")
    assert ([entry.title for entry in feed.entries], feed.remarks) == (["Привет, мир"], ())


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("38-windows-1251-as-utf-8.xml", "Привет, мир"),
        ("39-windows-1251-as-utf-8-no-language.xml", "Привет, мир, как дела?"),
        ("39-windows-1252-as-utf-8.xml", "Déjà vu à la carte"),
        ("39-shift-jis-as-utf-8.xml", "日本語の題名"),
        ("39-one-broken-letter.xml", "Gr\ufffdße aus Köln und Düsseldorf"),
    ],
)
def test_case_39_a_charset_that_nobody_names(name: str, title: str) -> None:
    feed = read(name)
    assert [entry.title for entry in feed.entries] == [title]
    assert "encoding" in feed.remarks[0]


@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=us-ascii"])
def test_case_40_text_xml_is_not_ascii(content_type: str) -> None:
    assert titles("40-utf-8.xml", content_type=content_type) == ["Привет, мир"]


@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", "nonsense", "text/plain; charset="])
def test_case_41_a_feed_under_another_name(content_type: str) -> None:
    assert titles("40-utf-8.xml", content_type=content_type) == ["Привет, мир"]


def test_case_42_cut_short() -> None:
    feed = read("42-cut-short.xml")
    assert [entry.title for entry in feed.entries] == ["Entry 0", "Entry 1", "Entry 2"], "no half entry"
    assert not feed.complete
    assert "ends too early" in feed.remarks[0]
    assert read("40-utf-8.xml").complete


def test_case_43_entities_are_neither_expanded_without_end_nor_fetched() -> None:
    (one, two) = read("43-entities.xml").entries
    assert len(one.title) < 100
    assert two.html in {"[]", "[&file;]"}


def test_case_44_json_feed() -> None:
    feed = read("44-json-feed.json", content_type="application/feed+json")
    assert (feed.title, feed.home_url) == ("JSON & sons", "https://json.test/")
    assert [(link.rel, link.href) for link in feed.links] == [
        ("self", "https://json.test/feed.json"),
        ("hub", "https://hub.test/"),
    ]
    seven, eight, nine = feed.entries
    assert seven == ParsedEntry(
        uid=seven.uid,
        link="https://feed.test/seven",
        title="Seven <b>& one</b>",
        author="Ann",
        published_at=datetime(2026, 8, 1, 8, tzinfo=UTC),
        html="<p>Text</p>",
        image_url="https://feed.test/i.png",
        categories=("a", "b"),
    )
    assert (seven.uid, eight.uid, nine.uid) == ("7", "8", "9")
    assert (eight.author, eight.html, eight.link) == ("Ben, Cleo", "a &lt; b", "https://else.test/8")
    assert eight.image_url == "https://json.test/8.jpg"
    assert nine.published_at is None


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("45-rss-1.0.xml", ""),
        ("45-atom-0.3.xml", "<p>Text</p>"),
        ("45-rss-0.91.xml", "Words"),
        ("45-rss-0.92-cdata.xml", "<p>a ]]&gt; b</p>"),
        ("45-atom-xhtml.xml", '<base href="https://blog.test/notes/pictures/"><p><img src="a.png"></img></p>'),
    ],
)
def test_case_45_other_formats_and_titles_with_markup(name: str, html: str) -> None:
    (entry,) = read(name).entries
    assert (entry.title, entry.html) == ("Tom & Jerry", html)
    assert entry.link in {"https://blog.test/1", "https://blog.test/notes/1/"}


class TestGuids:
    def test_case_46_missing(self) -> None:
        assert by_title("46-51-guids.xml")["No guid"].uid == "https://blog.test/46"

    def test_case_47_nothing_but_words(self) -> None:
        assert by_title("46-51-guids.xml")["Nothing"].uid.startswith("sha256:")

    def test_case_48_empty(self) -> None:
        assert by_title("46-51-guids.xml")["Empty guid"].uid == "https://blog.test/48"

    def test_case_49_padded(self) -> None:
        assert by_title("46-51-guids.xml")["Padded"].uid == "padded"

    def test_case_50_bare(self) -> None:
        assert by_title("46-51-guids.xml")["Bare"].uid == "4711"

    def test_case_51_twice(self) -> None:
        entries = by_title("46-51-guids.xml")
        assert (entries["Twin"].uid, entries["Other twin"].uid) == (
            "twin https://blog.test/51a",
            "twin https://blog.test/51b",
        )

    def test_case_54_with_tracking(self) -> None:
        (entry,) = read("54-tracking.xml").entries
        assert (entry.uid, entry.link) == ("https://blog.test/a?id=1", "https://blog.test/a?id=1&utm_source=x")


@pytest.mark.parametrize(
    ("case", "title", "expected"),
    [
        (69, "None", None),
        (70, "Future", datetime(2099, 8, 1, 10, tzinfo=UTC)),
        (71, "Evening", datetime(2023, 10, 28, 20, 28, 28, tzinfo=UTC)),
        (71, "Midnight", datetime(2023, 10, 28, 0, 5, tzinfo=UTC)),
        (72, "Localised", None),
        (73, "Named zone", datetime(2023, 10, 28, 16, tzinfo=UTC)),
        (73, "No such zone", None),
    ],
)
def test_case_69_70_71_72_73_dates(case: int, title: str, expected: datetime | None) -> None:
    assert by_title("69-73-dates.xml")[title].published_at == expected


def test_case_74_the_moment_of_the_answer_is_no_date() -> None:
    assert {entry.published_at for entry in read("74-clock.xml").entries} == {None}


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Stated", "https://blog.test/notes/pictures/"),
        ("On its page", None),
        ("Nowhere", URL),
        ("Nothing relative", None),
    ],
)
def test_case_75_what_relative_addresses_are_relative_to(title: str, base: str | None) -> None:
    entry = by_title("75-relative.xml")[title]
    assert entry.html.startswith(f'<base href="{base}">' if base else "<p>")
    assert "<base" not in entry.html.partition(">")[2]


def test_case_75_comments_and_json_too() -> None:
    (comment,) = read_comments((CASES / "75-comments.xml").read_bytes(), content_type="", url=URL).feed.comments
    assert comment.html == '<base href="https://blog.test/notes/">Like <a href="2/">here</a>'
    linked, unlinked = read("75-relative.json", content_type="application/feed+json").entries
    assert (linked.html, unlinked.html) == ("<img src='a.png'>", f"<base href=\"{URL}\"><img src='a.png'>")


def test_case_76_no_scripts_and_no_pixels() -> None:
    entries = by_title("76-82-pictures.xml")
    assert entries["Pixel"].image_url == "https://feed.test/real.png"
    assert (entries["Script"].link, entries["Script"].image_url) == (None, None)


def test_case_79_80_titles_are_text_within_bounds() -> None:
    all_, rtl, long = titles("79-80-titles.xml")
    assert all_ == "@everyone <@&123> [x](https://evil.test)", "escaped where it is rendered"
    assert rtl == "invoice 👩\u200d💻"
    assert len(long) == 1000


def test_case_81_an_item_that_says_nothing_is_left_out() -> None:
    assert len(read("79-80-titles.xml").window) == 3


def test_case_82_enclosures_that_are_none() -> None:
    assert by_title("76-82-pictures.xml")["Odd"].image_url == "https://feed.test/blog/pics/a.png"


def test_case_95_titles_of_comments_are_not_their_text() -> None:
    body = (CASES / "95-comments.xml").read_bytes()
    one, two = read_comments(body, content_type="", url=URL).feed.comments
    assert (one.author, one.entry.title, one.html) == ("Ann", "By the sea", "Nice")
    assert (two.author, two.entry.title, two.html) == ("Ben", None, "Indeed")
