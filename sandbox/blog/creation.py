"""Creation of a comment: the checks of WordPress's `POST wp/v2/comments`, in WordPress's order.

Clients depend on the order: rights come before the text, the text before duplicates, duplicates before the flood
check, and all of them before moderation.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.blog import kses, text
from sandbox.blog.errors import RestError, forbidden
from sandbox.blog.rights import may_read_post
from sandbox.blog.state import Account, CommentRow, PostRow, State

#: Column -> bytes, and its word in WordPress's error code.
_LENGTHS = {
    "author": (245, "comment_author_column_length"),
    "author_email": (100, "comment_author_email_column_length"),
    "author_url": (200, "comment_author_url_column_length"),
    "content": (65_525, "comment_content_column_length"),
}
_COLUMN_BYTES = 65_535


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a client's comment, checked for types; None means missing."""

    post: int | None = None
    parent: int | None = None
    author: int | None = None
    author_name: str | None = None
    author_email: str | None = None
    author_url: str | None = None
    author_ip: str | None = None
    content: str | None = None
    status: str | None = None
    date: datetime | None = None
    id: int | None = None
    type: str | None = None


def create(state: State, who: Account | None, sent: Sent, *, address: str, agent: str) -> CommentRow:
    """Check a comment, choose its status and store it; raise `RestError` if WordPress would refuse it."""
    _check_rights(state, who, sent)
    return create_by_form(state, who, sent, address=address, agent=agent)


def create_by_form(state: State, who: Account | None, sent: Sent, *, address: str, agent: str) -> CommentRow:
    """Do the same for the form under a post, which is open to all."""
    post = _open_post(state, who, sent)
    _check_kind(sent)
    row = _draft(state, who, sent, post, address, agent)
    _check_lengths(row)
    _check_duplicate(state, row)
    _check_flood(state, who, row)
    row.status = _decide_status(state, post, row)
    return store(state, row, filtered=who is None or not who.can("unfiltered_html"))


def store(state: State, row: CommentRow, *, filtered: bool) -> CommentRow:
    """Filter the text and the name by the commenter's rights, and store the comment."""
    content = kses.filter_comment(row.content) if filtered else row.content
    row.content = kses.mark_links(content, state.home)
    row.author = kses.filter_name(row.author)
    row.author_url = kses.filter_address(row.author_url)
    if len(row.content.encode()) > _COLUMN_BYTES:
        raise RestError(500, "rest_comment_failed_create", "Creating comment failed.")
    row.id = state.next_comment_id()
    state.rows[row.id] = row
    return row


def filter_edit(state: State, row: CommentRow, who: Account | None, content: str) -> str:
    """Return an edited text as it is stored: unfiltered only if editor and commenter both have the right."""
    commenter = state.account(row.user_id)
    free = all(account is not None and account.can("unfiltered_html") for account in (who, commenter))
    return kses.mark_links(content if free else kses.filter_comment(content), state.home)


def check_lengths(values: dict[str, str]) -> None:
    """Refuse values that are too long for their columns, in bytes."""
    for name, value in values.items():
        limit, code = _LENGTHS[name]
        if len(value.encode()) > limit:
            raise RestError(400, code, "Comment field exceeds maximum length allowed.")


