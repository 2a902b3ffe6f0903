"""Converts a Discord message to HTML for a blog's comment, and such HTML to text for comparison.

The HTML is written as WordPress stores it, because its check for duplicates compares a new comment with stored ones.
"""

import re

import nh3
from selectolax.lexbor import LexborNode

from bot.rules.discord_to_html.blocks import render_blocks
from bot.rules.discord_to_html.inline import Links, Names, render_inline
from bot.rules.discord_to_html.marks import HIDDEN_FROM, HIDDEN_TO
from bot.rules.html_to_discord.images.kinds import is_emoji
from bot.rules.html_to_discord.text import clean, one_line
from bot.rules.html_to_discord.tree import attribute, parse, tag_of, traverse

__all__ = ["Names", "byte_length", "comparable_text", "to_comment_html"]

#: The tags that a subscriber's comment keeps in WordPress.
TAGS = {"a", "abbr", "b", "blockquote", "cite", "code", "del", "em", "i", "q", "s", "strong"}
# Tags that do not separate the words around them.
_UNSPACED = TAGS - {"blockquote"} | {
    "-text",
    "-comment",
    "img",
    "span",
    "ins",
    "u",
    "sup",
    "sub",
    "small",
    "mark",
    "wbr",
}

_MAX_CONTENT = 16_000  # four times what a message can hold

_TAG = re.compile(r"(<[^>]*>)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
# Colours and whatever else a terminal would obey (ECMA-48, 5.4: control sequences, also in eight bits, and ones that
# end too early; 5.6: control strings, such as links; ECMA-35: sets of characters); a blog shows none.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]+[0-~]")
# WordPress turns these into links when it shows a comment, and counts them towards moderation.
_CLICKABLE = re.compile(r":(?=//)|(?<=\bwww)\.|(?<=\bftp)\.|(?<=[\w.+-])@(?=[\w-]+\.)", re.IGNORECASE | re.ASCII)
# WordPress draws these as pictures: the sign in front keeps them as they were typed.
_SMILEY = re.compile(r"(?:(?<=\s)|^)([:;8])(?=[-()?!|a-zA-Z])")
_QUOTES = re.compile("[\"'`´‘’‚‛“”„‟′″‹›]+")
_DASHES = re.compile("[-‐‑‒–—―−]+")


def to_comment_html(content: str, names: Names, *, max_links: int = 1) -> str:
    """Return a message's Markdown as HTML that holds only ``TAGS``, newlines and escaped text.

    ``content`` is the message as Discord sends it; ids in it are written as ``names`` says. At most
    ``max_links`` links survive; later ones become text that no blog makes clickable.
    """
    links = Links(max_links)
    text = clean(_FENCED.sub(lambda block: _ANSI.sub("", block[0]), content[:_MAX_CONTENT]))
    html = render_blocks(text, lambda part: render_inline(part, names, links))
    html = html.replace(HIDDEN_FROM, "(spoiler: ").replace(HIDDEN_TO, ")")
    gated = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc",
    )
    return "".join(
        part if part.startswith("<") else _settled(part) for part in _TAG.split(gated.replace("&nbsp;", "\u00a0"))
    )


def _settled(text: str) -> str:
    """Write as entities what WordPress would change, or some databases cannot store."""
    # WordPress would read ``&amp;#39;`` as the entity that the writer only spelled out.
    text = text.replace("&amp;#", "&amp;&#035;")
    text = _CLICKABLE.sub(lambda found: f"&#{ord(found[0]):03};", text)
    text = _SMILEY.sub(lambda found: f"&#{ord(found[1]):03};", text)
    return "".join(f"&#x{ord(char):x};" if char > "\uffff" else char for char in text.replace("\\", "&#092;"))


def comparable_text(html: str) -> str:
    """Return a comment's text in a form that is the same for the HTML that was sent and the HTML that the blog shows.

    Typographic quotes, dashes and signs are folded back and white space is collapsed; case stays.
    """
    body = parse(html)
    if body is None:
        return ""
    words: list[str] = []

    def enter(node: LexborNode) -> bool:
        words.append(_said(node))
        return True

    def leave(node: LexborNode) -> None:
        words.append("" if tag_of(node) in _UNSPACED else " ")

    traverse(body, enter, leave)
    return _folded("".join(words))


def _said(node: LexborNode) -> str:
    """Return the words a node itself adds: its text, a smiley's description, or the blank a block begins with."""
    tag = tag_of(node)
    if tag == "-text":
        return node.text_content or ""
    if tag == "img" and is_emoji(node):
        return attribute(node, "alt")
    return "" if tag in _UNSPACED else " "


def _folded(text: str) -> str:
    text = _DASHES.sub("-", _QUOTES.sub("'", clean(text)))
    text = text.replace("…", "...").replace("×", "x").replace("™", "(tm)").replace("Wordpress", "WordPress")
    return one_line(text)


def byte_length(html: str) -> int:
    """Return the length in UTF-8 bytes, which is what WordPress limits to 65,525."""
    return len(html.encode("utf-8", "surrogatepass"))
