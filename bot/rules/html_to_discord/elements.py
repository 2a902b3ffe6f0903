"""Tell how HTML elements are shown: dropped, hidden, set apart, marked; read lists; tell data tables from layout."""

import re
from typing import Final

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
_NUMBER: Final = re.compile(r"\d{1,4}", re.ASCII)
#: So far above a box its item may be.
_STEPS: Final = 3
_CELLS: Final = frozenset({"td", "th"})
#: What no cell of data holds.
_RICH: Final = "ul, ol, dl, h1, h2, h3, h4, h5, h6, blockquote, pre, table, figure"
#: Several of them are a text, but not where all cells hold a few words each.
_SEVERAL: Final = "p + p, div + div"
_FEW_WORDS: Final = 30
#: A paragraph is more than this; a name or a number in a ``<p>`` is data.
_PARAGRAPH_WORDS: Final = 60
#: A cell of data holds a few words; of so many characters it is a text.
_LONGEST_WORDS: Final = 300
#: Of a document so many rows are looked at.
_MOST_ROWS: Final = 1500
#: More rows and cells of a table than these tell nothing more.
_LOOKED_AT: Final = 60


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


def list_number(node: LexborNode, name: str, otherwise: int) -> int:
    """Return the number that an attribute of a list or an item gives."""
    number = attribute(node, name)
    return int(number) if _NUMBER.fullmatch(number) else otherwise


def count_items(listing: LexborNode) -> int:
    """Count a list's own items, without those of lists within it."""
    count, child = 0, listing.child
    while child is not None:
        count += tag_of(child) == "li"
        child = child.next
    return count


def is_checkbox(node: LexborNode) -> bool:
    """Tell whether an element is the box of an item in a list of tasks."""
    if tag_of(node) != "input" or attribute(node, "type").lower() != "checkbox":
        return False
    around = node.parent
    for _ in range(_STEPS):
        if around is None or tag_of(around) == "li":
            break
        around = around.parent
    return around is not None and tag_of(around) == "li"


class TableLayouts:
    """Judges the tables of one document, and gives up where looking at more would cost too much."""

    def __init__(self) -> None:
        self._rows_left = _MOST_ROWS

    def is_layout(self, table: LexborNode) -> bool:
        """Tell whether a table's cells are parts of a page (texts, lists, pictures beside a text) and not data."""
        if self._rows_left <= 0:
            return False
        # Tables within tables count again for each: that is what grows with the square of their depth.
        self._rows_left -= 1 + len(table.css("tr"))
        return _is_layout(table)

    def has_first_column(self, table: LexborNode) -> bool:
        """Tell whether any row of a table of data begins with words: pictures and margins are no column."""
        if self._rows_left <= 0:
            return False
        rows = table.css("tr")[:_LOOKED_AT]
        self._rows_left -= len(rows)
        return any(_words(cells[0]) for cells in map(_cells, rows) if cells)


def _is_layout(table: LexborNode) -> bool:
    if attribute(table, "role").lower() in {"presentation", "none"}:
        return True
    rows = [_cells(row) for row in table.css("tr")[:_LOOKED_AT]]
    cells = [cell for row in rows for cell in row[:_LOOKED_AT]]
    filled = [[cell for cell in row if _words(cell) or cell.css_first("img") is not None] for row in rows]
    if all(len(row) <= 1 for row in filled):
        # One text between margins.
        return True
    if any(cell.css_first(_RICH) is not None or _is_text(cell) for cell in cells):
        return True
    has_few_words = len(filled) > 1 and all(len(_words(cell)) <= _FEW_WORDS for cell in cells)
    if not has_few_words and any(cell.css_first(_SEVERAL) is not None for cell in cells):
        return True
    # A picture stands beside its text.
    return all(len(row) <= 2 for row in filled) and all(map(_has_picture_alone, filter(None, filled)))


def _cells(row: LexborNode) -> list[LexborNode]:
    cells = []
    node = row.child
    while node is not None:
        if tag_of(node) in _CELLS and not is_hidden(node):
            cells.append(node)
        node = node.next
    return cells


def _is_text(cell: LexborNode) -> bool:
    length = len(_words(cell))
    return length > _LONGEST_WORDS or (length > _PARAGRAPH_WORDS and cell.css_first("p") is not None)


def _has_picture_alone(row: list[LexborNode]) -> bool:
    return any(cell.css_first("img") is not None and not _words(cell) for cell in row)


def _words(cell: LexborNode) -> str:
    return " ".join((cell.text() or "").split())


def has_neighbour(node: LexborNode, side: str) -> bool:
    """Tell whether a table cell has another one at that side, past the white space between them."""
    other: LexborNode | None = getattr(node, side)
    if other is not None and tag_of(other) == "-text":
        other = getattr(other, side)
    return other is not None and tag_of(other) in _CELLS and not is_hidden(other)


def is_row_filled(cell: LexborNode) -> bool:
    """Tell whether any cell of a table cell's row holds words."""
    row = cell.parent
    return row is not None and bool((row.text() or "").strip())
