"""Tell a real picture of a blog's HTML from pixels, faces and emoji.

Fetches nothing: what cannot be told from the HTML counts as real.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.rules.to_chat_tree import attribute, base_of, parse, resolve, tag_of

_EMOJI_CLASS = re.compile(r"(?:^|\s)(?:wp-smiley|emoji|emojione|twemoji|smiley)(?:\s|$)", re.IGNORECASE)
_AVATAR_CLASS = re.compile(r"(?:^|\s)(?:avatar|gravatar|photo-avatar)(?:\s|$|-)", re.IGNORECASE)
_AVATAR_HOST = re.compile(r"(?:^|\.)gravatar\.com$")
_EMOJI_PATH = re.compile(r"//s\.w\.org/images/core/emoji/|/(?:twemoji|emojione|smilies)/", re.IGNORECASE)
_PIXEL_HOST = re.compile(
    r"^(?:pixel|stats|b|o)\.(?:wp\.com|wordpress\.com|quantserve\.com)$|(?:^|\.)(?:doubleclick\.net|scorecardresearch\.com"
    r"|google-analytics\.com)$|^(?:feeds|feedproxy)\.(?:feedburner|google)\.com$|^(?:pixel|stats?|track(?:ing)?|beacon)\."
)
_PIXEL_PATH = re.compile(
    r"/~[rf4]/|(?:^|/)(?:1x1|b|blank|clear|dot|pixel|spacer|stats?|track(?:er|ing)?|transparent)\.(?:gif|png)$"
    r"|(?:^|/)(?:pixel|track|stats?|open|beacon)(?:/|$)[^.]*(?:\.gif)?$|/(?:matomo|piwik|track/open)\.php$",
    re.IGNORECASE,
)
_TINY_STYLE = re.compile(
    r"(?:^|[;\s])(?:max-)?(?:width|height)\s*:\s*[0-2](?:\.\d+)?\s*(?:px)?\s*(?:;|!|$)", re.IGNORECASE
)
_CANDIDATE = re.compile(r"\s*([^\s,][^\s]*[^\s,])(?:\s+([0-9]{1,6}(?:\.[0-9]{1,3})?)[wx])?\s*(?:,|$)")
_SIZE = re.compile(r"\d{1,6}", re.ASCII)
#: Where a picture's or a frame's address waits for a script, the usual ones first.
_LAZY = (
    *("data-src", "data-lazy-src", "data-original", "data-lazy", "data-original-src", "data-lazysrc", "data-echo"),
    *("data-img-src", "data-real-src", "data-url", "data-hi-res-src"),
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:place-?holder|lazy(?:-?load(?:er|ing)?)?|load(?:er|ing)|spinner|gr[ae]y|blank|spacer|dummy|transparent"
    r"|empty|pixel|1x1)(?:[_.-][^/]*)?\.(?:gif|png|svg|jpe?g|webp)$",
    re.IGNORECASE,
)
#: Of the pages of people (microformats2 ``h-card``, the older ``vcard``) a picture is a face.
_PERSON_CLASS = re.compile(r"(?:^|\s)(?:h-card|vcard)(?:\s|$)")
_STEPS = 12
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "form"})


def first_image(html: str, *, base_url: str) -> str | None:
    """Return the address of the first real picture: absolute, http or https; None where there is none."""
    body = parse(html)
    if body is None:
        return None
    base_url = base_of(body, base_url)
    for node in body.css("img"):
        if is_emoji(node) or _is_avatar(node) or is_tiny(node) or _is_put_away(node):
            continue
        for address in addresses_of(node):
            url = resolve(address, base_url) if address else None
            if url is not None and not url.startswith("mailto:") and not _is_pixel(url):
                return url
    return None


def addresses_of(picture: LexborNode) -> Iterator[str]:
    """Yield the addresses of an ``img``, the one that a reader would see in the end first."""
    yield from (attribute(picture, name) for name in _LAZY)
    yield from (_largest(attribute(picture, name)) for name in _LAZY_SETS)
    source, others = attribute(picture, "src"), [*_in_picture(picture), *_in_noscript(picture)]
    is_placeholder = not source or source.startswith("data:") or bool(_PLACEHOLDER.search(source))
    written = [_largest(attribute(picture, "srcset")), *others] if is_placeholder else []
    yield from (*written, source, _largest(attribute(picture, "srcset")), *others)


def address_of(frame: LexborNode) -> str:
    """Return the address of a frame, a video or a sound, also where a script is to load it."""
    written = attribute(frame, "src")
    if written and not written.startswith(("about:", "data:")):
        return written
    return next((address for name in _LAZY if (address := attribute(frame, name))), "")


def _largest(srcset: str) -> str:
    """Return the largest picture of a list of sizes (HTML, ``srcset``)."""
    candidates = _CANDIDATE.findall(srcset)
    return max(candidates, key=lambda each: float(each[1] or 1))[0] if candidates else ""


def _in_picture(picture: LexborNode) -> Iterator[str]:
    around = picture.parent
    if around is not None and tag_of(around) == "picture":
        for source in around.css("source"):
            yield from (_largest(attribute(source, name)) for name in (*_LAZY_SETS, "srcset"))


def _in_noscript(picture: LexborNode) -> Iterator[str]:
    """Yield what is shown to readers without scripts in place of a picture that waits for one."""
    after = picture.next
    while after is not None and tag_of(after) == "-text" and not (after.text_content or "").strip():
        after = after.next
    if after is not None and tag_of(after) == "noscript":
        yield from (attribute(each, "src") for each in after.css("img") if not is_tiny(each))


def image_text(node: LexborNode) -> str:
    """Return what stands for a picture in text: an emoji itself, else ``[its description]``, or nothing."""
    words = " ".join(attribute(node, "alt").split())
    if is_emoji(node) or not words:
        return words
    return "" if is_tiny(node) or _is_avatar(node) or _is_pixel(attribute(node, "src")) else f"[{words}]"


def is_emoji(node: LexborNode) -> bool:
    """Tell whether a picture only stands for an emoji or a smiley, which its alternative text gives."""
    return bool(_EMOJI_CLASS.search(attribute(node, "class")) or _EMOJI_PATH.search(attribute(node, "src")))


def is_tiny(node: LexborNode) -> bool:
    """Tell whether something is too small to be seen: it counts visitors."""
    sizes = [_SIZE.match(attribute(node, side)) for side in ("width", "height")]
    return any(size is not None and int(size[0]) <= 2 and "%" not in size.string for size in sizes) or bool(
        _TINY_STYLE.search(attribute(node, "style"))
    )


def _is_avatar(node: LexborNode) -> bool:
    if _AVATAR_CLASS.search(attribute(node, "class")) or _has_around(node, _is_person):
        return True
    try:
        return bool(_AVATAR_HOST.search(urlsplit(attribute(node, "src")).hostname or ""))
    except ValueError:
        return False


def _is_pixel(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(_PIXEL_HOST.search(host) or _PIXEL_PATH.search(parts.path) or _AVATAR_HOST.search(host))


def _is_put_away(node: LexborNode) -> bool:
    return _has_around(node, lambda around: tag_of(around) in _SKIPPED)


def _is_person(node: LexborNode) -> bool:
    return bool(_PERSON_CLASS.search(attribute(node, "class")))


def _has_around(node: LexborNode, fits: Callable[[LexborNode], bool]) -> bool:
    """Look a few steps up for an element of a kind; deeper nesting is no real page."""
    around = node.parent
    for _ in range(_STEPS):
        if around is None:
            return False
        if fits(around):
            return True
        around = around.parent
    return False
