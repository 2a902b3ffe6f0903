"""Choose the image that an item's own elements name for its card."""

import re
from collections.abc import Iterable, Iterator, Mapping

_Part = Mapping[str, object]

#: A picture of this width or height counts visitors.
_PIXEL = 1
#: One of this width or height looks poor on a card.
_SMALL = 150
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:[?#]|$)", re.IGNORECASE)
#: Discord shows no SVG.
_DRAWING = re.compile(r"\.svgz?(?:[?#]|$)", re.IGNORECASE)
#: Pictures that count visitors or hold a place, faces of authors, and formulas: WordPress.com lists the latter two with
#: the post's own.
_NOT_THE_POSTS = (
    "gravatar.com/avatar",
    "/latex.php?latex=",
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "feeds.feedburner.com/~r/",
    "/piwik.php",
    "/matomo.php",
    "/pixel.gif",
    "blogblog.com/img/blank.gif",
)


def picture_addresses(
    *, thumbnails: Iterable[_Part], media: Iterable[_Part], enclosures: Iterable[_Part], image: object
) -> Iterator[str]:
    """Yield the addresses of an item's pictures as they are written, likeliest first.

    :param thumbnails: ``media:thumbnail`` elements.
    :param media: ``media:content`` elements, of any kind.
    :param enclosures: links of any relation.
    :param image: what ``itunes:image`` or the like says.
    """
    named = [*thumbnails, *(each for each in (*media, *enclosures) if _is_picture(each))]
    # A card is wider than a thumbnail that fits a list.
    for part in sorted(named, key=_is_small):
        address = part.get("url") or part.get("href")
        if isinstance(address, str) and is_shown(address) and not _counts_visitors(part):
            yield address
    if isinstance(image, str):
        yield image


def is_shown(address: str) -> bool:
    """Tell whether an address may be that of a picture which chat can show."""
    return not _DRAWING.search(address) and not any(each in address for each in _NOT_THE_POSTS)


def _is_picture(part: _Part) -> bool:
    """Tell whether a ``media:content`` or a link of any kind is a picture that belongs to the item."""
    if part.get("rel", "enclosure") != "enclosure":
        return False
    medium, kind = part.get("medium"), str(part.get("type") or "")
    if medium or kind:
        return medium == "image" or kind.startswith("image/")
    return bool(_PICTURE_FILE.search(str(part.get("url") or part.get("href") or "")))


def _counts_visitors(part: _Part) -> bool:
    return any(size <= _PIXEL for size in _sizes(part))


def _is_small(part: _Part) -> bool:
    return any(size <= _SMALL for size in _sizes(part))


def _sizes(part: _Part) -> Iterator[int]:
    written = (str(part.get(name) or "").strip().removesuffix("px") for name in ("width", "height"))
    return (int(size) for size in written if len(size) < 6 and size.isdecimal())
