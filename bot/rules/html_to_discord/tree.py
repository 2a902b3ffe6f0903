"""Parse foreign HTML into a tree at a bounded cost, and resolve the addresses in it."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Characters of HTML that are looked at; no rendering needs more, and some trees cost the square of their depth.
MAX_HTML = 200_000
_MAX_RAW = 4_000_000
_MAX_DEPTH = 250
_MAX_URL = 1_500

_DATA_URL = re.compile(r"\bdata:[\w.+-]+/[\w.+;=-]{1,100},[^\s\"'<>)]*")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")
# Tags the HTML standard reopens in every later paragraph when left open: a few kilobytes could ask for
# millions of nodes. Under a name of their own they nest like any unknown tag.
_REOPENED = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_PREFIX = "x-"
# Closed by the parser itself, or holding nothing: they add no depth by being left open.
_SHALLOW = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "p",
        "param",
        "li",
        "dd",
        "dt",
        "td",
        "th",
        "tr",
        "source",
        "track",
        "wbr",
    ]
)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\"'<>\\^`{|}*~\[\]\x7f-\xa0\u00ad\u061c\u180e\u2000-\u206f\ufeff\ufff0-\uffff]")
_PINGS = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_LINKABLE = frozenset({"http", "https", "mailto"})


def parse(html: str, *, most: int = MAX_HTML) -> LexborNode | None:
    """Return the body of any HTML, or None where it is empty.

    :param most: characters that are looked at, at most :data:`MAX_HTML`.
    """
    most = min(most, MAX_HTML)
    html = html[:_MAX_RAW].replace("\x00", "").encode("utf-8", "ignore").decode()
    if len(html) > most:
        html = _DATA_URL.sub("", html)[:most]
    # Without a body of its own, what leads the text could end up in the page's head.
    body = LexborHTMLParser("<body>" + _flatten(html)).body
    return body if body is not None and body.child is not None else None


def _flatten(html: str) -> str:
    """Rename the tags that parsers reopen, and flatten very deep nesting."""
    depth: Counter[str] = Counter()

    def rename(found: re.Match[str]) -> str:
        slash, name = found[1], found[2].lower()
        if name in _SHALLOW:
            return found[0]
        if slash and depth[name]:
            depth[name] -= 1
            depth[""] -= 1
        elif not slash and depth[""] >= _MAX_DEPTH:
            return "<wbr"
        elif not slash:
            depth[name] += 1
            depth[""] += 1
        return f"<{slash}{_PREFIX}{name}" if name in _REOPENED else found[0]

    return _TAG.sub(rename, html)


def traverse(body: LexborNode, enter: Callable[[LexborNode], bool], leave: Callable[[LexborNode], None]) -> None:
    """Call ``enter`` on every node below ``body``, in order; where it says yes, see the children, then ``leave``."""
    node, depth = body.child, 1
    while node is not None:
        entered = enter(node)
        if entered and node.child is not None:
            node, depth = node.child, depth + 1
            continue
        if entered:
            leave(node)
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or not depth:
                return
            leave(node)
        node = node.next if node is not None else None


def tag_of(node: LexborNode) -> str:
    """Return a node's tag as the page wrote it, in lower case; ``-text`` for text."""
    return (node.tag or "").removeprefix(_PREFIX)


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute's value, trimmed; empty where it is missing."""
    return _as_written((node.attributes.get(name) or "").strip())


def script_of(node: LexborNode) -> str:
    """Return what stands in a script as the page wrote it: parsers read no tags there."""
    return _as_written(node.text() or "")


def _as_written(text: str) -> str:
    return re.sub(rf"(</?){_PREFIX}", r"\1", text) if _PREFIX in text else text


def resolve(address: str, base_url: str) -> str | None:
    """Return an absolute http, https or mailto address that carries no markup; None for anything else."""
    try:
        parts = urlsplit(urljoin(base_url, re.sub(r"[\t\r\n]", "", address).strip()))
        host = parts.hostname
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _LINKABLE or (parts.scheme != "mailto" and (not host or ":" in host)):
        return None
    if parts.scheme != "mailto":
        # A name before the host only serves to look like another host.
        parts = parts._replace(netloc=f"{host}:{port}" if port else host or "")
    url = escape_url(_unsplit(parts))
    return url if len(url) <= _MAX_URL else None


def _unsplit(parts: SplitResult) -> str:
    url = parts.geturl()
    return url if parts.scheme != "mailto" else url.partition("?")[0]


def base_of(body: LexborNode, page_url: str) -> str:
    """Return what relative addresses below ``body`` are relative to: its first ``<base>``, else its page."""
    node = body.css_first("base[href]")
    return (resolve(attribute(node, "href"), page_url) if node is not None else None) or page_url


def escape_url(url: str) -> str:
    """Percent-encode the characters of an address that Discord could take for markup or a mention."""
    url = _UNSAFE_IN_URL.sub(_percent, url.encode("utf-8", "ignore").decode())
    return _PINGS.sub("%40", url.replace("__", "_%5F"))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def host_of(url: str) -> str:
    """Return an address's host without ``www.``, in lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
