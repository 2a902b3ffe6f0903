"""How much of a document is read: no feed meant for readers comes near these bounds; pure."""

#: Items of one document; what comes after them is not looked at.
MOST_ITEMS = 1000
MOST_CATEGORIES = 50
#: Characters of one item's HTML. The longest posts seen hold a fifth of it.
LONGEST_HTML = 500_000
#: Elements within each other. Posts written as XHTML come to some dozens, but where somebody forgets to close elements
#: they seem to hold all that follows.
DEEPEST = 1000
#: Attributes of one element; the parser's cost is the square of their number.
MOST_ATTRIBUTES = 200
#: Characters of an address; longer ones nobody could open.
LONGEST_ADDRESS = 4000


def bound_html(text: str) -> str:
    """Return at most :data:`LONGEST_HTML` characters, not ending within a tag."""
    if len(text) <= LONGEST_HTML:
        return text
    cut = text[:LONGEST_HTML]
    return cut[: cut.rfind("<")] if cut.rfind("<") > cut.rfind(">") else cut
