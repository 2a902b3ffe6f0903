"""The HTML pages for readers: the home page, a post with its threaded discussion, "not found".

There is no comment form: comments come over REST or by `SandboxBlog.comment`.
"""

from html import escape

from sandbox.blog import text
from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow, PostRow, State

#: The greatest depth of answers, as in the setting "thread_comments_depth".
_DEPTH = 5
_STYLE = "body{font:1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}ol{padding-left:1.5rem}"


class Pages:
    """Writes whole HTML pages."""

    def __init__(self, state: State, links: Links) -> None:
        self._state = state
        self._links = links

    def home(self) -> str:
        """Return the list of posts."""
        entries = "".join(
            f'<article><h2><a href="{escape(self._links.post(post))}">{escape(post.title, quote=False)}</a></h2>'
            f"<p>{text.excerpt(post.html)}</p></article>\n"
            for post in self._state.published()
        )
        return self._page(escape(self._state.title), entries)

    def post(self, post: PostRow) -> str:
        """Return one post and its discussion."""
        account = self._state.account(post.author_id)
        title = escape(post.title, quote=False)
        body = (
            f'<article id="post-{post.id}"><h1>{title}</h1>'
            f'<p class="byline">by {escape(account.name if account else "")}, '
            f'<time datetime="{post.date.isoformat()}">{post.date:%d %B %Y}</time></p>\n'
            f"{text.post_content(post.html)}</article>\n{self._discussion(post)}"
        )
        return self._page(f"{title} &#8211; {escape(self._state.title)}", body, post)

    def missing(self) -> str:
        """Return the page of a wrong address."""
        return self._page("Page not found", "<h1>Page not found</h1>")

    def _discussion(self, post: PostRow) -> str:
        rows = sorted(self._state.approved(post), key=lambda row: (row.date, row.id))
        listed = self._thread(rows, 0, 1)
        closed = "" if post.comments_open else '<p class="no-comments">Comments are closed.</p>'
        return f'<section id="comments"><h2>Comments</h2>{listed}{closed}</section>\n'

    def _thread(self, rows: list[CommentRow], parent: int, depth: int) -> str:
        # A comment with a hidden parent is hidden too.
        items = []
        for place, row in enumerate(row for row in rows if row.parent == parent):
            answers = self._thread(rows, row.id, depth + 1)
            nested, beside = (answers, "") if depth < _DEPTH else ("", answers)
            classes = f"{row.kind} {'odd alt' if place % 2 else 'even'} depth-{depth}"
            items.append(f'<li id="comment-{row.id}" class="{classes}">{self._remark(row)}{nested}</li>{beside}')
        if not items:
            return ""
        inner = "\n".join(items)
        return inner if depth > _DEPTH else f'<ol class="comment-list depth-{depth}">\n{inner}\n</ol>'

    def _remark(self, row: CommentRow) -> str:
        link = escape(self._links.comment(row))
        name = f'<a href="{row.author_url}" rel="ugc">{row.author}</a>' if row.author_url else row.author
        return (
            f'<article class="comment-body"><p class="comment-author"><b>{name}</b> '
            f'<a href="{link}"><time datetime="{row.date.isoformat()}">{row.date:%d %B %Y, %H:%M}</time></a></p>'
            f'<div class="comment-content">{text.comment_text(row.content)}</div></article>'
        )

    def _page(self, title: str, body: str, post: PostRow | None = None) -> str:
        name = escape(self._state.title)
        feeds = [(f"{name} &raquo; Feed", self._links.feed())]
        feeds.append((f"{name} &raquo; Comments Feed", self._links.feed(of="comments")))
        if post:
            feeds.append((f"{name} &raquo; {escape(post.title)} Comments Feed", self._links.post_feed(post)))
        alternates = "".join(
            f'<link rel="alternate" type="application/rss+xml" title="{label}" href="{escape(address)}" />\n'
            for label, address in feeds
        )
        linked = self._state.options.rest_linked
        rest = f'<link rel="https://api.w.org/" href="{escape(self._links.rest())}" />\n' if linked else ""
        if post:
            address = escape(self._links.rest_of(post))
            rest += f'<link rel="alternate" type="application/json" href="{address}" />\n'
            rest += f'<link rel="canonical" href="{escape(self._links.post(post))}" />\n'
            rest += f'<link rel="shortlink" href="{escape(self._links.shortlink(post))}" />\n'
        head = f'<meta charset="UTF-8"><title>{title}</title><style>{_STYLE}</style>\n{alternates}{rest}'
        home = f'<p><a href="{escape(self._state.home)}/">{name}</a></p>'
        return f'<!DOCTYPE html>\n<html lang="en-US"><head>{head}</head>\n<body>{home}\n{body}</body></html>\n'
