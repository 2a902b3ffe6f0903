"""Renders Discord's inline Markdown as HTML with the few tags that a comment may have.

It adds rules for Discord's own syntax to markdown-it's inline parser. The caller sanitises the HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape as as_text
from typing import Any
from urllib.parse import quote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.rules.discord_to_html.marks import SPOILER, Mark, find_code, find_mark, outer_blanks
from bot.rules.html_to_discord.text import clean, one_line

#: A comment field has no underline: slanted words stand out as well.
_TAGS = {"*": "em", "_": "em", "__": "em", "**": "strong", "~~": "del"}
_DEEPEST = 20
_ID = re.compile(
    r"<(?:(?P<user>@!?)|(?P<role>@&)|(?P<channel>#))(?P<id>[0-9]{1,20})>"
    r"|<a?(?P<emoji>:[0-9A-Za-z_]{1,64}:)[0-9]{1,20}>"
    r"|<(?P<command>/[^<>:/\n]{1,100}):[0-9]{1,20}>"
    r"|<id:(?P<guide>[0-9A-Za-z_-]{1,30})(?::[0-9]{1,20})?>"
    r"|<t:(?P<time>-?[0-9]{1,13})(?::(?P<form>[tTdDfFsSR]))?>"
)
_ANGLED = re.compile(r"<(https?://[^\s<>\x02\x03]+)>", re.IGNORECASE)
#: As Discord's clients find addresses, but for quotation marks, and an empty query or fragment: those end one here.
_BARE = re.compile(r"https?://[^\s<>\"\x02\x03]*[^\s<>\"\x02\x03.,:;?#'\]]", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![a-z0-9])https?$", re.IGNORECASE)
_MASKED = re.compile(
    r"\[((?:\[[^\[\]]*\]|[^\[\]\\]|\\.)+)\]"
    r"\([ ]*<?(https?://(?:[^\s<>()\x02\x03]|\([^\s<>()\x02\x03]*\))+)>?(?:[ ]+\"[^\"\n]*\")?[ ]*\)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s\x02\x03])")
#: Its arm is no escape.
_SHRUG = "¯\\_(ツ)_/¯"
_ADDRESS = re.compile(r"//|\b(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_KEPT = "%/:?#@!$&()*+,;=~-._[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Public names for the ids in a message."""

    users: Mapping[int, str]  #: only people who opted in; everybody else becomes "@member"
    roles: Mapping[int, str]
    channels: Mapping[int, str]


@dataclass(slots=True)
class Links:
    """The number of links that a text may still contain."""

    left: int


def render_inline(text: str, names: Names, links: Links) -> str:
    """Return one paragraph's Markdown as HTML; links beyond ``links.left`` become text without a scheme."""
    return "".join(_render(_parse(text, names), links)).strip(" \n")


@cache
def _parser() -> MarkdownIt:
    """Build the parser once; it keeps no state between texts."""
    parser = MarkdownIt("zero").enable("backticks")
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.at("escape", _escape)
    parser.inline.ruler.at("backticks", _code)
    parser.enable("escape")
    for name, rule in (("angled", _angled), ("bare", _bare), ("masked", _masked), ("mark", _mark)):
        parser.inline.ruler.before("backticks", name, rule)
    return parser


def _parse(text: str, names: Names, *, in_link: bool = False, depth: int = 0) -> list[Token]:
    tokens: list[Token] = []
    _parser().inline.parse(text, _parser(), {"names": names, "in_link": in_link, "depth": depth}, tokens)
    return tokens


def _push_text(state: StateInline, text: str) -> None:
    state.push("text", "", 0).content = text


def _push_link(state: StateInline, address: str, label: list[Token] | None) -> None:
    href = _href(address)
    if href is None or state.env["in_link"]:
        state.tokens.extend(label or ())
        if label is None:
            _push_text(state, address)
        return
    token = state.push("link", "a", 0)
    token.attrs, token.children = {"href": href}, label
    token.content = address


