"""Tell a real picture of a blog's HTML from pixels, faces and emoji.

Fetches nothing: what cannot be told from the HTML counts as real.
"""

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.rules.to_chat_tree import attribute, base_of, parse, resolve, tag_of

_EMOJI_CLASS = re.compile(r"(?:^|\s)(?:wp-smiley|emoji|emojione|twemoji|smiley)(?:\s|$)", re.IGNORECASE)
_AVATAR_CLASS = re.compile(r"(?:^|\s)(?:avatar|gravatar|photo-avatar|u-photo)(?:\s|$|-)", re.IGNORECASE)
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
_SIZE = re.compile(r"\d{1,6}", re.ASCII)
_LAZY = ("data-src", "data-lazy-src", "data-original")
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
        for address in (attribute(node, "src"), *(attribute(node, name) for name in _LAZY)):
            url = resolve(address, base_url) if address else None
            if url is not None and not url.startswith("mailto:") and not _is_pixel(url):
                return url
    return None


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
    if _AVATAR_CLASS.search(attribute(node, "class")):
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
    """Look a few steps up for a parent that no browser shows; deeper nesting is no real page."""
    parent = node.parent
    for _ in range(12):
        if parent is None:
            return False
        if tag_of(parent) in _SKIPPED:
            return True
        parent = parent.parent
    return False
