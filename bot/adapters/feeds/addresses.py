"""Turn typed text into addresses to ask, resolve addresses, and compare them."""

import ipaddress
import re
import unicodedata
from urllib.parse import urljoin, urlsplit, urlunsplit

from bot.model.address import canonical_link
from bot.model.errors import PermanentError

_FEED_SCHEME = re.compile(r"feed:(?://(?=https?:)|(?!//))", re.I)
_FEED_AUTHORITY = re.compile(r"feed://", re.I)
#: On hosts that several people share, the part of a path that is one person's.
_USER = re.compile(r"/(?:~|%7E)[^/]+(?=/)", re.I)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://|(?=[a-z]))", re.I)
_HOST = re.compile(r"(?:[^\s/?#@:.]+\.)+[^\s/?#@:.]{2,}\.?|localhost", re.I)
_WELL_KNOWN = (
    "feed/",
    "feed.xml",
    "rss.xml",
    "atom.xml",
    "index.xml",
    "rss",
    "feed.json",
    "feed.atom",
    "feeds/posts/default",
    "index.rdf",
    "blog/feed/",
    "?feed=rss2",
)
#: So many of them are worth asking for below a page too.
_USUAL = 6
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php)$", re.I)
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Characters of an address in a document; browsers open no longer ones.
_LONGEST_LINK = 4000
_LONGEST = 2000
_SHOWN = 100
_LINK = re.compile(r"\[[^\[\]\n]*\]\(\s*<?((?:[^\s<>()]|\([^\s<>()]*\))+)>?\s*\)|<((?:https?|feed):[^\s<>]+)>", re.I)
_WITH_SCHEME = re.compile(r"(?:https?|feed):", re.I)
_SLASHES = re.compile(r"(https?):(?:/|\\)+", re.I)
_HOST_NAME = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}\.?", re.I)
_HOST_AND_PATH = re.compile(rf"{_HOST_NAME.pattern}(?::\d{{1,5}})?(?:[/?#]\S*)?", re.I)
#: As people write accounts: of Mastodon and its kin, and of Bluesky.
_FEDERATED = re.compile(rf"@([\w.-]+)@({_HOST_NAME.pattern})", re.I)
_BLUESKY = re.compile(rf"@({_HOST_NAME.pattern})", re.I)
_NAMED = re.compile(rf"{_HOST_AND_PATH.pattern}|{_FEDERATED.pattern}|{_BLUESKY.pattern}", re.I)
_QUOTES = "<>\"'`*|“”„‘’‚«»‹›"
_STOPS = ".,;:!…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_CLOSING = {opening: closing for closing, opening in _BRACKETS.items()}


def candidates(text: str) -> tuple[str, ...]:
    """Return the addresses that a person may mean, likeliest first.

    :param text: with or without a scheme, perhaps with other text around it (:func:`find_address`).
    :raises PermanentError: it is no address of a web page.
    """
    bare = without_feed_scheme(find_address(text))
    shown = bare if len(bare) <= _SHOWN else f"{bare[:_SHOWN]}…"
    if not bare or len(bare) > _LONGEST or any(char.isspace() for char in bare):
        raise PermanentError(f"“{shown}” is not the address of a blog.")
    if bare.lower().startswith(("http://", "https://")):
        return (bare,)
    host = _host(f"http://{bare}")
    if _SCHEME.match(bare) and not _is_host(bare.partition(":")[0]):
        raise PermanentError("Only addresses that begin with http:// or https:// can be followed.")
    if not _is_host(host):
        raise PermanentError(f"“{shown}” is not the address of a blog.")
    schemes = ("http", "https") if _is_local(host) else ("https", "http")
    return tuple(f"{scheme}://{bare}" for scheme in schemes)


def home_of(url: str) -> str:
    """Return the one spelling of a blog's home address that stands for the blog."""
    parts = urlsplit(canonical_link(url))
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _DEFAULT_PORTS.get(scheme)} else f":{parts.port}"
    path = _INDEX.sub("/", parts.path) or "/"
    if not path.endswith("/") and "." not in path.rpartition("/")[2]:
        path += "/"
    return urlunsplit((scheme, host + port, path, parts.query, ""))


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site: a ``www.`` and the change to https make no difference."""
    return _site(one) == _site(other)


def root_of(url: str) -> str:
    """Return the top of the site at which an address is."""
    return urljoin(url, "/")


def is_front_page(url: str) -> bool:
    """Tell whether an address is that of a whole site, without a path or a query."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def owner_of(path: str) -> str:
    """Return the beginning of a path that tells people on one host apart; empty where the host is one's own."""
    found = _USER.search(path)
    return path[: found.end()] if found else ""


