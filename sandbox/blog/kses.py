"""WordPress's filter of a commenter's HTML and name before storage (called kses).

It removes tags and normalises entities. It is not a safe sanitiser: it imitates WordPress's with its quirks, so that
a client gets the same results (`<@123>` vanishes, `a < 5` stays as an entity).
"""

import html
import re
from html.entities import name2codepoint
from urllib.parse import urlsplit

#: Tag -> attributes a commenter without the right `unfiltered_html` may use.
ALLOWED: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "abbr": frozenset({"title"}),
    "acronym": frozenset({"title"}),
    "b": frozenset(),
    "blockquote": frozenset({"cite"}),
    "cite": frozenset(),
    "code": frozenset(),
    "del": frozenset({"datetime"}),
    "em": frozenset(),
    "i": frozenset(),
    "q": frozenset({"cite"}),
    "s": frozenset(),
    "strike": frozenset(),
    "strong": frozenset(),
}
_LINKS = frozenset({"href", "cite"})
_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "tel", "feed", "irc", "xmpp"})

_UNCLOSED = re.compile(r"<[^<>]*(?=<|$)")
_TAG = re.compile(r"<!--.*?(?:-->|$)|<[^>]*(?:>|$)|>", re.DOTALL)
_ELEMENT = re.compile(r"<\s*(/\s*)?([a-zA-Z0-9-]+)([^>]*)>?$", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_AMPERSAND = re.compile(r"&(?:(?P<name>[a-zA-Z][a-zA-Z0-9]{1,30});|(?P<number>#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)|)")
_NAMES = frozenset(name2codepoint) | {"apos"}
_ANCHOR = re.compile(r"<a\s+([^>]*href=[^>]*)>", re.IGNORECASE)


def filter_comment(text: str) -> str:
    """Return the text as it is stored for an account without `unfiltered_html`."""
    escaped = _UNCLOSED.sub(lambda match: html.escape(match[0]), text)
    return _TAG.sub(lambda match: _tag(match[0]), normalize_entities(escaped))


def normalize_entities(text: str) -> str:
    """Replace every `&` that does not begin an entity of HTML 4 with `&amp;`."""

    def normalized(match: re.Match[str]) -> str:
        known = match["number"] or match["name"] in _NAMES
        return match[0] if known else f"&amp;{match[0][1:]}"

    return _AMPERSAND.sub(normalized, text)


def mark_links(text: str, home: str) -> str:
    """Add `rel="nofollow ugc"` to every link to another host."""
    host = urlsplit(home).hostname

    def marked(match: re.Match[str]) -> str:
        attributes = [(name.lower(), value.strip("\"'")) for name, value in _ATTRIBUTE.findall(match[1])]
        found = dict(attributes)
        if urlsplit(found["href"]).hostname == host:
            return match[0]
        if "rel" not in found:
            return f'<a {match[1]} rel="nofollow ugc">'
        rel = " ".join(dict.fromkeys([*found["rel"].split(), "nofollow", "ugc"]))
        kept = [(name, value) for name, value in attributes if name != "rel"]
        return "<a " + " ".join(f'{name}="{value}"' for name, value in [*kept, ("rel", rel)]) + ">"

    return _ANCHOR.sub(marked, text)


def plain_line(name: str) -> str:
    """Return a name without tags and line ends, as WordPress reads text fields of requests."""
    return " ".join(re.sub(r"<[a-zA-Z/!][^>]*>", "", name).split())


def filter_name(name: str) -> str:
    """Return a commenter's name as it is stored: one plain line, entities escaped."""
    escaped = normalize_entities(plain_line(name))
    return escaped.replace("<", "&lt;").replace(">", "&gt;")


def filter_address(address: str) -> str:
    """Return a commenter's web address as it is stored: a known scheme or nothing, ampersands escaped."""
    bare = re.sub(r"[\s<>\"]", "", address)
    scheme, colon, _ = bare.partition(":")
    if colon and scheme.lower() not in _SCHEMES:
        return ""
    return normalize_entities(bare if colon or not bare else f"http://{bare}")


def _tag(token: str) -> str:
    if not token.startswith("<"):
        return "&gt;"
    if token.startswith("<!--"):
        inside = filter_comment(token.removeprefix("<!--").removesuffix("-->"))
        return f"<!--{re.sub('--+', '-', inside).removesuffix('-')}-->" if inside else ""
    found = _ELEMENT.match(token)
    if found is None:
        return ""
    closing, name, rest = found[1], found[2].lower(), found[3]
    if name not in ALLOWED:
        return ""
    return f"</{name}>" if closing else f"<{name}{_attributes(name, rest)}>"


def _attributes(element: str, rest: str) -> str:
    kept = []
    for raw_name, raw_value in _ATTRIBUTE.findall(rest):
        name, value = raw_name.lower(), raw_value.strip("\"'")
        if name not in ALLOWED[element]:
            continue
        if name in _LINKS:
            value = _safe_link(value)
        kept.append(f' {name}="{value}"')
    return "".join(kept)


def _safe_link(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    if colon and re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", scheme) and scheme.lower() not in _SCHEMES:
        return rest
    return value
