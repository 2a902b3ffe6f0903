"""The pages that people see: plain HTML, every word escaped, nothing loaded from anywhere. Knows no journey."""

from collections.abc import Sequence
from html import escape
from typing import Final

from aiohttp import web

#: The page's own style only; no script, no form, no frame, nothing from outside.
CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

#: A random token of ours at the end of a path. What does not look like one is no path of ours, so no look-up sees it.
RANDOM_SEGMENT: Final = "{token:[A-Za-z0-9_-]{1,64}}"

_NAME: Final = " – Backchannel"
_STYLE: Final = (
    ".e-content{white-space:pre-line;overflow-wrap:anywhere}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#1b1c20;color:#e8e8ea}a{color:#8ab4ff}}"
)


def page(title: str, paragraphs: Sequence[str], *, status: int = 200) -> web.Response:
    """Show a title and some sentences."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return document(title, f"<h1>{escape(title)}</h1>{body}", status=status)


def document(title: str, body: str, *, status: int = 200) -> web.Response:
    """Show a page.

    :param title: plain text.
    :param body: HTML in which everything that came from elsewhere is escaped already.
    """
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}{_NAME if title != 'Backchannel' else ''}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status)
