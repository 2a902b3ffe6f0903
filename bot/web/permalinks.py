"""``/replies/{token}``: one h-entry page for each reply that stands on a blog (microformats2).

As such it can be the source of a Webmention. The address ends in a random token, so that nobody finds the pages by
counting. No member has agreed to be found by search engines, so every page says ``noindex``. What is public, the
view decides.
"""

from html import escape
from typing import Final

from aiohttp import web

from bot.bridge.admin.views import Permalink, StatusViews
from bot.web.pages import RANDOM_SEGMENT, document, page

_PATH: Final = "/replies/"
_ERASED = "<p>The text is not stored here any more. It still stands where it was published.</p>"
_GONE: Final = "There is no published reply at this address. It may have been taken back by who wrote it."


class PermalinkPages:
    """Shows published replies.

    :param public_url: under which address we are reached; None: links to ourselves have no host.
    """

    def __init__(self, views: StatusViews, *, public_url: str | None) -> None:
        self._views = views
        self._base = (public_url or "").rstrip("/")

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get(f"{_PATH}{RANDOM_SEGMENT}", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        shown = await self._views.permalink(token)
        if shown is None:
            return page("Nothing here", [_GONE], status=404)
        body = _entry(shown, f"{self._base}{_PATH}{token}")
        return document(f"{shown.author}: {shown.answering}", body)


def _entry(shown: Permalink, own_url: str) -> str:
    moment = shown.written_at.strftime("%Y-%m-%d %H:%M UTC")
    elsewhere = [
        _link(url, where, "u-syndication")
        for url, where in ((shown.comment_url, "on the blog"), (shown.message_url, "in Discord"))
        if url
    ]
    return (
        '<article class="h-entry">'
        f'<h1 class="p-author h-card"><span class="p-name">{escape(shown.author)}</span></h1>'
        f"<p>In reply to {_answered(shown)}</p>"
        # Made by to_comment_html, which lets through what the blog shows: a few tags, no attribute but checked links.
        f'<div class="e-content">{shown.html or _ERASED}</div>'
        f'<p><a class="u-url u-uid" href="{escape(own_url)}">'
        f'<time class="dt-published" datetime="{shown.written_at.isoformat()}">{moment}</time></a>'
        f"{''.join(f' · {link}' for link in elsewhere)}</p></article>"
    )


def _answered(shown: Permalink) -> str:
    entry = _link(shown.entry_url, shown.answering, "u-in-reply-to")
    if shown.parent_url is None:
        return entry
    parent = _link(shown.parent_url, f"a comment by {shown.parent_author}", "u-in-reply-to")
    return f"{parent} on {entry}"


def _link(url: str | None, text: str, class_: str) -> str:
    """Write a link; an address from a feed that is not plain http becomes text."""
    if url is None or not url.lower().startswith(("https://", "http://")):
        return escape(text)
    return f'<a class="{class_}" rel="nofollow" href="{escape(url)}">{escape(text)}</a>'
