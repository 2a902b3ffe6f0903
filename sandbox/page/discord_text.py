"""Discord's Markdown as HTML, as far as a bot and its people use it: marks, links, quotes, code, mentions, times.

Other text stays as it is; `place` chooses the targets of links.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import groupby

import nh3

from sandbox.discord.world import World
from sandbox.page.markup import Markup, ago, html

#: Turns an address of one of the two sides into one of this page.
Place = Callable[[str], str]

_INLINE = re.compile(
    r"(?P<escaped>\\[^A-Za-z0-9\s])"
    r"|(?P<ticks>`+)(?P<code>[^`\n].*?)(?<!`)(?P=ticks)(?!`)"
    r"|\*\*(?P<bold>.+?)\*\*(?!\*)"
    r"|__(?P<under>.+?)__"
    r"|~~(?P<strike>.+?)~~"
    r"|\|\|(?P<spoiler>.+?)\|\|"
    r"|\*(?P<star>(?:\*\*.+?\*\*|[^*\n])+?)\*(?!\*)"
    r"|(?<!\w)_(?P<line>[^_\n]+)_(?!\w)"
    r"|\[(?P<label>[^\]\n]+)\]\(<?(?P<target>https?://[^\s)>]+)>?\)"
    r"|<t:(?P<time>\d{1,12})(?::\w)?>"
    r"|<(?P<kind>@[!&]?|#)(?P<id>\d+)>"
    r"|<?(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)\]'\"])>?",
    re.DOTALL,
)
_WRAPS = {"bold": "strong", "under": "u", "strike": "s", "spoiler": "mark", "star": "em", "line": "em"}


class DiscordText:
    """Renders text with the names of one world."""

    def __init__(self, world: World, place: Place) -> None:
        self._world = world
        self._place = place

    def block(self, text: str) -> Markup:
        """Render a text of several lines."""
        out: list[Markup] = []
        for quoted, lines in _runs(text):
            if quoted:
                inner = "\n".join(line[2:] for line in lines)
                out.append(html("<blockquote>{inner}</blockquote>", inner=self._fenced(inner)))
            else:
                out.append(self._fenced("\n".join(lines)))
        return html("{out}", out=out)

    def _fenced(self, text: str) -> Markup:
        parts = re.split(r"```(?:\w*\n)?(.*?)```", text, flags=re.DOTALL)
        rendered = [
            html("<pre><code>{code}</code></pre>", code=part.strip("\n")) if number % 2 else self._lines(part)
            for number, part in enumerate(parts)
            if part.strip()
        ]
        return html("{rendered}", rendered=rendered)

    def inline(self, text: str) -> Markup:
        """Render the text of one line."""
        done, pieces = 0, []
        for match in _INLINE.finditer(text):
            pieces += [html("{text}", text=text[done : match.start()]), self._mark(match)]
            done = match.end()
        pieces.append(html("{text}", text=text[done:]))
        return html("{pieces}", pieces=pieces)

    def plain(self, text: str) -> str:
        """Return a text as one line without marks."""
        inner = self.inline(re.sub(r"^(?:> |-# |#{1,3} )", "", text, flags=re.MULTILINE))
        return " ".join(unescape(nh3.clean(inner, tags=set())).split())

    def link(self, address: str, label: str | Markup, css: str = "") -> Markup:
        """Link an address; those of the two sides stay on this page."""
        inside = self._place(address)
        if inside:
            return html('<a class="{css}" href="{to}" data-go>{label}</a>', css=css, to=inside, label=label)
        template = '<a class="{css}" href="{to}" target="_blank" rel="noopener noreferrer">{label}</a>'
        return html(template, css=css, to=address, label=label)

    def _lines(self, text: str) -> Markup:
        return html("{out}", out=[self._line(line) for line in text.strip("\n").split("\n")])

    def _line(self, line: str) -> Markup:
        if not line.strip():
            return Markup('<span class="gap"></span>')
        if line.startswith("-# "):
            return html('<p class="small">{inner}</p>', inner=self.inline(line[3:]))
        heading = re.match(r"#{1,3} ", line)
        if heading:
            return html('<p class="loud">{inner}</p>', inner=self.inline(line[heading.end() :]))
        bullet = re.match(r"\s*[-*] ", line)
        if bullet:
            return html('<p class="bullet">{inner}</p>', inner=self.inline(line[bullet.end() :]))
        return html("<p>{inner}</p>", inner=self.inline(line))

    def _mark(self, match: re.Match[str]) -> Markup:
        for name, element in _WRAPS.items():
            if match[name] is not None:
                return html(f"<{element}>{{inner}}</{element}>", inner=self.inline(match[name]))
        if match["escaped"]:
            return html("{char}", char=match["escaped"][1:])
        if match["code"]:
            return html("<code>{code}</code>", code=match["code"])
        if match["target"]:
            return self.link(match["target"], self.inline(match["label"]))
        if match["time"]:
            return self._time(int(match["time"]))
        if match["id"]:
            return html('<span class="mention">{name}</span>', name=self._name(match["kind"], int(match["id"])))
        return self.link(match["url"], match["url"])

    def _time(self, seconds: int) -> Markup:
        moment = datetime.fromtimestamp(seconds, UTC)
        left = (moment - datetime.now(UTC)).total_seconds()
        return html("in {left} s", left=int(left)) if left > 0 else ago(moment)

    def _name(self, kind: str, key: int) -> str:
        if kind == "#":
            channel = self._world.channels.get(key)
            return f"#{channel.name}" if channel else "#unknown"
        if kind == "@&":
            roles = [role for guild in self._world.guilds.values() for role in guild.roles.values()]
            return next((f"@{role.name}" for role in roles if role.id == key), "@unknown")
        user = self._world.users.get(key)
        return f"@{user.name}" if user else "@unknown"


def _runs(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield groups of quoted and other lines in turn; lines within code are not quoted."""
    in_code = False

    def is_quoted(line: str) -> bool:
        nonlocal in_code
        quoted = not in_code and (line.startswith("> ") or line == ">")
        in_code ^= not quoted and line.count("```") % 2 == 1
        return quoted

    for quoted, lines in groupby(text.split("\n"), is_quoted):
        yield quoted, list(lines)