def _check_rights(state: State, who: Account | None, sent: Sent) -> None:
    options = state.options
    if who is None and (options.comment_registration or not options.anonymous_rest_comments):
        raise RestError(401, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
    if who is not None and who.can("moderate_comments"):
        return
    own = who.id if who else 0
    if sent.author is not None and sent.author != own:
        raise forbidden(who, "rest_comment_invalid_author")
    if sent.author_ip is not None:
        raise forbidden(who, "rest_comment_invalid_author_ip")
    if sent.status is not None:
        raise forbidden(who, "rest_comment_invalid_status")


def _open_post(state: State, who: Account | None, sent: Sent) -> PostRow:
    post = state.posts.get(sent.post or 0)
    if post is None:
        raise RestError(403, "rest_comment_invalid_post_id")
    if post.status in {"draft", "trash"}:
        raise RestError(403, f"rest_comment_{post.status}_post")
    if not may_read_post(who, post):
        raise forbidden(who, "rest_cannot_read_post")
    if not post.comments_open:
        raise RestError(403, "rest_comment_closed", "Sorry, comments are closed for this item.")
    return post


def _check_kind(sent: Sent) -> None:
    if sent.id:
        raise RestError(400, "rest_comment_exists", "Cannot create existing comment.")
    if sent.type and sent.type != "comment":
        raise RestError(400, "rest_invalid_comment_type", "Cannot create a comment with that type.")


def _draft(state: State, who: Account | None, sent: Sent, post: PostRow, address: str, agent: str) -> CommentRow:
    account = None
    if sent.author is not None:
        account = state.account(sent.author)
        if account is None:
            raise RestError(400, "rest_comment_author_invalid", "Invalid comment author ID.")
    content = (sent.content or "").strip()
    if not content:
        raise RestError(400, "rest_comment_content_invalid", "Invalid comment content.")
    if account is None and not (sent.author_name or sent.author_email or sent.author_url):
        account = who
    name = sent.author_name if sent.author_name is not None else (account.name if account else "")
    email = sent.author_email if sent.author_email is not None else (account.email if account else "")
    if not name or not email:
        message = "Creating a comment requires valid author name and email values."
        raise RestError(400, "rest_comment_author_data_required", message)
    return CommentRow(
        id=0,
        post_id=post.id,
        parent=sent.parent or 0,
        author=name,
        author_email=email,
        author_url=sent.author_url or "",
        author_ip=sent.author_ip or address,
        user_agent=agent,
        user_id=account.id if account else 0,
        date=sent.date or state.now(),
        content=content,
        status="hold",
    )


def _check_lengths(row: CommentRow) -> None:
    check_lengths({name: getattr(row, name) for name in _LENGTHS})


def _check_duplicate(state: State, row: CommentRow) -> None:
    # The sent text is compared with stored ones, so texts that the filter changes are not found.
    for old in state.rows.values():
        same_place = (old.post_id, old.parent) == (row.post_id, row.parent) and old.status != "trash"
        if same_place and _key(old) == _key(row):
            raise RestError(409, "comment_duplicate", "Duplicate comment detected.")


def _key(row: CommentRow) -> tuple[str, str, str]:
    # The database ignores case and trailing white space.
    return (row.author.casefold(), row.author_email.casefold(), row.content.casefold().rstrip(" "))


def _check_flood(state: State, who: Account | None, row: CommentRow) -> None:
    if who is not None and (who.can("moderate_comments") or who.can("manage_options")):
        return
    hour_ago = state.now() - timedelta(hours=1)

    def related(old: CommentRow) -> bool:
        same_sender = old.user_id == who.id if who else old.author_ip == row.author_ip
        return same_sender or old.author_email == row.author_email

    dates = [old.date for old in state.rows.values() if old.date >= hour_ago and related(old)]
    if dates and row.date - max(dates) < timedelta(seconds=state.options.flood_seconds):
        raise RestError(400, "comment_flood", "You are posting comments too quickly. Slow down.")


def _decide_status(state: State, post: PostRow, row: CommentRow) -> str:
    account = state.account(row.user_id) if row.user_id else None
    if account and (account.id == post.author_id or account.can("moderate_comments")):
        return "approved"
    if _disallowed(state, row):
        return "trash"
    return "approved" if _passes(state, row) else "hold"


def _disallowed(state: State, row: CommentRow) -> bool:
    bare = re.sub(r"<[^>]*>", "", row.content)
    fields = (row.author, row.author_email, row.author_url, row.content, bare, row.author_ip, row.user_agent)
    words = [word.strip().lower() for word in state.options.disallowed_words if word.strip()]
    return any(word in field.lower() for word in words for field in fields)


def _passes(state: State, row: CommentRow) -> bool:
    options = state.options
    if options.comment_moderation:
        return False
    links = re.findall(r"<a [^>]*href", text.comment_text(row.content), re.IGNORECASE)
    if options.max_links and len(links) >= options.max_links:
        return False
    return not options.comment_previously_approved or _known(state, row)


def _known(state: State, row: CommentRow) -> bool:
    account = next((a for a in state.accounts.values() if a.email == row.author_email), None)
    if account is not None:
        return any(old.user_id == account.id for old in state.approved())
    wanted = (row.author, row.author_email)
    return any((old.author, old.author_email) == wanted for old in state.approved())
