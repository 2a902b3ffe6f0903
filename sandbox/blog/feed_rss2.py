"""The RSS 2.0 feeds: of posts, of all comments, of one post's comments."""

from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from sandbox.blog import text
from sandbox.blog.feed_items import GENERATOR, Discussion, Pieces, cdata
from sandbox.blog.state import CommentRow, PostRow

_HEAD = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
"""


def posts_feed(pieces: Pieces, posts: list[PostRow], *, path: str, built: datetime) -> str:
    """Write the feed of posts; `path` is that of the request."""
    home = escape(pieces.state.home)
    head = _channel(escape(pieces.state.title), home, pieces, path, built) + "\t<language>en-US</language>\n"
    return _HEAD + head + "".join(_post(pieces, post) for post in posts) + "</channel>\n</rss>\n"


def comments_feed(pieces: Pieces, discussion: Discussion, *, path: str, built: datetime) -> str:
    """Write a feed of comments."""
    about = pieces.links.post(discussion.post) if discussion.post else ""
    link = pieces.state.home if discussion.site_wide else about
    title = f"\n\t{pieces.discussion_title(discussion, colon=True)}\t"
    items = "".join(_comment(pieces, row, discussion) for row in discussion.comments)
    return _HEAD + _channel(title, escape(link), pieces, path, built) + items + "</channel>\n</rss>\n"


def _channel(title: str, link: str, pieces: Pieces, path: str, built: datetime) -> str:
    # The feed's own address has no port, as WordPress builds it from the host name alone.
    own = escape(f"http://{urlsplit(pieces.state.home).hostname}{path}")
    return f"""<title>{title}</title>
	<atom:link href="{own}" rel="self" type="application/rss+xml" />
	<link>{link}</link>
	<description>{escape(pieces.state.description)}</description>
	<lastBuildDate>{_date(built)}</lastBuildDate>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
	<sy:updateFrequency>
	1	</sy:updateFrequency>
	<generator>{GENERATOR}</generator>
"""


def _post(pieces: Pieces, post: PostRow) -> str:
    link = escape(pieces.links.post(post))
    feed = escape(pieces.links.post_feed(post))
    count = pieces.count(post)
    discussed = pieces.open_or_discussed(post)
    short = cdata(text.excerpt(post.html))
    where = f"{link}#comments" if count else f"{link}#respond"
    lines = [
        f"<title>{text.feed_title(post.title)}</title>",
        f"<link>{link}</link>",
        f"<comments>{where}</comments>" if discussed else "",
        f"<dc:creator>{cdata(pieces.author(post))}</dc:creator>",
        f"<pubDate>{_date(post.date)}</pubDate>",
        *(f"<category>{cdata(name)}</category>" for name in sorted(post.categories)),
        f'<guid isPermaLink="false">{escape(pieces.links.guid(post))}</guid>',
        f"<description>{short}</description>",
    ]
    if not pieces.state.options.excerpt_only:
        lines.append(f"<content:encoded>{cdata(text.post_content(post.html))}</content:encoded>")
    if discussed:
        lines += [f"<wfw:commentRss>{feed}</wfw:commentRss>", f"<slash:comments>{count}</slash:comments>"]
    return _item(lines)


def _comment(pieces: Pieces, row: CommentRow, discussion: Discussion) -> str:
    source = pieces.comment_source(row)
    return _item(
        [
            f"<title>{pieces.comment_title(row, discussion)}</title>",
            f"<link>{escape(pieces.links.comment(row))}</link>",
            f"<dc:creator>{cdata(text.feed_name(row.author))}</dc:creator>",
            f"<pubDate>{_date(row.date)}</pubDate>",
            f'<guid isPermaLink="false">{escape(pieces.links.comment_guid(row))}</guid>',
            f"<description>{cdata(text.comment_description(source))}</description>",
            f"<content:encoded>{cdata(text.comment_text(source))}</content:encoded>",
        ]
    )


def _item(lines: list[str]) -> str:
    return "\t<item>\n" + "".join(f"\t\t{line}\n" for line in lines if line) + "\t</item>\n"


def _date(moment: datetime) -> str:
    return format_datetime(moment)
