"""Cut a web page down before it is parsed, so that no page keeps the parser busy.

The parser's time grows with the square of depth and of attributes, and half-open formatting (``<b>``) is repeated in
every paragraph after it. None of that matters for links, so it is left out in one pass.
"""

import re

#: Bytes that are kept at most; links stand in a page's head, and what makes comments work hardly ever after this.
MOST_KEPT = 500_000
#: Browsers go no deeper either.
DEEPEST = 512
#: Tags that are looked at, whether kept or not.
_MOST_TAGS = 200_000
#: Longer tags carry a program's data in their attributes.
_LONGEST_TAG = 8_000
#: Longer scripts are programs; the settings of a comment system are short. So is what all of them hold that matters.
_LONGEST_SCRIPT = 20_000
_MOST_SCRIPTS = 150_000

#: Comments, and tags with quoted values that may hold anything. Possessive, and with an end for tags that have none:
#: nothing is tried twice.
_MARKUP = re.compile(
    rb"<!--|<(/?)([a-z][^\s/>]*+)((?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+|[\"'])*+)(?:>|\Z)", re.IGNORECASE
)
_COMMENT_END = re.compile(rb"(?<=<!--)-?>|--!?>")
#: What stands in these is text up to their end tag (HTML, 13.1.2).
_RAW = {name: re.compile(rb"</" + name + rb"(?=[\s/>])", re.IGNORECASE) for name in (
    b"style", b"script", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes", b"svg", b"math",
)}  # fmt: skip
_DROPPED = frozenset({b"style", b"svg", b"math"})
#: Formatting, and what the next of its kind closes: the parser would look for the one to close each time.
_LEFT_OUT = frozenset(
    b"b big code em font i nobr s small strike strong tt u p li dd dt td th tr tbody thead tfoot table caption col"
    b" colgroup option optgroup select rt rp rb rtc".split()
)
_NEVER_CLOSED = frozenset(b"area base br embed hr img input link meta param source track wbr html head body".split())

#: Each further one gives its attributes to the first.
_MERGED = frozenset({b"html", b"body"})


def shorten_page(body: bytes, *, keep: frozenset[bytes] = frozenset()) -> bytes:
    """Return what of a page may hold links and settings, at most :data:`MOST_KEPT` bytes and :data:`DEEPEST` deep.

    :param body: in an encoding that writes markup as ASCII does.
    :param keep: names of elements that are wanted although they are usually left out, such as ``li``.
    """
    kept: list[bytes] = []
    size = position = depth = scripts = 0
    for _ in range(_MOST_TAGS):
        found = _MARKUP.search(body, position)
        before = body[position : found.start() if found else len(body)]
        piece, change, position = _read(body, found, keep) if found else (b"", 0, len(body))
        if piece[:7].lower() == b"<script":
            scripts += len(piece)
            piece = piece if scripts <= _MOST_SCRIPTS else b""
        kept += (before, piece)
        size += len(before) + len(piece)
        depth = max(depth + change, 0)
        if size >= MOST_KEPT or depth > DEEPEST or position >= len(body):
            break
    return b"".join(kept)[:MOST_KEPT]


def _read(body: bytes, found: re.Match[bytes], keep: frozenset[bytes]) -> tuple[bytes, int, int]:
    """Return what is kept of a comment or a tag, how much deeper it leads, and where to go on."""
    closing, name, _ = found.groups()
    if name is None:
        end = _COMMENT_END.search(body, found.end())
        return b"", 0, end.end() if end else len(body)
    name = name.lower()
    if name in _LEFT_OUT - keep:
        return b"", 0, found.end()
    bare = name in _MERGED or len(found[0]) > _LONGEST_TAG
    tag = b"<%b%b>" % (closing, name) if bare else found[0]
    if name in _RAW and not closing:
        return _read_raw(body, name, tag, found.end())
    if name in _NEVER_CLOSED:
        return tag, 0, found.end()
    return tag, -1 if closing else 1, found.end()


def _read_raw(body: bytes, name: bytes, tag: bytes, start: int) -> tuple[bytes, int, int]:
    end = _RAW[name].search(body, start)
    if end is None:
        # To a browser, too, all that follows belongs to it.
        return b"", 0, len(body)
    text = body[start : end.start()]
    if name in _DROPPED or len(text) > _LONGEST_SCRIPT:
        text = b""
    whole = b"" if name in _DROPPED else b"%b%b</%b>" % (tag, text, name)
    close = body.find(b">", end.end())
    return whole, 0, close + 1 if close >= 0 else len(body)