def well_known_feeds(url: str) -> tuple[str, ...]:
    """Return where blogs that do not name their feed keep it: below a page, beside it, then at the top of its site.

    The top of what is one person's, on a host where ``~`` tells people apart.
    """
    below = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    top = root_of(url).rstrip("/") + owner_of(urlsplit(below).path) + "/"
    beside = urljoin(below, "..")
    folders = [folder for folder in dict.fromkeys((below, beside)) if folder != top and folder.startswith(top)]
    near = (urljoin(folder, path) for folder in folders for path in _WELL_KNOWN[:_USUAL])
    return (*near, *(urljoin(top, path) for path in _WELL_KNOWN))


def without_feed_scheme(text: str) -> str:
    """Take ``feed:`` off an address; ``feed://`` stands for ``http://``."""
    return (
        _FEED_AUTHORITY.sub("http://", _FEED_SCHEME.sub("", text, count=1), count=1)
        if text[:5].lower() == "feed:"
        else text
    )


def resolve_address(base: str, href: str) -> str | None:
    """Return an absolute address of the web for what a document wrote; None where it wrote another thing."""
    try:
        address = urljoin(base, without_feed_scheme(href.strip()))
        parts = urlsplit(address)
        # Asking for the port is what checks it.
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        good = good and len(address) <= _LONGEST_LINK
    except ValueError:
        return None
    # The scheme alone, which may be written in capitals, is in small letters now.
    return f"{parts.scheme}{address[len(parts.scheme) :]}" if good else None


def with_scheme(written: str, base: str) -> str:
    """Return an address with the scheme that it was written without: ``www.…``, or the host of its base in front."""
    first = written.partition("/")[0].lower()
    forgotten = (first.startswith("www.") and _is_host(first)) or first == _host(base)
    return f"{urlsplit(base).scheme}://{written}" if first and forgotten else written


def _site(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    port = None if parts.port == _DEFAULT_PORTS.get(parts.scheme) else parts.port
    return (parts.hostname or "").removeprefix("www."), port


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_host(text: str) -> bool:
    return bool(_HOST.fullmatch(text)) or _ip(text) is not None


def _is_local(host: str) -> bool:
    """Tell whether a host cannot have a public certificate."""
    ip = _ip(host)
    return host == "localhost" or host.endswith(".localhost") or (ip is not None and ip.is_private)


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def find_address(text: str) -> str:
    """Return the one address in a text, without what stands around it; the text where there is none, or several.

    :param text: such as ``my blog: <https://blog.example>.``, ``[blog](https://blog.example)``, ``@ann@host.example``.
    """
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    links = {_bare(found[1] or found[2]) for found in _LINK.finditer(seen)}
    others = set(map(_bare, _LINK.sub(" ", seen).split()))
    words = links | {word for word in others if _WITH_SCHEME.match(word)} or set(filter(_NAMED.fullmatch, others))
    words = words or others
    if len(words) != 1:
        return seen
    return _account(_SLASHES.sub(r"\1://", _bare(words.pop()).removeprefix("view-source:"), count=1))


def _bare(word: str) -> str:
    """Take quotation marks, marks of chat, stops and brackets off, but for brackets that are the address's own."""
    before = ""
    while word != before:
        before = word
        word = word.strip(_QUOTES).rstrip(_STOPS)
        opening = _BRACKETS.get(word[-1:])
        if opening and (word[0] == opening or word.count(word[-1]) > word.count(opening)):
            word = word[:-1]
        closing = _CLOSING.get(word[:1])
        if closing and word.count(word[0]) > word.count(closing):
            word = word[1:]
    return word


def _account(word: str) -> str:
    """Return the address of the page of an account; any other word as it is."""
    if found := _FEDERATED.fullmatch(word):
        return f"https://{found[2]}/@{found[1]}"
    if found := _BLUESKY.fullmatch(word):
        return f"https://bsky.app/profile/{found[1]}"
    return word
