"""The posts and comments of a feed, and the parts that `feed_rss2` and `feed_atom` share."""

from dataclasses import dataclass
from html import escape

from sandbox.blog import text
from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow, PostRow, State

#: The generator that a feed names; the version is that of the package with which the sandbox is compared.
GENERATOR = "https://wordpress.org/?v=6.1.9"
#: Items in every feed, WordPress's `posts_per_rss`.
WINDOW = 10


@dataclass(frozen=True, slots=True)
class Discussion:
    """The subject of a comment feed: the whole blog, one post, or a missing post."""

    comments: list[CommentRow]
    post: PostRow | None = None
    site_wide: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a language around comments."""

    comment_on: str = "Comment on {} by {}"
    by: str = "By: {}"
    in_reply_to: str = "In reply to {}."
    comments_for: str = "Comments for {}"
    comments_on: str = "Comments on"


_ENGLISH = _Words()
_GERMAN = _Words("Kommentar zu {} von {}", "Von: {}", "Als Antwort auf {}.", "Kommentare für {}", "Kommentare zu")


def newest_posts(state: State, page: int = 1) -> list[PostRow]:
    """Return the posts of one page of the posts feed."""
    return state.published()[(page - 1) * WINDOW : page * WINDOW]


def site_discussion(state: State, page: int = 1) -> Discussion:
    """Return the newest approved comments on published posts."""
    public = {post.id for post in state.published(None)}
    rows = _newest([row for row in state.approved() if row.post_id in public])
    return Discussion(rows[(page - 1) * WINDOW : page * WINDOW], site_wide=True)


def post_discussion(state: State, post: PostRow | None) -> Discussion:
    """Return the newest approved comments on one post, whatever the post's own status."""
    if post is None:
        return Discussion([])
    return Discussion(_newest(list(state.approved(post)))[:WINDOW], post)


def _newest(rows: list[CommentRow]) -> list[CommentRow]:
    return sorted(rows, key=lambda row: (row.date, row.id), reverse=True)


class Pieces:
    """Texts that RSS and Atom have in common."""

    def __init__(self, state: State, links: Links) -> None:
        self.state = state
        self.links = links

    def comment_title(self, row: CommentRow, discussion: Discussion) -> str:
        """Return WordPress's title of a comment, with its white space."""
        name = text.feed_name(row.author)
        if not discussion.site_wide:
            return f"\n\t\t{self._words.by.format(name)}\t\t"
        title = text.feed_title(self.state.posts[row.post_id].title)
        return f"\n\t\t{self._words.comment_on.format(title, name)}\t\t"

    def comment_source(self, row: CommentRow) -> str:
        """Return the text; a reply begins with the name of the answered author, as RSS has no threading."""
        parent = self.state.rows.get(row.parent)
        if parent is None:
            return row.content
        parent_link = f'<a href="{escape(self.links.comment(parent))}">{parent.author}</a>'
        return f"{self._words.in_reply_to.format(parent_link)}\n\n{row.content}"

    def open_or_discussed(self, post: PostRow) -> bool:
        """Return True if the feed has the post's comment elements."""
        return post.comments_open or self.count(post) > 0

    def count(self, post: PostRow) -> int:
        """Return the number of approved comments on the post."""
        return sum(1 for _ in self.state.approved(post))

    def author(self, post: PostRow) -> str:
        """Return the display name of the post's author."""
        account = self.state.account(post.author_id)
        return escape(account.name) if account else ""

    def discussion_title(self, discussion: Discussion, *, colon: bool) -> str:
        """Return a comment feed's title."""
        if discussion.site_wide:
            return self._words.comments_for.format(escape(self.state.title))
        name = text.feed_title(discussion.post.title) if discussion.post else "Untitled"
        return f"{self._words.comments_on}{':' if colon else ''} {name}"

    @property
    def _words(self) -> _Words:
        return _GERMAN if self.state.options.language == "de" else _ENGLISH


def cdata(value: str) -> str:
    """Wrap in CDATA."""
    return f"<![CDATA[{value.replace(']]>', ']]&gt;')}]]>"
