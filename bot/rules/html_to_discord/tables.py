"""Tell a table of data from one that only lays out a page; renders nothing."""

from typing import Final

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.tags import is_hidden
from bot.rules.html_to_discord.tree import attribute, tag_of

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


class TableLayouts:
    """Judges the tables of one document, and gives up where looking at more would cost too much."""

    def __init__(self) -> None:
        self._rows_left = _MOST_ROWS

    def lays_out(self, table: LexborNode) -> bool:
        """Tell whether a table's cells are parts of a page (texts, lists, pictures beside a text) and not data."""
        if self._rows_left <= 0:
            return False
        # Tables within tables count again for each: that is what grows with the square of their depth.
        self._rows_left -= 1 + len(table.css("tr"))
        return _lays_out(table)

    def has_first_column(self, table: LexborNode) -> bool:
        """Tell whether any row of a table of data begins with words: pictures and margins are no column."""
        if self._rows_left <= 0:
            return False
        rows = table.css("tr")[:_LOOKED_AT]
        self._rows_left -= len(rows)
        return any(_words(cells[0]) for cells in map(_cells, rows) if cells)


def _lays_out(table: LexborNode) -> bool:
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
