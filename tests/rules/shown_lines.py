"""The lines that a person sees: of HTML in a browser, and of Discord's Markdown. Knows nothing of the bot."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from sandbox.discord.nouns import User
from sandbox.discord.world import World
from sandbox.page.discord_text import DiscordText

_BLOCKS = {"p", "blockquote", "pre", "ul", "ol", "li", "div"}
#: stands for a blank line within code
BLANK = "·"
#: Typographic marks that a blog puts in, as they were typed.
_TYPED = str.maketrans("‘’′“”″–—", "'''\"\"\"--")


_WORLD = World("token", 1, User(id=1, name="bot"), set())


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, bool]] = [("", False)]
        self._in_code = 0
        self._in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code += tag == "code"
        self._in_pre += tag == "pre"
        if tag == "br" or tag in _BLOCKS:
            self.lines.append(("", False))

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"
        self._in_pre -= tag == "pre"
        if tag in _BLOCKS:
            self.lines.append(("", False))

    def handle_data(self, data: str) -> None:
        first, *others = data.split("\n") if self._in_pre else [" ".join(data.split(" ")).replace("\n", " ")]
        before = self.lines[-1][0]
        self.lines[-1] = (before + (first if before or self._in_pre else first.lstrip(" ")), bool(self._in_code))
        self.lines += [(each, True) for each in others]


def html_lines(html: str) -> list[str]:
    """Return the lines of HTML that are not blank, and the blank ones of code as a dot."""
    reader = _Lines()
    reader.feed(html)
    return [shown for text, code in reader.lines if (shown := _shown(text, code=code))]


def chat_lines(markdown: str) -> list[str]:
    """Return what :func:`html_lines` does, of a text as Discord shows it."""
    return html_lines(str(DiscordText(_WORLD, _nowhere).block(markdown)))


def _shown(text: str, *, code: bool) -> str:
    if code and text and not text.strip():
        return BLANK
    text = text.replace("\u200b", "").replace("\xa0", " ").rstrip().translate(_TYPED)
    return re.sub("-+", "-", text.replace("…", "...").replace("×", "x").replace("™", "(tm)"))


_nowhere: Callable[[str], str] = lambda _address: ""  # noqa: E731
