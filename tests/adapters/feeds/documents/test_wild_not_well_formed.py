"""Documents that are not well-formed: what each item says is read as from one that is."""

from itertools import permutations

import pytest

from bot.adapters.feeds.documents.nesting import LooseNesting
from bot.adapters.feeds.documents.structure import DEEPEST, check_structure
from bot.model.entry import ParsedEntry
from tests.adapters.feeds.wild import HOME, atom, read, rss

#: What makes a document be read by the parser that mends what is broken.
_OPEN = "<x:open><b></x:open>"
_SPACES = "xmlns:x='http://x.example/ns' xmlns:a='http://www.w3.org/2005/Atom' xmlns:m='http://search.yahoo.com/mrss/'"
_ATOM_OWN = (
    f"<id>own</id><title>Own</title><link href='{HOME}4'/><author><name>Ann</name></author>"
    "<published>2024-05-04T10:00:00Z</published><content>Own.</content><category term='own'/>"
)
_ATOM_FOREIGN = (
    "<id>other</id><title>Other</title><link href='http://other.example/'/><author><name>Eve</name></author>"
    "<published>1999-01-01T00:00:00Z</published><content>Other, and longer.</content><summary>Other.</summary>"
    "<category term='other'/>"
)
_RSS_OWN = (
    "<guid isPermaLink='false'>own</guid><title>Own</title><link>http://garden.example/4</link>"
    "<pubDate>Sat, 04 May 2024 10:00:00 GMT</pubDate><description>Own.</description><dc:creator>Ann</dc:creator>"
    "<category>own</category>"
)
_RSS_FOREIGN = (
    "<guid>other</guid><title>Other</title><link>http://other.example/</link><author>Eve</author>"
    "<pubDate>Fri, 01 Jan 1999 00:00:00 GMT</pubDate><description>Other, and longer.</description>"
    "<category>other</category>"
)


def _is_own(entry: ParsedEntry) -> bool:
    year = entry.published_at.year if entry.published_at else None
    said = (entry.uid, entry.title, entry.link, entry.author, year, entry.html, entry.categories)
    return said == ("own", "Own", f"{HOME}4", "Ann", 2024, "Own.", ("own",))


@pytest.mark.parametrize(
    "around",
    [
        "<x:object>{}</x:object>",
        "<x:object a='1'>{}</x:object>",
        "<x:object><x:deeper>{}</x:deeper></x:object>",
        "<x:object><x:object>{}</x:object></x:object>",
        "<object><wrap>{}</wrap></object>",
        "<m:group><m:content url='/p.png'>{}</m:content></m:group>",
        "<x:object>{}<br></x:object>",
        "<x:object><!-- </x:object> -->{}</x:object>",
    ],
)
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("prefix", ["", "a:"])
def test_wild_09_what_stands_in_an_extension_is_its_own(around: str, first: bool, prefix: str) -> None:
    written = _ATOM_FOREIGN.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
    foreign = around.format(written)
    body = foreign + _ATOM_OWN if first else _ATOM_OWN + foreign
    (entry,) = read(atom(body + _OPEN, attributes=_SPACES))
    assert _is_own(entry)
    foreign = around.format(_RSS_FOREIGN).replace("m:", "media:")
    body = foreign + _RSS_OWN if first else _RSS_OWN + foreign
    (entry,) = read(rss(body + _OPEN))
    assert _is_own(entry)


@pytest.mark.parametrize("left_open", ["<x:object>", "<x:object a='1'>", "<object>", "<br>", "<link href='/5'>"])
def test_wild_09_what_is_left_open_holds_nothing(left_open: str) -> None:
    first, second = read(rss(left_open + _RSS_OWN, "<title>Next</title><link>/6</link>"))
    assert (first.title, first.link, first.html) == ("Own", f"{HOME}4", "Own.")
    assert second.title == "Next"


_PARTS = (
    "<media:group><media:title>M</media:title><media:description>Caption.</media:description></media:group>",
    "<atom:source><atom:title>S</atom:title><atom:author><atom:name>Sue</atom:name></atom:author></atom:source>",
    "<image><title>I</title><url>http://i.example/i.png</url><link>http://i.example/</link></image>",
    "<title>Vec&lt;T&gt; &amp;amp; co</title>",
    "<description><![CDATA[<p>A &amp; b</p>]]></description>",
)


@pytest.mark.parametrize("parts", list(permutations(_PARTS, 3)))
def test_wild_the_same_is_read_whether_a_document_is_well_formed_or_not(parts: tuple[str, ...]) -> None:
    (strict,), (loose,) = read(rss("".join(parts))), read(rss("".join([*parts, _OPEN])))
    assert loose == strict


@pytest.mark.parametrize("opened", ["<![CDATA[", "<!--"])
def test_what_nothing_closes_is_text_to_the_end_and_looked_through_once(opened: str) -> None:
    # Looked for from each beginning anew, the end that never comes would cost the square of the length.
    check_structure((opened + "<x>" * 2 * DEEPEST).encode(), url=HOME)
    check_structure((f"{opened} " * 200_000).encode(), url=HOME)
    nesting = LooseNesting()
    nesting.move(f"<x:a>{f'{opened} ' * 200_000}</x:a>", 0)
    nesting.enter("x:a")
    assert not nesting.skips("title", own=False)
