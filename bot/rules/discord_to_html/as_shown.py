"""A comment's stored HTML as WordPress shows it: its line ends become line breaks and paragraphs (``wpautop``).

Knows only what ``to_comment_html`` writes: inline tags, and quotations that do not nest.
"""

import re
from collections.abc import Iterator
from typing import Final

_QUOTATION: Final = re.compile(r"(</?blockquote>)")
#: A no-break space is a character like any other here, as PHP's ``\s`` sees it: it holds blank lines of code open.
_BLANKS: Final = " \t\r\n"
_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n[ \t\r\n]*")
_LINE_END: Final = re.compile(r"[ \t]*\n")
_BREAK: Final = "<br />\n"


def shown_html(stored: str) -> str:
    """Return what a reader's browser is given for a comment as :func:`to_comment_html` wrote it."""
    return "".join(_parts(stored))


def _parts(stored: str) -> Iterator[str]:
    for part in _QUOTATION.split(stored):
        if _QUOTATION.fullmatch(part):
            yield part
            continue
        for paragraph in _PARAGRAPH.split(part.strip(_BLANKS)):
            if paragraph:
                yield f"<p>{_LINE_END.sub(_BREAK, paragraph)}</p>\n"
