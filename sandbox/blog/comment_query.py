"""Lists of comments over REST: filters, order, pages, and the rights for each filter.

`rest_comments` then checks the right to read each found comment.
"""

from collections.abc import Callable

from sandbox.blog.errors import forbidden
from sandbox.blog.rest import Call, integer, integers, invalid, moment, page_of, text, totals
from sandbox.blog.rights import may_read_post
from sandbox.blog.state import CommentRow, State

#: Value of `status` -> the stored statuses that it selects.
_STATUSES = {
    "approve": {"approved"},
    "approved": {"approved"},
    "hold": {"hold"},
    "spam": {"spam"},
    "trash": {"trash"},
    "all": {"approved", "hold"},
    "any": {"approved", "hold", "spam", "trash"},
}
_ORDERS: dict[str, Callable[[CommentRow], object]] = {
    "date": lambda row: row.date,
    "date_gmt": lambda row: row.date,
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "post": lambda row: row.post_id,
    "parent": lambda row: row.parent,
    "type": lambda row: row.kind,
}


class CommentQuery:
    """One list request, checked on construction."""

    def __init__(self, state: State, call: Call) -> None:
        self._state = state
        self._params = call.params
        self._posts = integers(call.params, "post")
        self._check_posts(call)
        self._check_rights(call)

    def page(self) -> tuple[list[CommentRow], dict[str, str]]:
        """Return the rows of the requested page and the headers with the totals."""
        page, size = page_of(self._params)
        found = self._ordered([row for row in self._state.rows.values() if self._matches(row)])
        start = integer(self._params, "offset") or (page - 1) * size
        return found[start : start + size], totals(len(found), size)

    def _check_posts(self, call: Call) -> None:
        for number in self._posts:
            post = self._state.posts.get(number)
            if post and not may_read_post(call.who, post):
                message = "Sorry, you are not allowed to read the post for this comment."
                raise forbidden(call.who, "rest_cannot_read_post", message)

    def _check_rights(self, call: Call) -> None:
        if call.who is not None and call.who.can("edit_posts"):
            return
        protected = [name for name in ("author", "author_exclude", "author_email") if call.params.get(name)]
        protected += ["type"] if call.params.get("type", "comment") != "comment" else []
        protected += ["status"] if call.params.get("status", "approve") != "approve" else []
        if protected:
            message = f"Query parameter not permitted: {', '.join(protected)}"
            raise forbidden(call.who, "rest_forbidden_param", message)

    def _matches(self, row: CommentRow) -> bool:
        params = self._params
        statuses = _STATUSES.get(text(params, "status") or "approve", set())
        wanted = {"post": row.post_id, "include": row.id, "parent": row.parent, "author": row.user_id}
        unwanted = {"exclude": row.id, "parent_exclude": row.parent, "author_exclude": row.user_id}
        named = all(not (names := integers(params, key)) or value in names for key, value in wanted.items())
        left_out = any(value in integers(params, key) for key, value in unwanted.items())
        email, kind = text(params, "author_email"), text(params, "type") or "comment"
        return (
            row.status in statuses
            and kind in {row.kind, "all"}
            and named
            and not left_out
            and (not email or row.author_email == email)
            and self._in_time(row)
            and self._found(row)
        )

    def _in_time(self, row: CommentRow) -> bool:
        after, before = moment(self._params, "after"), moment(self._params, "before")
        return (after is None or row.date > after) and (before is None or row.date < before)

    def _found(self, row: CommentRow) -> bool:
        # One phrase over name, e-mail, address and text, for every reader: so the e-mail can be guessed.
        phrase = (text(self._params, "search") or "").lower()
        fields = (row.author, row.author_email, row.author_url, row.author_ip, row.content)
        return not phrase or any(phrase in value.lower() for value in fields)

    def _ordered(self, rows: list[CommentRow]) -> list[CommentRow]:
        by = text(self._params, "orderby") or "date_gmt"
        order = text(self._params, "order") or "desc"
        if by not in _ORDERS or order not in {"asc", "desc"}:
            raise invalid("orderby" if by not in _ORDERS else "order")
        if by == "include":
            wanted = integers(self._params, "include")
            return sorted(rows, key=lambda row: wanted.index(row.id) if row.id in wanted else len(wanted))
        key = _ORDERS[by]
        return sorted(rows, key=lambda row: (key(row), row.id), reverse=order == "desc")
