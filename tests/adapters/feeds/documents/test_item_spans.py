"""Known items are not parsed again, and what is parsed is what a parse of everything would have told."""

from pathlib import Path

import pytest

from bot.adapters.feeds.documents.item_spans import cut_out, find_items
from bot.adapters.feeds.fetch_state import ParseResult, dump_items, load_items
from bot.adapters.feeds.parsing.read_document import read_comments, read_entries

DATA = Path(__file__).parents[3] / "data" / "feeds"
URL = "https://feed.test/blog/feed"
FILES = sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.xml"))


def _entries(body: bytes, known: str = "") -> ParseResult:
    return read_entries(body, content_type="", url=URL, known=known)


def _comments(body: bytes, known: str = "") -> ParseResult:
    return read_comments(body, content_type="", url=URL, known=known)


@pytest.mark.parametrize("name", FILES)
def test_whatever_is_known_the_rest_is_told_as_before(name: str) -> None:
    body = (DATA / name).read_bytes()
    for read in (_entries, _comments):
        whole = read(body)
        items = load_items(whole.items or "")
        window = whole.feed.window
        for some in (window, window[:1], window[1:], window[::2], window[1::2]):
            # Who knows an item knows each copy of it.
            known = [each for each in items if each[1] in some]
            left, uids = read(body, dump_items(known)), {uid for _, uid in known}
            assert left.feed.entries == tuple(each for each in whole.feed.entries if each.uid not in uids)
            assert left.feed.comments == tuple(each for each in whole.feed.comments if each.uid not in uids)
            assert (left.feed.window, left.items) == (whole.feed.window, whole.items)
            assert (left.feed.title, left.feed.links) == (whole.feed.title, whole.feed.links)


def test_an_item_that_changes_is_told_again() -> None:
    body = (DATA / "wordpress-posts.rss.xml").read_bytes()
    known = _entries(body).items
    assert known is not None
    assert _entries(body, known).feed.entries == ()
    (entry,) = _entries(body.replace(b"candlelight", b"moonlight"), known).feed.entries
    assert "moonlight" in entry.html


def test_a_known_twin_keeps_its_uid_when_another_comes_before_it() -> None:
    item = "<item><guid isPermaLink='false'>twin</guid><title>{0}</title><link>https://b.test/{0}</link></item>"
    feed = "<rss version='2.0'><channel>{}</channel></rss>"
    known = _entries(feed.format(item.format("old")).encode()).items
    assert known is not None
    reading = _entries(feed.format(item.format("new") + item.format("old")).encode(), known)
    assert [entry.uid for entry in reading.feed.entries] == ["twin https://b.test/new"]
    assert reading.feed.window == ("twin https://b.test/new", "twin")


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item>",
        b"<rss><channel><item/></channel></rss>",
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item>&a;</item></channel></rss>",
        b"<rss><channel><item>&nbsp;</item></channel></rss>",
        b"",
    ],
)
def test_what_is_not_sure_is_not_cut(body: bytes) -> None:
    assert find_items(body, url=URL) is None


def test_items_are_cut_out_byte_for_byte() -> None:
    prolog = "<?xml version='1.0' encoding='koi8-r'?>"
    body = f"{prolog}<feed><entry a='>'>ü<entry/></entry>\n<x:entry xmlns:x='u'>2</x:entry></feed>"
    spans = find_items(body.encode(), url=URL)
    assert spans is not None
    assert [body.encode()[span.start : span.end].decode()[:8] for span in spans] == ["<entry a", "<x:entry"]
    assert cut_out(body.encode(), spans).decode() == f"{prolog}<feed>\n</feed>"
