"""The whole document, and its regions, which are sent again after changes."""

from collections.abc import Callable

from sandbox.page import blog_pane, bot_strip, chat_pane, dialogs
from sandbox.page.markup import Markup, html
from sandbox.page.stage import Stage
from sandbox.page.trouble import Trouble
from sandbox.page.view import View
from sandbox.page.watch import Watch

_TABS = (("chat", "Chat"), ("blog", "Blog"), ("bot", "Bot"))

_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Backchannel: {title} and its chat</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/chat.css">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
<script src="/lists.js" defer></script>
</head>
<body data-tab="{tab}">
<a class="skip" href="#say-text">Skip to the message line</a>
<header class="top"><h1>Backchannel</h1><p>Try it: comment on the blog and see it arrive in the chat;
press <b>Reply on the blog</b> there and see it come back.</p>
<nav class="tabs" id="region-tabs" aria-label="Panes">{tabs}</nav><p id="link-state" role="status"></p></header>
<main>
<section class="pane chat" id="region-chat" aria-label="Chat">{chat}</section>
<section class="pane blog" id="region-blog" aria-label="Blog">{blog}</section>
<section class="strip" id="region-bot" aria-label="The bot">{bot}</section>
</main>
<div id="region-dialog">{dialog}</div>
<div id="toasts" role="alert"></div>
</body>
</html>
"""


class Document:
    """Draws the page for one visitor."""

    def __init__(self, stage: Stage, watch: Watch, trouble: Trouble) -> None:
        self._stage = stage
        self._regions: dict[str, Callable[[View], Markup]] = {
            "tabs": _tabs,
            "chat": lambda view: chat_pane.draw(stage, view),
            "blog": lambda view: blog_pane.draw(stage, view),
            "bot": lambda view: bot_strip.draw(stage, view, watch, trouble),
            "dialog": lambda view: dialogs.draw(stage, view),
        }

    def whole(self, view: View) -> str:
        """Draw the document."""
        return html(_DOCUMENT, title=self._stage.blog.state.title, tab=view.tab, **self.regions(view))

    def regions(self, view: View) -> dict[str, Markup]:
        """Draw each region."""
        return {name: draw(view) for name, draw in self._regions.items()}


def _tabs(view: View) -> Markup:
    links = [
        html(
            '<a href="{to}"{current}>{label}</a>',
            to=view.url(tab=name),
            current=Markup(' aria-current="page"') if view.tab == name else "",
            label=label,
        )
        for name, label in _TABS
    ]
    return html("{links}", links=links)
