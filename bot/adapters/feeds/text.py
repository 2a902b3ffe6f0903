"""Clean a feed's text: characters that Discord or a database refuses, and titles with markup."""

import html
import re
from collections.abc import Collection, Sequence
from html.entities import html5

#: Controls but tab and line ends, noncharacters, and halves of surrogate pairs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*?)\]\]>\s*", re.S)
#: What a browser does not show.
_HIDDEN = re.compile(r"<!--.*?(?:-->|$)|<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|$)|<\?[^<>]*\?>", re.S | re.I)
#: The same where nobody says that a text is HTML: what is not closed is a word, and so is "<?php echo $x ?>".
_HIDDEN_PAIR = re.compile(r"<!--.*?-->|<(script|style|template)\b[^<>]*>.*?</\1\s*>", re.S | re.I)
#: Stops at the next "<" in any case: titles from a JSON list are read outside of the worker.
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)((?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*|\s[^<>]*)?)/?>""")
#: How the word above is read (HTML, ``rt``), where the title does not bring brackets for it itself (``rp``).
_READING = re.compile(r"<rt\b[^<>]*>([^<>()（）]+)</rt\s*>", re.I)
_ATTRIBUTE = re.compile(r"""\s[\w:-]+\s*=\s*["']""")
_SPACE = re.compile(r"\s+")
_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));")
#: Marks that turn the direction of a line and characters without a width, which make a title show what it is not.
#: Joiners (U+200C, U+200D) stay: emoji and several scripts are written with them.
_INVISIBLE = re.compile("[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]")
_RELATIVE = re.compile(r"""\b(?:href|src)\s*=\s*["']?(?!["']?[a-z][a-z0-9+.-]*:)""", re.IGNORECASE)
#: Longer than any title, name or category that was meant to be read.
_LONGEST_LINE = 1000
#: Characters of one item's HTML. The longest posts seen hold a fifth of it.
_LONGEST_HTML = 500_000
_MOST_CATEGORIES = 50
_DEEPEST_CDATA = 3
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
#: What begins and ends a text that is HTML as a whole, escaped.
_BLOCK = r"(?:p|div|h[1-6]|ul|ol|table|blockquote|figure|section|article|pre)"
_ESCAPED_START = re.compile(rf"\s*&lt;{_BLOCK}(?:\s|&gt;)", re.I)
_ESCAPED_END = re.compile(rf"&lt;/{_BLOCK}\s*&gt;\s*$", re.I)
_LONGEST_TAG = 100
#: An end of a line before an item of a list or a chapter.
_LIST_LINE = re.compile(r"\n[ \t]*(?=(?:[-*•–]|\d{1,3}[.)]|\(?\d{1,2}(?::\d\d){1,2}\)?)[ \t])")
#: Elements of HTML that end a line, and those that stand within one.
_BREAKS = frozenset(("br", "hr"))
_LINE_ENDING = _BREAKS | frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header"),
        *("html", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_WITHIN_LINES = frozenset(
    (
        *("a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "button", "canvas", "cite", "code", "data", "del"),
        *("dfn", "em", "embed", "font", "i", "iframe", "img", "input", "ins", "kbd", "label", "mark", "math", "nobr"),
        *("object", "picture", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike"),
        *("strong", "sub", "sup", "svg", "textarea", "time", "title", "tt", "u", "var", "video", "wbr"),
    )
)


def scrub(text: str) -> str:
    """Return text without characters that XML, PostgreSQL or Discord refuse; those that part words become spaces."""
    return _FORBIDDEN.sub("", text.replace("\v", " ").replace("\f", " "))


def one_line(text: str) -> str:
    """Return scrubbed text with every run of white space made one space, without what is not seen, within a bound."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", scrub(text[: 4 * _LONGEST_LINE]))).strip()[:_LONGEST_LINE]


def unwrap_cdata(text: str) -> str:
    """Return the content of a CDATA section that was written out as text."""
    for _ in range(_DEEPEST_CDATA):
        # Some software escapes the section once more.
        written = html.unescape(text) if text.lstrip().startswith("&lt;![CDATA[") else text
        found = _CDATA.fullmatch(written)
        if found is None:
            break
        # Several sections side by side are one text.
        text = found[1].replace("]]><![CDATA[", "")
    return text


def plain_title(text: str, *, is_html: bool) -> str:
    """Return a title, once more escaped than need be or not, as plain text.

    :param is_html: each tag of HTML is markup. Else the format leaves it open (RSS), and only what is closed again is:
        of ``<nav>`` alone nobody can say that it is no word.
    """
    written = unwrap_cdata(text[: 8 * _LONGEST_LINE])
    if "<" in written:
        written = (_HIDDEN if is_html else _HIDDEN_PAIR).sub("", written)
        tags = {(slash, name.lower()) for slash, name, _ in _TAG.findall(written)}
        closed = {name for slash, name in tags if slash and (is_html or ("", name) in tags)}
        if ("/", "ruby") in tags and ("", "rp") not in tags:
            written = _READING.sub(lambda reading: f"({reading[1].strip()})", written)
        written = _TAG.sub(lambda tag: _tag_replacement(tag, closed, is_html=is_html), written)
    return one_line(html.unescape(written) if is_html else _unescaped(written))


def text_title(text: str) -> str:
    """Return a title that is plain text by its format; one escape too many is undone."""
    return one_line(_unescaped(unwrap_cdata(text[: 8 * _LONGEST_LINE])))


def _unescaped(text: str) -> str:
    """Decode whole references: in plain text "&params" is a word, although HTML takes "&para" for a reference."""

    def character(found: re.Match[str]) -> str:
        return html5.get(f"{found[1]};", found[0]) if found[1] else html.unescape(found[0])

    return _REFERENCE.sub(character, text)


def _tag_replacement(tag: re.Match[str], closed: Collection[str], *, is_html: bool) -> str:
    name = tag[2].lower()
    if name not in _LINE_ENDING and name not in _WITHIN_LINES:
        # "List<String>" is no element; one that nobody knows is markup where it is closed or has attributes.
        is_markup = name in closed or (is_html and (tag[0].endswith("/>") or bool(_ATTRIBUTE.search(tag[3]))))
        return "" if is_markup else tag[0]
    is_markup = is_html or name in closed or name in _BREAKS or (name == "img" and "src" in tag[3])
    if name == "wbr":
        # Between letters it divides a word.
        before, after = tag.string[max(tag.start() - 1, 0) : tag.start()], tag.string[tag.end() : tag.end() + 1]
        is_markup |= before.isalnum() and after.isalnum()
    if not is_markup:
        return tag[0]
    return " " if name in _LINE_ENDING else ""


def plain_name(text: str) -> str:
    """Return a name; WordPress escapes names twice."""
    return one_line(html.unescape(unwrap_cdata(text)))


def plain_categories(written: Sequence[str]) -> tuple[str, ...]:
    """Return the names of an item's categories, each once; at most 50."""
    return tuple(dict.fromkeys(name for name in map(plain_name, written[:_MOST_CATEGORIES]) if name))


def plain_text_as_html(text: str) -> str:
    """Return HTML that shows plain text as it was written: lines stay lines, paragraphs stay apart."""
    lines = html.escape(text, quote=False).replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = [each.strip().replace("\n", "<br>") for each in _BLANK_LINES.split(lines)]
    return paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{each}</p>" for each in paragraphs)


def bound_html(text: str) -> str:
    """Return at most 500,000 characters, not ending within a tag."""
    if len(text) <= _LONGEST_HTML:
        return text
    cut = text[:_LONGEST_HTML]
    return cut[: cut.rfind("<")] if cut.rfind("<") > cut.rfind(">") else cut


def repair_html(text: str) -> str:
    """Return HTML without what software did wrong to all of it: one escape too many, or no element at all.

    Without any element, what stands behind a blank line is another paragraph, and lines of a list are lines.
    """
    if "<" in text:
        return text
    if _ESCAPED_START.match(text) and _ESCAPED_END.search(text[-_LONGEST_TAG:]):
        return html.unescape(text)
    paragraphs = [
        _LIST_LINE.sub("<br>", each.strip()) for each in _BLANK_LINES.split(text.strip().replace("\r\n", "\n"))
    ]
    return paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{each}</p>" for each in paragraphs)


def with_base(text: str, base: str | None) -> str:
    """Return HTML that carries what its relative addresses are relative to (HTML, ``base``), where it is not its page.

    :param base: None: its page, which the renderer knows.
    """
    return f'<base href="{html.escape(base)}">{text}' if base and _RELATIVE.search(text) else text
