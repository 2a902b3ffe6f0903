"""What HTML's tags mean to a reader: what is dropped, what stands alone, what is marked.

Tables only; the walker knows what to do about them.
"""

import re

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.lines import BOLD, ITALIC, STRIKE, UNDERLINE
from bot.rules.html_to_discord.tree import attribute, tag_of

#: Left out with all that is in them.
DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "form",
        "head",
        "title",
        "canvas",
        "object",
        "embed",
        "applet",
        "noembed",
        "noframes",
        "select",
        "button",
        "textarea",
        "input",
        "datalist",
        "dialog",
        "map",
        "-comment",
    ]
)
#: Set off by a blank line.
SPACED = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "figure", "hr", "details", "dl", "ul", "ol"]
)
#: Beginning and ending a line.
BLOCKS = SPACED | frozenset(
    [
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
        "li",
        "tr",
        "dt",
        "dd",
        "figcaption",
        "summary",
        "caption",
        "center",
        "iframe",
        "video",
        "audio",
        "fieldset",
        "legend",
        "hgroup",
    ]
)
#: The mark their text gets.
MARK_OF = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "th", "dt"), BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "figcaption", "caption"), ITALIC),
    **dict.fromkeys(("u", "ins"), UNDERLINE),
    **dict.fromkeys(("s", "del", "strike"), STRIKE),
}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:screen-reader-text|sr-only|visually-hidden|visuallyhidden|katex-html)(?:\s|$)")
# The numbers beside lines of code; page layouts use one of these words for other elements.
_NUMBERS_CLASS = re.compile(r"(?:^|\s)(?:(?:rouge-)?gutter|line-?numbers?|linenos?)(?:\s|$)")
_SIZE = re.compile(r"\d{1,6}", re.ASCII)
_TINY_STYLE = re.compile(
    r"(?:^|[;\s])(?:max-)?(?:width|height)\s*:\s*[0-2](?:\.\d+)?\s*(?:px)?\s*(?:;|!|$)", re.IGNORECASE
)
_NAMING = frozenset({"code", "pre", "div", "figure"})
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*)([\w+#-]{1,20})")
_NUMBERING = frozenset(["td", "pre", "span"])


def is_hidden(node: LexborNode) -> bool:
    """Tell whether a browser would not show an element, or only read it out."""
    attributes = node.attributes
    return (
        "hidden" in attributes
        or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))
        or bool(_HIDDEN_CLASS.search(attributes.get("class") or ""))
        or (node.tag in _NUMBERING and bool(_NUMBERS_CLASS.search(attributes.get("class") or "")))
    )


def is_tiny(node: LexborNode) -> bool:
    """Tell whether something is too small to be seen: it counts visitors."""
    sizes = [_SIZE.match(attribute(node, side)) for side in ("width", "height")]
    return any(size is not None and int(size[0]) <= 2 and "%" not in size.string for size in sizes) or bool(
        _TINY_STYLE.search(attribute(node, "style"))
    )


def is_spoiler(node: LexborNode) -> bool:
    """Tell whether a blog hides an element until it is pressed, as forums do."""
    return "spoiler" in (node.attributes.get("class") or "").lower().split()


def language_of(pre: LexborNode) -> str:
    """Return the language of a code block, or nothing: highlighters name it inside, on the block or around it."""
    around = pre.parent
    nodes = (pre.child, pre, around, around.parent if around is not None else None)
    classes = " ".join(attribute(node, "class") for node in nodes if node is not None and tag_of(node) in _NAMING)
    language = _LANGUAGE.search(classes)
    return language[1] if language else ""
