"""Tell real images from tracking pixels, avatars and emoji.

Nothing is fetched: an image that the HTML does not give away counts as real.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.elements import is_hidden, is_tiny
from bot.rules.html_to_discord.images.addresses import addresses_of, is_lazy, replaces_lazy_image
from bot.rules.html_to_discord.tree import attribute, base_of, parse, resolve, tag_of

_EMOJI_CLASS = re.compile(r"(?:^|\s)(?:wp-smiley|emoji|emojione|twemoji|smiley)(?:\s|$)", re.IGNORECASE)
_AVATAR_CLASS = re.compile(r"(?:^|[\s_-])(?:avatar|gravatar)(?:[\s_-]|$)", re.IGNORECASE)
_AVATAR_HOST = re.compile(r"(?:^|\.)gravatar\.com$")
_EMOJI_PATH = re.compile(
    r"//s\.w\.org/images/core/emoji/|/(?:twemoji|emojione|smilies)/|/(?:images|icons)/emoji(?:\.php)?/"
    r"|//abs(?:-0)?\.twimg\.com/emoji/",
    re.IGNORECASE,
)
#: Pictures of formulas, whose alternative text is TeX: of WordPress.com, of wikis and of services for formulas.
_FORMULA_CLASS = re.compile(r"(?:^|\s)(?:latex|tex|ql-img-(?:inline|displayed)-\S+|mwe-math-fallback-\S+)(?:\s|$)")
_FORMULA_PATH = re.compile(
    r"/latex\.php\?|//latex\.codecogs\.com/|/(?:mathtex|mimetex)\.cgi\?|/chart\?(?:[^#]*&)?cht=tx|/math/render/",
    re.IGNORECASE,
)
_PIXEL_HOST = re.compile(
    r"^(?:pixel|stats|b|o)\.(?:wp\.com|wordpress\.com|quantserve\.com)$|(?:^|\.)(?:doubleclick\.net|scorecardresearch\.com"
    r"|google-analytics\.com)$|^(?:feeds|feedproxy)\.(?:feedburner|google)\.com$|^(?:pixel|stats?|track(?:ing)?|beacon)\."
)
_PIXEL_PATH = re.compile(
    r"/~[rf4]/|(?:^|/)(?:1x1|b|blank|clear|dot|pixel|spacer|transparent)\.(?:gif|png)$"
    # A picture called "stats.png" shows some as likely.
    r"|(?:^|/)(?:count|stats?|track(?:er|ing)?)\.gif$"
    r"|(?:^|/)(?:pixel|track|stats?|open|beacon)(?:/|$)[^.]*(?:\.gif)?$|/(?:matomo|piwik|track/open)\.php$",
    re.IGNORECASE,
)
#: Of the pages of people (microformats2 ``h-card``, the older ``vcard``) a picture is a face.
_PERSON_CLASS = re.compile(r"(?:^|\s)(?:h-card|vcard)(?:\s|$)")
#: A post's own pictures, also where the page around it is somebody's card.
_ENTRY_CLASS = re.compile(r"(?:^|\s)(?:h-entry|hentry)(?:\s|$)")
_STEPS = 12
_SKIPPED = frozenset({"script", "style", "template", "svg", "form"})


def first_image(html: str, *, base_url: str) -> str | None:
    """Return the address of the first real picture: absolute, http or https; None where there is none."""
    body = parse(html)
    if body is None:
        return None
    base_url = base_of(body, base_url)
    drawing = None
    for node in body.css("img"):
        if is_emoji(node) or _is_formula(node) or _is_avatar(node) or is_tiny(node) or _is_not_shown(node):
            continue
        urls = (resolve(address, base_url) for address in addresses_of(node) if address)
        url = next((url for url in urls if url and not url.startswith("mailto:") and not _is_pixel(url)), None)
        if url is not None and not _is_drawing(url):
            return url
        drawing = drawing or url
    return drawing


def _is_drawing(url: str) -> bool:
    """Tell whether a picture is an SVG, which Discord does not show: any other is taken first."""
    return url.partition("#")[0].partition("?")[0].lower().endswith((".svg", ".svgz"))


def image_text(node: LexborNode) -> str:
    """Return what stands for a picture in text: an emoji or a formula itself, ``[its description]``, or nothing."""
    words = " ".join(attribute(node, "alt").split())
    if is_emoji(node) or _is_formula(node) or not words:
        return words
    return "" if is_tiny(node) or _is_avatar(node) or _is_pixel(next(addresses_of(node), "")) else f"[{words}]"


def is_emoji(node: LexborNode) -> bool:
    """Tell whether a picture only stands for an emoji or a smiley, which its alternative text gives."""
    return bool(_EMOJI_CLASS.search(attribute(node, "class")) or any(map(_EMOJI_PATH.search, addresses_of(node))))


def _is_formula(node: LexborNode) -> bool:
    return bool(_FORMULA_CLASS.search(attribute(node, "class")) or _FORMULA_PATH.search(attribute(node, "src")))


def _is_avatar(node: LexborNode) -> bool:
    if _AVATAR_CLASS.search(attribute(node, "class")) or _is_person(node) or _has_around(node, _is_person, _is_entry):
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


def _is_not_shown(node: LexborNode) -> bool:
    return (is_hidden(node) and not is_lazy(node)) or _has_around(node, _hides_content)


def _hides_content(around: LexborNode) -> bool:
    # Pictures for readers without scripts, where no other holds their place, count these readers.
    return (
        tag_of(around) in _SKIPPED
        or is_hidden(around)
        or (tag_of(around) == "noscript" and not replaces_lazy_image(around))
    )


def _is_person(node: LexborNode) -> bool:
    return bool(_PERSON_CLASS.search(attribute(node, "class")))


def _is_entry(node: LexborNode) -> bool:
    return bool(_ENTRY_CLASS.search(attribute(node, "class")))


def _nowhere(_node: LexborNode) -> bool:
    return False


def _has_around(
    node: LexborNode, fits: Callable[[LexborNode], bool], ends: Callable[[LexborNode], bool] = _nowhere
) -> bool:
    """Look a few steps up for an element of a kind, until one ends it; deeper nesting is no real page."""
    around = node.parent
    for _ in range(_STEPS):
        if around is None or ends(around):
            return False
        if fits(around):
            return True
        around = around.parent
    return False
