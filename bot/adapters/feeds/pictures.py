"""Which picture an item itself names for its card; pure. It looks at no HTML and fetches nothing."""

from collections.abc import Iterable, Iterator, Mapping

_Part = Mapping[str, object]

#: A picture of this width or height counts visitors.
_PIXEL = 1
#: Pictures that count visitors, faces of authors, and formulas: WordPress.com lists the latter two with the post's own.
_NOT_THE_POSTS = (
    "gravatar.com/avatar/",
    "/latex.php?latex=",
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "feeds.feedburner.com/~r/",
    "/piwik.php",
    "/matomo.php",
    "/pixel.gif",
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
    for part in named:
        address = part.get("url") or part.get("href")
        if isinstance(address, str) and not _is_another(part, address):
            yield address
    if isinstance(image, str):
        yield image


def _is_picture(part: _Part) -> bool:
    """Tell whether a ``media:content`` or a link of any kind is a picture that belongs to the item."""
    if part.get("rel", "enclosure") != "enclosure":
        return False
    return part.get("medium") == "image" or str(part.get("type") or "").startswith("image/")


def _is_another(part: _Part, address: str) -> bool:
    """Tell whether a picture is none of the post's own, to look at."""
    sizes = (str(part.get(name) or "").strip().removesuffix("px") for name in ("width", "height"))
    return any(size.isdecimal() and int(size) <= _PIXEL for size in sizes if len(size) < 6) or any(
        each in address for each in _NOT_THE_POSTS
    )