def _escape(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take a sign that is meant as itself: any but a letter of ASCII, a digit or a blank, as in Discord's clients."""
    if state.src.startswith(_SHRUG, state.pos - 1) and state.pos:
        text, end = _SHRUG[1:], state.pos + len(_SHRUG) - 1
    elif found := _ESCAPED.match(state.src, state.pos):
        text, end = found[1], found.end()
    else:
        return False
    if not silent:
        _push_text(state, text)
    state.pos = end
    return True


def _angled(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take what Discord writes in angle brackets: ids, emoji, times, commands, addresses."""
    if state.src[state.pos] != "<":
        return False
    found = _ID.match(state.src, state.pos)
    address = _ANGLED.match(state.src, state.pos)
    if found is not None and not silent:
        _push_text(state, _called(found, state.env["names"]))
    elif address is not None and not silent:
        _push_link(state, address[1], None)
    match = found or address
    state.pos = match.end() if match is not None else state.pos
    return match is not None


def _called(found: re.Match[str], names: Names) -> str:
    kind = found.lastgroup
    if found["time"]:
        return _moment(int(found["time"]), found["form"] or "f")
    if kind in {"emoji", "command"}:
        return found[kind]
    if kind == "guide":
        return "#" + found["guide"]
    for group, sign, known, anybody in (
        ("user", "@", names.users, "member"),
        ("role", "@", names.roles, "role"),
        ("channel", "#", names.channels, "channel"),
    ):
        if found[group]:
            return sign + (one_line(clean(known.get(int(found["id"]), ""))).lstrip("@#") or anybody)
    raise AssertionError(kind)


def _moment(seconds: int, form: str) -> str:
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return "(a time)"
    if form in "dD":
        return f"{at:%Y-%m-%d}"
    return f"{at:%H:%M} UTC" if form in "tT" else f"{at:%Y-%m-%d %H:%M} UTC"


def _bare(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take an address written plainly; its scheme was already read as text when the colon comes."""
    if not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending)
    found = _BARE.match(state.src, state.pos - len(scheme[0])) if scheme is not None else None
    if scheme is None or found is None:
        return False
    address = _without_open_brackets(found[0])
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        _push_link(state, address, None)
    state.pos += len(address) - len(scheme[0])
    return True


def _without_open_brackets(address: str) -> str:
    """Take brackets off the end of an address that are not opened in it."""
    closed = len(address) - len(address.rstrip(")"))
    open_ones = max(closed - address.count("("), 0)
    return address[: len(address) - open_ones].rstrip(".,:;?#'") if open_ones else address


def _masked(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    found = _MASKED.match(state.src, state.pos) if state.src[state.pos] == "[" else None
    if found is None:
        return False
    if not silent:
        # Words that look like an address could name another host than the link's.
        words = found[1].strip()
        label = None if _ADDRESS.search(words) or not words else _parse(words, state.env["names"], in_link=True)
        _push_link(state, found[2], label)
    state.pos = found.end()
    return True


def _mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take marked words; of hidden ones the blog says so, so that a reader may look away."""
    mark = find_mark(state.src, state.pos) if state.env["depth"] < _DEEPEST else None
    if mark is None:
        return False
    if not silent:
        before, after = outer_blanks(state.src, state.pos, mark)
        _push_text(state, before)
        if mark.inner.strip():
            _push_mark(state, mark)
        _push_text(state, after)
    state.pos = mark.end
    return True


def _code(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take code, or else all backticks that stand together: none of them begins code then."""
    if state.src[state.pos] != "`":
        return False
    code = find_code(state.src, state.pos)
    rest = state.src[state.pos :]
    if not silent:
        if code is None:
            _push_text(state, rest[: len(rest) - len(rest.lstrip("`"))])
        else:
            words = code.inner.replace("\n", " ")
            enclosed = words.strip() and words[0] == words[-1] == " "
            state.push("code_inline", "code", 0).content = words[1:-1] if enclosed else words
    state.pos = code.end if code else len(state.src) - len(rest.lstrip("`"))
    return True


def _push_mark(state: StateInline, mark: Mark) -> None:
    env = state.env
    inner = _parse(mark.inner.strip(), env["names"], in_link=env["in_link"], depth=env["depth"] + 1)
    if mark.sign == SPOILER:
        _push_text(state, "(spoiler: ")
        state.tokens.extend(inner)
        _push_text(state, ")")
    else:
        state.push("mark", _TAGS[mark.sign], 0).children = inner


def _href(address: str) -> str | None:
    """Return a normal form of an http address that needs no escaping but ``&``; None where it is broken."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        if not host or parts.username is not None:
            return None
        return quote(parts._replace(netloc=parts.netloc.lower()).geturl().replace("&#", "#"), safe=_KEPT)
    except ValueError:
        return None


def _render(tokens: list[Token], links: Links) -> list[str]:
    out: list[str] = []
    for token in tokens:
        if token.type == "mark":
            out.append(f"<{token.tag}>{''.join(_render(token.children or [], links))}</{token.tag}>")
        elif token.type == "code_inline":
            out.append(f"<code>{as_text(token.content, quote=False)}</code>")
        elif token.type == "link":
            out.append(_link(token, links))
        else:
            out.append(as_text(token.content, quote=False))
    return out


def _link(token: Token, links: Links) -> str:
    href: Any = token.attrs["href"]
    label = "".join(_render(token.children, links)) if token.children else ""
    if links.left > 0:
        links.left -= 1
        return f'<a href="{as_text(href)}">{label or as_text(token.content, quote=False)}</a>'
    shown = as_text(re.sub(r"^https?://(?:www\.)?", "", token.content, flags=re.IGNORECASE), quote=False)
    return f"{label} ({shown})" if label else shown
