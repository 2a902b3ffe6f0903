"""Compare addresses: which spellings mean the same page."""

import re
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

_TRACKING = re.compile(r"(?:utm_|mtm_|pk_|hsa_)\w*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|xtor", re.I)
_TRACKING_FRAGMENT = re.compile(r"(?:xtor|utm_\w+)=", re.I)
_WEB = re.compile(r"https?:(?=//)", re.I)
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.I)
_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?$")
#: WordPress's ``cpage``, and ``commentPage``, ``comment_page``, ``comments-page`` of others.
_COMMENT_PAGE_QUERY = re.compile(r"(?:^|&)c(?:omments?[_-]?)?page=\d+", re.I)
_DEFAULT_PORTS = {None, 80, 443}


def canonical_link(link: str) -> str:
    """Return a link without tracking parameters, otherwise byte for byte."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    query, fragment = parts.query, parts.fragment
    if any(_TRACKING.fullmatch(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = "&".join(pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    if _TRACKING_FRAGMENT.match(fragment):
        fragment = ""
    return (
        link
        if (query, fragment) == (parts.query, parts.fragment)
        else urlunsplit(parts._replace(query=query, fragment=fragment))
    )


def scheme_variants(uid: str) -> tuple[str, ...]:
    """Return a uid, and an address also with the other scheme (http, https)."""
    if uid.startswith("https://"):
        return uid, f"http://{uid.removeprefix('https://')}"
    if uid.startswith("http://"):
        return uid, f"https://{uid.removeprefix('http://')}"
    return (uid,)


def without_scheme(address: str) -> str:
    """Return an address without ``http:`` or ``https:``, which blogs change and which never distinguishes items."""
    return _WEB.sub("", address, count=1)


def entry_link(comment_link: str) -> str:
    """Return the entry's link, given that of a comment on it."""
    parts = urlsplit(comment_link)
    path = _COMMENT_PAGE.sub("/", parts.path)
    return urlunsplit(
        parts._replace(path=path, query=_COMMENT_PAGE_QUERY.sub("", parts.query).lstrip("&"), fragment="")
    )


def same_address(one: str, other: str) -> bool:
    """Return whether two addresses are of one page, apart from scheme, ``www.``, a slash at the end, and fragments."""
    return bool(one and other) and _comparable(one) == _comparable(other)


def _comparable(address: str) -> tuple[str, int | None, str, str]:
    try:
        parts = urlsplit(canonical_link(address))
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return address, None, "", ""
    # Some software writes escapes in lower case, some does not escape at all.
    path = _ESCAPE.sub(lambda found: found[0].upper(), quote(parts.path, safe="/%:@!$&'()*+,;=~"))
    path = path.removesuffix("/index.php") if parts.query else path
    return host, None if port in _DEFAULT_PORTS else port, path.rstrip("/"), parts.query
