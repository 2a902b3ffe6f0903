"""Tell whether an image in HTML is a given one, perhaps in another size.

Only certain matches count: the page's own list of sizes, or addresses that differ in nothing but a size.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.images.addresses import addresses_of
from bot.rules.html_to_discord.tree import attribute, resolve

#: Where Jetpack keeps a picture's address in other sizes.
_ADDRESSES = ("src", "data-orig-file", "data-large-file", "data-medium-file")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
#: HTML, "srcset attributes": what stands behind an address, and a comma
_DESCRIPTOR = re.compile(r"^[0-9.]+[wxh](?:,|$)")
_MOST_WORDS = 100
#: Photon's and other image servers' words for a size and for how it is compressed
_SIZE_WORDS = frozenset(
    {*("w", "h", "width", "height", "resize", "fit", "crop", "zoom"), *("quality", "q", "ssl", "strip", "dpr")}
)
#: WordPress names the sizes of an upload so, and gives no upload such a name (wp_unique_filename)
_UPLOAD_SIZE = re.compile(r"(/wp-content/uploads/.+)-(?:\d{1,5}x\d{1,5}|scaled)(\.[a-z]{3,4})$", re.IGNORECASE)
#: Photon, Jetpack's image server: the host of the original is the first part of its path
_PHOTON = re.compile(r"i[0-3]\.wp\.com")


def is_same_image(node: LexborNode, url: str, *, base_url: str) -> bool:
    """Tell whether an ``img`` shows the image at ``url``, in any size."""
    wanted = _without_size(url)
    return any(_without_size(each) == wanted for each in _addresses(node, base_url))


def _addresses(node: LexborNode, base_url: str) -> Iterator[str]:
    written = [*addresses_of(node), *(attribute(node, name) for name in _ADDRESSES)]
    for name in _SETS:
        words = attribute(node, name).split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]
        written += [_DESCRIPTOR.sub("", word).strip(",") for word in words]
    for address in written:
        url = resolve(address, base_url) if address else None
        if url is not None:
            yield url


def _without_size(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return host, path and query of an address, without what says a size."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return ("", url, ())
    path = unquote(parts.path)
    if _PHOTON.fullmatch(host):
        host, _, path = path.removeprefix("/").partition("/")
        path = f"/{path}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    return host, _UPLOAD_SIZE.sub(r"\1\2", path), tuple(pair for pair in query if pair[0] not in _SIZE_WORDS)
