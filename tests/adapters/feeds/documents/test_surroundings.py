"""Documents that are feeds whatever stands around them and however their namespaces are spelled."""

import json

import pytest

from bot.adapters.feeds.documents.body import NotAFeed, is_web_page
from bot.adapters.feeds.parsing.read_document import read_entries
from tests.adapters.feeds.wild import HOME, RDF, atom, read, rss

_TITLE = "Rosé 日本"
_XML = (
    rss(f"<title>{_TITLE}</title>"),
    atom(f"<title>{_TITLE}</title><link href='/5'/>"),
    RDF.replace(">5<", f">{_TITLE}<"),
)
_JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [{"id": "1", "title": "5", "content_text": "<rss> of old"}],
    }
)


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("before", ["", "\n", "\r\n\t ", "\n\n\n"])
@pytest.mark.parametrize("header", ["", "text/xml", "text/xml; charset=utf-8", "text/xml; charset=utf-16"])
def test_blank_lines_before_wide_letters_without_a_mark(charset: str, before: str, header: str) -> None:
    for document in _XML:
        body = (before + "<?xml version='1.0' encoding='utf-16'?>\n" + document).encode(charset)
        assert [each.title for each in read_entries(body, content_type=header, url=HOME).feed.entries] == [_TITLE]
    assert [each.title for each in read((before + _JSON).encode(charset))] == ["5"]


def test_a_stray_nul_before_the_prolog() -> None:
    for document in _XML:
        assert [each.title for each in read(b"\0" + document.encode())] == [_TITLE]


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE html>\n"])
@pytest.mark.parametrize("comment", ["x" * 6000, "A page says <html>, this does not. " * 200])
def test_a_long_comment_before_the_root(doctype: str, comment: str) -> None:
    for document in _XML:
        body = f"<?xml version='1.0'?>{doctype}<!-- {comment} -->\n{document}"
        assert not is_web_page(body.encode())
        assert [each.title for each in read(body)] == [_TITLE]
    page = f"{doctype}<!-- {comment} --><html><body><pre><rss></pre></body></html>"
    assert is_web_page(page.encode())


@pytest.mark.parametrize(
    "before", ["", "<br />\n<b>Warning</b>: x in <b>/y.php</b> on line <b>3</b><br />\n", "<!-- cache -->\n", ")]}'\n"]
)
@pytest.mark.parametrize("behind", ["", "\n<!-- cached -->", "\0", ");"])
def test_text_around_a_json_feed(before: str, behind: str) -> None:
    assert [each.title for each in read(before + _JSON + behind)] == ["5"]


def test_raw_line_ends_in_strings_of_json() -> None:
    assert [each.title for each in read(_JSON.replace("of old", "of\n\told"))] == ["5"]


@pytest.mark.parametrize("start", ["<html><body><pre>", "<!DOCTYPE html><title>x</title>", "<rss2json>"])
def test_pages_that_show_a_json_feed_are_none(start: str) -> None:
    with pytest.raises(NotAFeed):
        read(start + "{'version': 'x'}" + (_JSON if start.startswith("<html") else ""))


_SPELLINGS = ("{}", " {} ", "{}/", "https:{}", "{}#")


@pytest.mark.parametrize("spelled", _SPELLINGS)
@pytest.mark.parametrize("fault", ["", "<x a=1></x>"])
def test_namespaces_in_any_spelling_with_any_prefix(spelled: str, fault: str) -> None:
    def space(uri: str) -> str:
        bare = uri.rstrip("/#")
        return spelled.format(bare.removeprefix("http:") if spelled.startswith("https") else bare)

    item = "<c:encoded>Full</c:encoded><d:creator>Ada</d:creator><s:comments>3</s:comments>"
    (entry,) = read(
        f"<rss version='2.0' xmlns:c='{space('http://purl.org/rss/1.0/modules/content/')}' "
        f"xmlns:d='{space('http://purl.org/dc/elements/1.1/')}' "
        f"xmlns:s='{space('http://purl.org/rss/1.0/modules/slash/')}'><channel><title>T</title>{fault}"
        f"<item><title>5</title>{item}</item></channel></rss>"
    )
    assert (entry.html, entry.author, entry.comment_count) == ("Full", "Ada", 3)
    (entry,) = read(
        f"<a:feed xmlns:a='{space('http://www.w3.org/2005/Atom')}'><a:title>T</a:title>{fault}"
        "<a:entry><a:id>1</a:id><a:title>5</a:title></a:entry></a:feed>"
    )
    assert entry.title == "5"
    (entry,) = read(
        RDF.replace("http://purl.org/rss/1.0/", space("http://purl.org/rss/1.0/")).replace(
            "<channel>", f"{fault}<channel>"
        )
    )
    assert entry.title == "5"


@pytest.mark.parametrize("space", ["", " xmlns='http://x.example/'", " xmlns='http://purl.org/rss/2.0/'"])
def test_rdf_with_items_in_a_strange_namespace_or_none(space: str) -> None:
    assert [each.title for each in read(RDF.replace(" xmlns='http://purl.org/rss/1.0/'", space))] == ["5"]
