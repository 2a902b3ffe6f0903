"""Find the addresses of images and frames, including those that a script loads later."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.elements import is_tiny
from bot.rules.html_to_discord.tree import attribute, tag_of

#: What stands behind an address in a list of sizes (HTML, ``srcset``); addresses may hold commas.
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+([0-9]{1,6}(?:\.[0-9]{1,3})?)[wx](?:\s+[0-9]+h)?)?\s*(?:,|$)")
#: Where a picture's or a frame's address waits for a script, the usual ones first.
_LAZY_ATTRIBUTES = (
    *("data-src", "data-lazy-src", "data-original", "data-lazy", "data-original-src", "data-lazysrc", "data-echo"),
    *("data-img-src", "data-real-src", "data-hi-res-src", "data-orig-src", "data-cfsrc", "data-ezsrc"),
    *("data-actualsrc", "data-litespeed-src", "data-opt-src", "data-cookieblock-src", "data-rocket-src"),
)
_LAZY_SRCSETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
#: Names of which some hold a page's address or a word: a picture's counts where ``src`` only holds its place.
_MAYBE_LAZY = re.compile(r"data-.*(?:src|url|image|img|original|file|source|media|photo|full|large|lazy).*", re.ASCII)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:[?#]|$)", re.IGNORECASE)
_NO_PAGE = re.compile(r"(?:data|about|javascript|blob):|//about:", re.IGNORECASE)
#: Scripts read other things in the same attributes: words, numbers, templates.
_ADDRESS = re.compile(r"[^{}<>\"\s]*[/.][^{}<>\"]*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:place-?holder|lazy(?:-?load(?:er|ing)?)?|(?:pre)?load(?:er|ing)|spinner|gr[ae]y|blank|spacer|dummy"
    r"|trans(?:parent)?|empty|clear|pixel|1x1)(?:[_.-][^/]*)?\.(?:gif|png|svg|jpe?g|webp|html?)$",
    re.IGNORECASE,
)
#: So much of an address is looked at: no real one is longer, and its name stands at its end.
_LONGEST, _NAME = 2_000, 200
_QUERY = re.compile(r"[?#].*", re.DOTALL)
#: So far around a placeholder what stands for it without scripts may be.
_STEPS = 3
#: So many children of a ``picture`` are looked at.
_MOST_SOURCES = 40


def addresses_of(picture: LexborNode) -> Iterator[str]:
    """Yield the addresses of an ``img``, the one that a reader would see in the end first."""
    found = [address for address in _written(picture) if _is_address(address)]
    yield from (address for address in found if not _is_placeholder(address))
    yield from (address for address in found if _is_placeholder(address))
    yield attribute(picture, "src").partition("#")[0]


def address_of(frame: LexborNode) -> str:
    """Return the address of a frame, a video or a sound, also where a script is to load it."""
    source = attribute(frame, "src")
    addresses = [source, *(attribute(frame, name) for name in _LAZY_ATTRIBUTES)]
    late = (each for each in addresses if _is_address(each) and not _is_placeholder(each))
    return next(late, "" if _NO_PAGE.match(source) else source)


def is_lazy(node: LexborNode) -> bool:
    """Tell whether a script is to load a picture or a frame, and may show it only then."""
    return any(attribute(node, name) for name in (*_LAZY_ATTRIBUTES, *_LAZY_SRCSETS))


def replaces_lazy_image(noscript: LexborNode) -> bool:
    """Tell whether a ``noscript`` shows the picture of an element beside it that a script is to fill."""
    around = (_beside(noscript, "prev"), _beside(noscript, "next"))
    return any(each is not None and ("lazy" in attribute(each, "class").lower() or is_lazy(each)) for each in around)


def _written(picture: LexborNode) -> Iterator[str]:
    yield from (attribute(picture, name) for name in _LAZY_ATTRIBUTES)
    yield from (_largest(attribute(picture, name)) for name in _LAZY_SRCSETS)
    source, own = attribute(picture, "src"), _largest(attribute(picture, "srcset"))
    others = [*_in_picture(picture), *_in_noscript(picture)]
    if not _is_address(source) or _is_placeholder(source):
        yield from (own, *others)
        for name, value in picture.attributes.items():
            if _MAYBE_LAZY.fullmatch(name):
                address = _largest(value or "") if name.endswith("set") else (value or "").strip()
                yield address if _PICTURE_FILE.search(address) else ""
    yield from (source, own, *others)


def _is_placeholder(address: str) -> bool:
    return bool(_PLACEHOLDER.search(_QUERY.sub("", address)[-_NAME:]))


def _is_address(text: str) -> bool:
    return len(text) <= _LONGEST and not _NO_PAGE.match(text) and bool(_ADDRESS.fullmatch(text))


def _largest(srcset: str) -> str:
    """Return the largest picture of a list of sizes (HTML, ``srcset``)."""
    candidates = [each for each in _CANDIDATE.findall(srcset) if _is_address(each[0])]
    return max(candidates, key=lambda each: float(each[1] or 1))[0] if candidates else ""


def _in_picture(picture: LexborNode) -> Iterator[str]:
    around = picture.parent
    if around is not None and tag_of(around) == "picture":
        source = around.child
        for _ in range(_MOST_SOURCES):
            if source is None:
                return
            if tag_of(source) == "source":
                yield from (_largest(attribute(source, name)) for name in (*_LAZY_SRCSETS, "srcset"))
            source = source.next


def _in_noscript(picture: LexborNode) -> Iterator[str]:
    """Yield what is shown to readers without scripts in place of a picture that waits for one."""
    at: LexborNode | None = picture
    for _ in range(_STEPS):
        if at is None:
            return
        behind, before = _beside(at, "next"), _beside(at, "prev")
        if before is not None and tag_of(before) == "noscript" and _is_picture(_beside(before, "prev")):
            # It stands for the picture before.
            before = None
        noscript = next((each for each in (behind, before) if each is not None and tag_of(each) == "noscript"), None)
        if noscript is not None:
            for each in noscript.css("img"):
                if not is_tiny(each):
                    yield from (attribute(each, "src"), _largest(attribute(each, "srcset")))
            return
        # The placeholder alone may stand in an element of its own.
        at = at.parent if behind is None and before is None else None


def _beside(node: LexborNode, side: str) -> LexborNode | None:
    other: LexborNode | None = getattr(node, side)
    while other is not None and (tag_of(other) == "-comment" or _is_blank(other)):
        other = getattr(other, side)
    return other


def _is_blank(node: LexborNode) -> bool:
    return tag_of(node) == "-text" and not (node.text_content or "").strip()


def _is_picture(node: LexborNode | None) -> bool:
    return node is not None and (tag_of(node) == "img" or node.css_first("img") is not None)
