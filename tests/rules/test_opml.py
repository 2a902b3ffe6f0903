"""Lists of feeds: what readers export is read, nothing else is done with it, and what is written is read again."""

from datetime import UTC, datetime

import pytest

from bot.model.errors import Refused
from bot.model.opml import ListedFeed
from bot.model.redact import without_secrets
from bot.rules.opml import MOST_FEEDS, parse_opml, write_opml

NOW = datetime(2026, 3, 10, tzinfo=UTC)

EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
  <head><title>Subscriptions</title></head>
  <body>
    <outline text="Ann" title="Ann &amp; Co" type="rss" xmlUrl="https://ann.test/feed" htmlUrl="https://ann.test/"/>
    <outline text="Paper" title="Paper">
      <outline TEXT="Ben" type="rss" XMLURL=" https://ben.test/?a=1&amp;b=2 "/>
      <outline text="Ink">
        <outline text=" Cleo
          writes " xmlUrl="https://cleo.test/feed"/>
        <outline type="link" text="A page" url="https://page.test/"/>
      </outline>
      <outline text="Dan" xmlUrl="https://dan.test/feed"><outline text="odd" xmlUrl="https://odd.test/"/></outline>
    </outline>
    <outline text="Empty"/>
    <outline text="Ann again" xmlUrl="https://ann.test/feed"/>
  </body>
</opml>"""


def test_feeds_with_titles_and_folders_are_read() -> None:
    assert parse_opml(EXPORT.encode()) == (
        ListedFeed(url="https://ann.test/feed", title="Ann & Co", home_url="https://ann.test/"),
        ListedFeed(url="https://ben.test/?a=1&b=2", title="Ben", folder=("Paper",)),
        ListedFeed(url="https://cleo.test/feed", title="Cleo writes", folder=("Paper", "Ink")),
        ListedFeed(url="https://dan.test/feed", title="Dan", folder=("Paper",)),
        ListedFeed(url="https://odd.test/", title="odd", folder=("Paper",)),
    )


def test_other_encodings_are_read() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Я" xmlUrl="https://a.test"/></body></opml>'
    assert parse_opml(text.encode("windows-1251"))[0].title == "Я"
    assert parse_opml(text.replace("windows-1251", "UTF-16").encode("utf-16"))[0].title == "Я"


def test_what_is_written_is_read_again() -> None:
    feeds = (
        ListedFeed(url="https://a.test/?x=1&y=<2>", title='"Ann" & <b>', home_url="https://a.test/"),
        ListedFeed(url="https://b.test/", title="Ben", folder=("Paper/Ink", "Wet")),
        ListedFeed(url="https://c.test/", title="Cleo", folder=("Paper/Ink",)),
        ListedFeed(url="https://d.test/", title="Dan", folder=("Wet",)),
    )
    written = write_opml(feeds, title="Server", at=NOW)
    assert set(parse_opml(written)) == set(feeds)
    assert written.count(b"<outline") == 4 + 3
    assert b"10 Mar 2026" in written


def test_titles_that_no_document_can_hold_are_written_all_the_same() -> None:
    written = write_opml([ListedFeed(url="https://a.test/", title="A\x08n\ud800n")], title="\x00", at=NOW)
    assert parse_opml(written)[0].title == "Ann"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no OPML"),
        ("just words", "no OPML"),
        ("<opml><body>", "no OPML"),
        ('<?xml version="1.0" encoding="klingon"?><opml/>', "no OPML"),
        ('<rss><channel><outline xmlUrl="https://a.test"/></channel></rss>', "no OPML"),
        ("<opml><body><outline text='x'/></body></opml>", "no feed"),
        ("<opml>" + "<outline text='x'>" * 60, "too deep"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        parse_opml(text.encode())


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;',
    ],
)
def test_entities_are_refused_before_they_mean_anything(declaration: str) -> None:
    text = f'<!DOCTYPE opml [{declaration}]><opml><body><outline text="&b;" xmlUrl="https://a.test"/></body></opml>'
    with pytest.raises(Refused, match="entities"):
        parse_opml(text.encode())


def test_a_doctype_alone_does_no_harm() -> None:
    text = '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd"><opml><body><outline xmlUrl="https://a.test"/></body></opml>'
    assert parse_opml(text.encode()) == (ListedFeed(url="https://a.test"),)


def test_too_many_are_refused() -> None:
    feeds = [ListedFeed(url=f"https://{number}.test/") for number in range(MOST_FEEDS + 1)]
    with pytest.raises(Refused, match=str(MOST_FEEDS)):
        parse_opml(write_opml(feeds, title="", at=NOW))
    assert len(parse_opml(write_opml(feeds[1:], title="", at=NOW))) == MOST_FEEDS


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:pw@blog.test:81/feed?a=1", "https://blog.test:81/feed?a=1"),
        ("https://blog.test/feed?private_token=x&page=%2F2", "https://blog.test/feed?page=%2F2"),
        ("https://blog.test/feed?key=x", "https://blog.test/feed"),
        ("https://blog.test/feed?rssKey=x&API%5Fkey=y", "https://blog.test/feed"),
        ("https://blog.test/?auth=x;y&author=3", "https://blog.test/?author=3"),
        ("https://blog.test/?monkey=1&design=2&keyword=3", "https://blog.test/?monkey=1&design=2&keyword=3"),
        (
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCx",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCx",
        ),
        ("https://[", "https://["),
    ],
)
def test_case_30_addresses_are_shown_without_secrets(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
