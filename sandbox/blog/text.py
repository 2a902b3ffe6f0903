"""Rendering of stored text: typographic marks, paragraphs, links, excerpts, feed titles."""

import re

_TOKEN = re.compile(r"(<[^>]*>)")
_URL = re.compile(r"(?<![\w\"'=/>])(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])")
_BLOCK = re.compile(r"</?(?:blockquote|ul|ol|li|pre|p|div|h[1-6])\b[^>]*>")


def comment_text(stored: str) -> str:
    """Return the HTML of a stored comment as pages, feeds and `content.rendered` show it."""
    return paragraphs(texturize(clickable(stored)))


def clickable(stored: str) -> str:
    """Link bare addresses, outside tags and existing links."""

    def linked(match: re.Match[str]) -> str:
        address = match[1].replace("&amp;", "&#038;")
        return f'<a href="{address}" rel="nofollow ugc">{address}</a>'

    parts, inside = [], False
    for token in _TOKEN.split(stored):
        if token.startswith("<"):
            inside = token[:2].lower() == "<a" if not token.startswith("</") else False
            parts.append(token)
        else:
            parts.append(token if inside else _URL.sub(linked, token))
    return "".join(parts)


def texturize(text: str) -> str:
    """Replace quotes, dashes and dots with typographic ones, as numeric entities; code stays as it is."""
    parts, verbatim = [], False
    for token in _TOKEN.split(text):
        if token.startswith("<"):
            if re.match(r"</?(?:code|pre)\b", token):
                verbatim = not token.startswith("</")
            parts.append(token)
        else:
            parts.append(token if verbatim else _marks(token))
    return "".join(parts)


def _marks(text: str) -> str:
    for pattern, mark in (
        (r"\.\.\.", "&#8230;"),
        (r"---", "&#8212;"),
        (r" -- ", " &#8212; "),
        (r"(?<=\w)'(?=\w)", "&#8217;"),
        (r"(?<![\w&])'(?=\w)", "&#8216;"),
        (r"'", "&#8217;"),
        (r'(?<![\w.,!?])"(?=\S)', "&#8220;"),
        (r'"', "&#8221;"),
        (r"&(?!#?\w+;)", "&#038;"),
    ):
        text = re.sub(pattern, mark, text)
    return text


def paragraphs(text: str) -> str:
    """Wrap paragraphs between blank lines in `<p>`, outside other blocks; line ends become `<br />`."""
    pieces, depth = [], 0
    divided = _BLOCK.sub(lambda match: f"\n\n{match[0]}\n\n", text.replace("\r\n", "\n"))
    # PHP's white space is ASCII's, so a line with a no-break space is not blank.
    for piece in (part.strip(" \t\r\n") for part in re.split(r"\n[ \t\r\n]*\n", divided)):
        if _BLOCK.fullmatch(piece):
            opens = not piece.startswith("</")
            depth += (1 if opens else -1) if not piece.startswith(("<blockquote", "</blockquote")) else 0
            pieces.append(f"{piece}" if opens else f"{piece}\n")
        elif piece and depth > 0:
            pieces.append(piece)
        elif piece:
            pieces.append(f"<p>{piece}</p>\n".replace("\n", "<br />\n").removesuffix("<br />\n") + "\n")
    return "".join(pieces).replace("</p>\n</blockquote>", "</p></blockquote>")


def post_content(stored: str) -> str:
    """Return a post's HTML; text of the block editor has its paragraphs already."""
    if "<!-- wp:" in stored:
        return texturize(re.sub(r"<!-- /?wp:.*?-->", "", stored).strip())
    return paragraphs(texturize(stored))


def excerpt(stored: str, words: int = 55) -> str:
    """Return a post's text without tags, at most `words` words long."""
    plain = re.sub(r"<[^>]*>", "", post_content(stored)).split()
    return " ".join(plain[:words]) + (" [&#8230;]" if len(plain) > words else "")


def comment_description(stored: str) -> str:
    """Return a comment for RSS's `description`: its markup escaped, so that it is read as text."""
    numeric = stored
    for name, number in (("&amp;", "&#038;"), ("&lt;", "&#060;"), ("&gt;", "&#062;"), ("&quot;", "&#034;")):
        numeric = numeric.replace(name, number)
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#039;")):
        numeric = numeric.replace(sign, entity)
    return numeric


def feed_title(title: str) -> str:
    """Return a title for a feed: no tags, ampersands numeric."""
    plain = re.sub(r"<[^>]*>", "", title)
    return re.sub(r"&(?!#\d+;)", "&#038;", _marks(plain)).replace("<", "&lt;").replace(">", "&gt;")


def feed_name(stored: str) -> str:
    """Return a stored name for a feed; its ampersand stays encoded once more than XML asks."""
    return stored.replace("&amp;", "&#38;").replace("&quot;", "&#34;").replace("&lt;", "&#60;").replace("&gt;", "&#62;")
