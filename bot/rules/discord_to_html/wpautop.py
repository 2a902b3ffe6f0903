"""Turns line ends of a stored comment into paragraphs and line breaks, as WordPress's ``wpautop`` does for readers.

It handles only the HTML that ``to_comment_html`` writes: inline tags, and quotations that do not nest.
"""

import re
from collections.abc import Iterator
from typing import Final

_QUOTATION: Final = re.compile(r"(</?blockquote>)")
#: Without the no-break space, which PHP's ``\s`` does not match either: it keeps blank lines in code.
_BLANKS: Final = " \t\r\n"
_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n[ \t\r\n]*")
_LINE_END: Final = re.compile(r"[ \t]*\n")
_BREAK: Final = "<br />\n"


def wpautop(stored: str) -> str:
    """Return the HTML that a blog shows for a comment that :func:`to_comment_html` wrote."""
    return "".join(_parts(stored))


def _parts(stored: str) -> Iterator[str]:
    for part in _QUOTATION.split(stored):
        if _QUOTATION.fullmatch(part):
            yield part
            continue
        for paragraph in _PARAGRAPH.split(part.strip(_BLANKS)):
            if paragraph:
                yield f"<p>{_LINE_END.sub(_BREAK, paragraph)}</p>\n"
