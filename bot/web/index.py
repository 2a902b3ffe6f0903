"""``/``: what this is and who runs it, for somebody who followed a link here. Knows no journey and no blog."""

from html import escape

from aiohttp import web

from bot.web.pages import document

_TEXT = (
    "<h1>Backchannel</h1>"
    "<p>This address belongs to a bot that carries a blog’s discussion into a Discord server, and members’ answers "
    "back to the blog: each comment links to its message, each message to its comment.</p>"
    "<p>Only what a member published by their own act, under a name they chose, stands on a blog or on a page here. "
    "Whoever wants their words changed or gone finds them in Discord with <code>/relay mine</code>, or asks the "
    "operator.</p>"
    "<p>The bot asks feeds and blogs politely: it heeds what they say about when to come back. Whoever wants it to "
    "stay away, please tell the operator.</p>"
)


class IndexPage:
    """Introduces the bot.

    :param operator: who runs it and how to reach them: a text, an http(s) or mailto address, or an e-mail address.
    """

    def __init__(self, operator: str | None) -> None:
        self._operator = operator

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        return document("Backchannel", f"{_TEXT}<p>Operator: {_reachable(self._operator)}</p>")


def _reachable(operator: str | None) -> str:
    if operator is None:
        return "not named; ask on the blog or in the Discord server that led you here."
    href = operator
    if "@" in operator and ":" not in operator and " " not in operator:
        href = f"mailto:{operator}"
    if href.lower().startswith(("https://", "http://", "mailto:")) and " " not in href:
        return f'<a href="{escape(href)}">{escape(operator.removeprefix("mailto:"))}</a>'
    return escape(operator)
