"""What parsing a usual document leaves out, as it would cost more than the rest, and does where it matters."""

import sys
from collections import Counter
from types import FrameType

import feedparser.mixin
import feedparser.urls
import pytest

from benchmarks.documents import Scenario, render
from bot.adapters.feeds.parsing.read_document import read_entries
from bot.model.entry import ParsedEntry


def _read(body: bytes) -> list[ParsedEntry]:
    return list(read_entries(body, content_type="", url="https://blog.example/feed").feed.entries)


def _rss(items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>".encode()


def _calls(body: bytes) -> Counter[str]:
    """Count calls of functions while a document is read, by their names."""
    called: Counter[str] = Counter()

    def note(frame: FrameType, event: str, function: object) -> None:
        if event == "c_call":
            # Python is quick with what is ASCII alone.
            quick = str(getattr(function, "__self__", "")).isascii()
            called[getattr(function, "__qualname__", "") + " of ASCII" * quick] += 1
        elif event == "call":
            called[frame.f_code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        _read(body)
    finally:
        sys.setprofile(before)
    return called


def test_ten_entries_with_umlauts_are_not_looked_up_sign_by_sign() -> None:
    called = _calls(render(Scenario.ONE_OF_TEN, 1, 1))
    assert called["str.translate"] == 0
    assert called["_reconstruct"] == 0, "copies of what is said of a text are made in one step"
    assert called["make_safe_absolute_uri"] <= 2, "each element has the base of the one around it"


@pytest.mark.parametrize("other", ["", "ö", "ö€"])
def test_signs_of_windows_are_read_whatever_stands_beside_them(other: str) -> None:
    [entry] = _read(
        _rss(f"<item><title>{other} \x93one\x94 &#150; two</title><description>{other}\x80</description></item>")
    )
    assert entry.title == f"{other} “one” – two".strip()
    assert entry.html == f"{other}€"


@pytest.mark.parametrize(
    ("teaser", "html"),
    [
        ("<p>&nbsp;<br /></p>\n<DIV class='a'> </DIV>", "Full"),
        ("<p>&nbsp;<br /></p> x", "<p>&nbsp;<br /></p> x"),
        ("<p>&nbsp;<img src='https://blog.example/a.png'></p>", "<p>&nbsp;<img src='https://blog.example/a.png'></p>"),
        ("<p", "<p"),
        ("&nbsp", "&nbsp"),
    ],
)
def test_a_text_of_markup_alone_says_nothing(teaser: str, html: str) -> None:
    other = "<itunes:summary xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>Full</itunes:summary>"
    [entry] = _read(_rss(f"<item><title>One</title><description><![CDATA[{teaser}]]></description>{other}</item>"))
    assert entry.html == html


def test_much_markup_before_a_text_is_read_at_once() -> None:
    [entry] = _read(
        _rss(f"<item><title>One</title><description><![CDATA[{'<p>&nbsp;' * 20_000}x]]></description></item>")
    )
    assert entry.html.startswith("<p>")


def test_feedparser_is_left_as_it_was() -> None:
    _read(render(Scenario.ONE_OF_TEN, 1, 1))
    assert feedparser.mixin.make_safe_absolute_uri is feedparser.urls.make_safe_absolute_uri
