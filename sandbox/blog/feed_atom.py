"""The Atom feeds: of posts, of all comments, of one post's comments, with RFC 4685 threading."""

from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from sandbox.blog import text
from sandbox.blog.feed_items import GENERATOR, Discussion, Pieces, cdata
from sandbox.blog.state import CommentRow, PostRow

_HEAD = """<?xml version="1.0" encoding="UTF-8"?><feed
	xmlns="http://www.w3.org/2005/Atom"
	xmlns:thr="http://purl.org/syndication/thread/1.0"
	xml:lang="en-US">
"""


def posts_feed(pieces: Pieces, posts: list[PostRow], *, path: str, built: datetime) -> str:
    """Write the feed of posts; `path` is that of the request."""
    home = pieces.state.home
    # Only here does the feed's own address lose its port.
    own = f"http://{urlsplit(home).hostname}{path}"
    head = _feed(pieces, escape(pieces.state.title), home, own, pieces.links.feed("atom"), built)
    return head + "".join(_post(pieces, post) for post in posts) + "</feed>\n"


def comments_feed(pieces: Pieces, discussion: Discussion, *, path: str, built: datetime) -> str:
    """Write a feed of comments."""
    title = f"\n\t{pieces.discussion_title(discussion, colon=False)}\t"
    if discussion.site_wide:
        about, own = pieces.state.home, pieces.links.feed("atom", of="comments")
    elif discussion.post:
        about = pieces.links.post(discussion.post) + "#comments"
        own = pieces.links.post_feed(discussion.post, "atom")
    else:
        about, own = "#comments", ""
    items = "".join(_comment(pieces, row, discussion) for row in discussion.comments)
    return _feed(pieces, title, about, own, own, built) + items + "</feed>\n"


def _feed(pieces: Pieces, title: str, about: str, own: str, identity: str, built: datetime) -> str:
    return f"""{_HEAD}	<title type="text">{title}</title>
	<subtitle type="text">{escape(pieces.state.description)}</subtitle>
	<updated>{_date(built)}</updated>
	<link rel="alternate" type="text/html" href="{escape(about)}" />
	<id>{escape(identity)}</id>
	<link rel="self" type="application/atom+xml" href="{escape(own)}" />
	<generator uri="{GENERATOR.partition("?")[0]}" version="{GENERATOR.rpartition("=")[2]}">WordPress</generator>
"""


def _post(pieces: Pieces, post: PostRow) -> str:
    link = escape(pieces.links.post(post))
    home = escape(pieces.state.home)
    lines = [
        f"<author><name>{pieces.author(post)}</name></author>",
        f'<title type="html">{cdata(text.feed_title(post.title))}</title>',
        f'<link rel="alternate" type="text/html" href="{link}" />',
        f"<id>{escape(pieces.links.guid(post))}</id>",
        f"<updated>{_date(post.modified)}</updated>",
        f"<published>{_date(post.date)}</published>",
        *(f'<category scheme="{home}" term="{escape(name)}" />' for name in sorted(post.categories)),
        f'<summary type="html">{cdata(text.excerpt(post.html))}</summary>',
    ]
    if not pieces.state.options.excerpt_only:
        html = cdata(text.post_content(post.html))
        lines.append(f'<content type="html" xml:base="{link}">{html}</content>')
    if pieces.open_or_discussed(post):
        count = pieces.count(post)
        feed = escape(pieces.links.post_feed(post, "atom"))
        lines += [
            f'<link rel="replies" type="text/html" href="{link}#comments" thr:count="{count}" />',
            f'<link rel="replies" type="application/atom+xml" href="{feed}" thr:count="{count}" />',
            f"<thr:total>{count}</thr:total>",
        ]
    return _entry(lines)


def _comment(pieces: Pieces, row: CommentRow, discussion: Discussion) -> str:
    link = escape(pieces.links.comment(row))
    uri = f"<uri>{row.author_url.replace('&amp;', '&#038;')}</uri>" if row.author_url else ""
    return _entry(
        [
            f"<title>{pieces.comment_title(row, discussion)}</title>",
            f'<link rel="alternate" href="{link}" type="text/html" />',
            f"<author><name>{text.feed_name(row.author)}</name>{uri}</author>",
            f"<id>{escape(pieces.links.comment_guid(row))}</id>",
            f"<updated>{_date(row.date)}</updated>",
            f"<published>{_date(row.date)}</published>",
            f'<content type="html" xml:base="{link}">{cdata(text.comment_text(pieces.comment_source(row)))}</content>',
            _in_reply_to(pieces, row),
        ]
    )


def _in_reply_to(pieces: Pieces, row: CommentRow) -> str:
    if row.parent:
        # With a missing parent, the comment names itself as the answered one.
        answered = pieces.state.rows.get(row.parent, row)
        ref, href = pieces.links.comment_guid(answered), pieces.links.comment(answered)
    else:
        post = pieces.state.posts[row.post_id]
        ref, href = pieces.links.guid(post), pieces.links.post(post)
    return f'<thr:in-reply-to ref="{escape(ref)}" href="{escape(href)}" type="text/html" />'


def _entry(lines: list[str]) -> str:
    return "\t<entry>\n" + "".join(f"\t\t{line}\n" for line in lines if line) + "\t</entry>\n"


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
