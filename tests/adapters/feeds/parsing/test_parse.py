from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.feeds.parsing.read_document import read_comments, read_entries
from bot.model.entry import EntryRef, ParsedComment, ParsedEntry, ParsedFeed
from bot.model.errors import PermanentError
from bot.model.ids import NativeId, Uid

DATA = Path(__file__).parents[3] / "data" / "feeds"
URL = "https://feed.test/blog/feed"


def _entries(body: bytes | str, *, content_type: str = "", url: str = URL) -> ParsedFeed:
    return read_entries(body.encode() if isinstance(body, str) else body, content_type=content_type, url=url).feed


def _entries_of(name: str) -> dict[str, ParsedEntry]:
    return {entry.title: entry for entry in _entries((DATA / name).read_bytes()).entries}


def _comments_of(name: str) -> dict[str, ParsedComment]:
    feed = read_comments((DATA / name).read_bytes(), content_type="", url=URL).feed
    return {comment.uid: comment for comment in feed.comments}


def _rss(items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


class TestWordPressEntries:
    def test_an_entry(self) -> None:
        entry = _entries_of("wordpress-posts.rss.xml")["Ink & paper"]
        assert entry == ParsedEntry(
            uid=Uid("http://blog.test:8080/?p=7"),
            link="http://blog.test:8080/2026/08/ink-paper/",
            title="Ink & paper",
            author="Nina & Noah",
            published_at=datetime(2026, 8, 1, 7, 30, tzinfo=UTC),
            html='<p>How to write by <em>candlelight</em>. <img src="/wp-content/candle.jpg"></p>',
            image_url="http://blog.test:8080/wp-content/candle.jpg",
            categories=("Craft & tools", "Paper"),
            comments_feed_url="http://blog.test:8080/2026/08/ink-paper/feed/",
            comment_count=4,
            native_id=NativeId("7"),
        )

    def test_an_excerpt_stands_in_for_content(self) -> None:
        entry = _entries_of("wordpress-posts.rss.xml")["Closed"]
        assert (entry.html, entry.native_id, entry.comment_count) == ("Nothing to say", "6", None)

    def test_the_document(self) -> None:
        feed = _entries((DATA / "wordpress-posts.rss.xml").read_bytes())
        assert (feed.title, feed.home_url) == ("Notes & Letters", "http://blog.test:8080")
        assert [(link.rel, link.href) for link in feed.links] == [
            ("self", "http://blog.test/feed/"),
            ("hub", "http://hub.test/"),
            ("alternate", "http://blog.test:8080"),
        ]


def test_wordpress_com_writes_the_number_beside_the_guid() -> None:
    item = '<item><guid>http://old.test/?p=7</guid><title>x</title><post-id xmlns="com-wordpress:feed-additions:1">'
    for written, number in (("77", "77"), ("", "7"), ("9" * 30, "7"), ("x", "7")):
        body = f"<rss version='2.0'><channel><title>t</title>{item}{written}</post-id></item></channel></rss>"
        [entry] = read_entries(body.encode(), content_type="", url=URL).feed.entries
        assert entry.native_id == number


class TestWordPressComments:
    def test_rss_tells_the_parent_in_the_text(self) -> None:
        comment = _comments_of("wordpress-comments.rss.xml")["comment-9"]
        assert comment == ParsedComment(
            uid=Uid("comment-9"),
            parent_uid=Uid("comment-5"),
            parent_author="Ann",
            entry=EntryRef(
                hint=NativeId("7"),
                link="http://blog.test:8080/2026/08/ink-paper/",
                uid=Uid("http://blog.test:8080/?p=7"),
                title="Ink & paper, by candlelight",
            ),
            link="http://blog.test:8080/2026/08/ink-paper/comment-page-2/#comment-9",
            author="Ben & Co",
            published_at=datetime(2026, 8, 2, 10, tzinfo=UTC),
            html="<p>Yes, <b>twice</b>.</p>",
            native_id=NativeId("9"),
        )

    def test_a_line_in_another_language_counts(self) -> None:
        comment = _comments_of("wordpress-comments.rss.xml")["comment-4"]
        assert (comment.parent_uid, comment.parent_author, comment.html) == ("comment-3", "Emil", "<p>Danke.</p>")
        assert comment.entry.title is None
        assert (comment.entry.native_id, comment.entry.hint) == (None, "2")

    def test_a_line_that_a_commenter_typed_is_text(self) -> None:
        comment = _comments_of("wordpress-comments.rss.xml")["comment-8"]
        assert comment.parent_uid is None
        assert comment.html.startswith("<p>In reply to <a")

    def test_a_line_further_down_is_text(self) -> None:
        comment = _comments_of("wordpress-comments.rss.xml")["comment-2"]
        assert comment.parent_uid is None
        assert "In reply to" in comment.html

    def test_atom_tells_the_parent_as_data(self) -> None:
        comment = _comments_of("wordpress-comments.atom.xml")["comment-9"]
        assert (comment.parent_uid, comment.parent_author) == ("comment-5", "Ann")
        assert (comment.author, comment.author_url) == ("Ben & Co", "http://ben.test")
        assert comment.html == "<p>Yes, twice.</p>"
        assert comment.entry == EntryRef(
            hint=NativeId("7"),
            link="http://blog.test:8080/2026/08/ink-paper/",
            uid=Uid("http://blog.test:8080/?p=7"),
        )

    def test_atom_outweighs_a_typed_line(self) -> None:
        comment = _comments_of("wordpress-comments.atom.xml")["comment-8"]
        assert comment.parent_uid is None
        assert "In reply to" in comment.html

    def test_an_answer_to_itself_has_an_unknown_parent(self) -> None:
        assert _comments_of("wordpress-comments.atom.xml")["comment-6"].parent_uid is None

    def test_the_same_comment_is_told_once(self) -> None:
        item = "<item><guid>http://b.test/?p=1#comment-2</guid><description>x</description></item>"
        feed = read_comments(_rss(item * 2).encode(), content_type="", url=URL).feed
        assert len(feed.comments) == 1


class TestOtherComments:
    def test_parents_are_known_where_the_document_has_them(self) -> None:
        comments = _comments_of("other-comments.atom.xml")
        assert comments["tag:atom.test,2026:c2"].parent_uid == "tag:atom.test,2026:c1"
        assert comments["tag:atom.test,2026:c1"].parent_uid is None

    def test_the_entry_is_named_by_link_and_reference(self) -> None:
        comment = _comments_of("other-comments.atom.xml")["tag:atom.test,2026:c1"]
        assert comment.entry == EntryRef(link="https://atom.test/1/", uid=Uid("tag:atom.test,2026:1"))


class TestFormats:
    def test_atom(self) -> None:
        entry = _entries_of("blog.atom.xml")["a <b> c"]
        assert entry.uid == "tag:atom.test,2026:1"
        assert entry.link == "https://atom.test/1/"
        assert entry.author == "Tom"
        assert entry.published_at == datetime(2026, 7, 31, 10, tzinfo=UTC)
        assert entry.html == "plain &lt;text&gt;"
        assert entry.categories == ("Odds",)
        assert entry.comments_feed_url == "https://atom.test/1/comments.atom"
        assert entry.comment_count == 3

    def test_atom_xhtml(self) -> None:
        entry = _entries_of("blog.atom.xml")["Two bold"]
        assert (entry.author, entry.html, entry.link) == ("Ann", "<p>Text</p>", None)

    def test_atom_title(self) -> None:
        assert _entries((DATA / "blog.atom.xml").read_bytes()).title == "Tom & Co"

    def test_rdf(self) -> None:
        entry = _entries_of("blog.rdf.xml")["One"]
        assert (entry.uid, entry.author) == ("https://rdf.test/1", "Ann")
        assert entry.published_at == datetime(2026, 8, 1, 8, tzinfo=UTC)


class TestOddities:
    def test_identities(self) -> None:
        entries = _entries((DATA / "oddities.rss.xml").read_bytes()).entries
        uids = [entry.uid for entry in entries]
        assert uids[:2] == ["4711", "https://blog.test/a?id=1"]
        assert uids[2].startswith("sha256:")
        assert uids[3].startswith("twin https://blog.test/1")
        assert uids[4].startswith("twin https://blog.test/2")
        assert len(set(uids)) == len(uids)

    def test_identities_do_not_depend_on_where_the_feed_is(self) -> None:
        body = (DATA / "oddities.rss.xml").read_bytes()
        here, there = _entries(body), _entries(body, url="http://moved.test/rss")
        assert [entry.uid for entry in here.entries] == [entry.uid for entry in there.entries]

    def test_a_link_keeps_what_counts_visitors(self) -> None:
        assert (
            _entries_of("oddities.rss.xml")["Tom & Jerry"].link == "https://blog.test/a?utm_source=rss&id=1#xtor=RSS-1"
        )

    def test_a_bare_guid_is_no_link(self) -> None:
        assert _entries_of("oddities.rss.xml")["Bare guid"].link is None

    @pytest.mark.parametrize(
        ("title", "author"), [("Names", "Ann & Ben, Cleo"), ("Mail only", ""), ("Mail and name", "Ann")]
    )
    def test_authors(self, title: str, author: str) -> None:
        assert _entries_of("oddities.rss.xml")[title].author == author

    @pytest.mark.parametrize("title", ["Strange days", "Year nought"])
    def test_dates_that_cannot_be_trusted(self, title: str) -> None:
        assert _entries_of("oddities.rss.xml")[title].published_at is None

    def test_only_web_addresses_are_taken(self) -> None:
        entry = _entries_of("oddities.rss.xml")["Script"]
        assert (entry.link, entry.image_url) == (None, None)

    def test_relative_addresses(self) -> None:
        entry = _entries_of("oddities.rss.xml")["Picture"]
        assert (entry.link, entry.image_url) == ("https://feed.test/p/", "https://feed.test/p.png")
        assert _entries((DATA / "oddities.rss.xml").read_bytes()).home_url == "https://feed.test/home/"

    def test_empty_items_are_left_out(self) -> None:
        assert "" not in _entries_of("oddities.rss.xml")

    def test_an_empty_feed_is_a_feed(self) -> None:
        assert _entries(_rss("")).entries == ()


class TestEncodings:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ("\ufeff<?xml version='1.0'?>" + _rss("<item><title>Grüße</title></item>"), "text/xml"),
            ("\n  <?xml version='1.0'?>" + _rss("<item><title>Grüße</title></item>"), "text/html; charset=iso-8859-1"),
            ("<b>Warning</b>: x\n<?xml version='1.0'?>" + _rss("<item><title>Grüße</title></item>"), ""),
            (_rss("<item><title>Gr\x08üße\x00\uffff</title></item>"), ""),
            (_rss("<item><title>Gr&uuml;ße</title></item>"), "application/octet-stream"),
            (_rss("<item><title>Grüße</title><description>a & b</description></item>"), ""),
            (_rss("<item><title>Grüße</title></item>").removesuffix("</channel></rss>"), ""),
        ],
        ids=["bom", "white space", "php warning", "controls", "html entity", "bare ampersand", "cut short"],
    )
    def test_broken_in_a_usual_way(self, body: str, content_type: str) -> None:
        assert [entry.title for entry in _entries(body, content_type=content_type).entries] == ["Grüße"]

    @pytest.mark.parametrize(
        ("encoding", "prolog", "content_type"),
        [
            ("windows-1251", "windows-1251", "text/xml"),
            ("windows-1251", "utf-8", "text/xml; charset=windows-1251"),
            ("utf-16", "utf-16", ""),
            ("utf-8", "windows-1251", "text/xml; charset=iso-8859-1"),
            ("utf-8", "utf-8", "text/xml; charset=us-ascii"),
        ],
    )
    def test_encodings(self, encoding: str, prolog: str, content_type: str) -> None:
        body = f"<?xml version='1.0' encoding='{prolog}'?>" + _rss("<item><title>Привет</title></item>")
        assert _entries(body.encode(encoding), content_type=content_type).entries[0].title == "Привет"


class TestNotAFeed:
    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ("", "empty"),
            ("  \n", "empty"),
            ("<!DOCTYPE html><html><body><p>Consent</p></body></html>", "web page"),
            ("\n<html><head><link type='application/rss+xml'></head></html>", "web page"),
            ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
            ("[]", "JSON"),
            ("just words", "not a feed"),
            ("<?xml version='1.0'?><opml/>", "not a feed"),
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", "not a feed"),
        ],
    )
    def test_it_is_said(self, body: str, said: str) -> None:
        with pytest.raises(PermanentError, match=said) as refused:
            _entries(body, content_type="text/html")
        assert "feed.test" in refused.value.text
