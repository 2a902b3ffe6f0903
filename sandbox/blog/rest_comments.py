"""`wp/v2/comments`: listing, reading, creating, changing and deleting, with WordPress's refusals.

`creation` checks new comments and sets their status.
"""

import re
from collections.abc import Callable

from sandbox.blog import creation, kses
from sandbox.blog.comment_query import CommentQuery
from sandbox.blog.comment_view import CommentView
from sandbox.blog.errors import RestError, forbidden
from sandbox.blog.links import Links
from sandbox.blog.rest import Answer, Call, flag, integer, invalid, moment, text
from sandbox.blog.rights import may_edit_comment, may_read_comment, may_read_post
from sandbox.blog.state import CommentRow, State

_ROUTE = re.compile(r"/wp/v2/comments(?:/(\d+))?/?$")
_SETS = {"approved": "approved", "approve": "approved", "1": "approved", "hold": "hold", "0": "hold"}
_SETS |= {"spam": "spam", "trash": "trash", "unspam": "approved", "untrash": "approved"}


class CommentsResource:
    """The comments of one blog over REST."""

    def __init__(self, state: State, links: Links) -> None:
        self._state = state
        self._links = links
        self._view = CommentView(state, links)

    def answer(self, call: Call) -> Answer | None:
        """Answer calls to the collection or to one comment."""
        found = _ROUTE.match(call.route)
        if found is None or not self._state.options.comment_routes:
            return None
        if call.method == "OPTIONS":
            methods = ["GET", "POST"] if found[1] is None else ["GET", "POST", "PUT", "PATCH", "DELETE"]
            return Answer({"namespace": "wp/v2", "methods": methods})
        if found[1] is None:
            many = {"GET": self._list, "POST": self._create}.get(call.method)
            return many(call) if many else None
        acts: dict[str, Callable[[Call, CommentRow], Answer]] = {"GET": self._read, "DELETE": self._delete}
        acts |= dict.fromkeys(("POST", "PUT", "PATCH"), self._update)
        one = acts.get(call.method)
        return one(call, self._find(int(found[1]))) if one else None

    def _find(self, number: int) -> CommentRow:
        row = self._state.rows.get(number)
        if row is None:
            raise RestError(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return row

    def _list(self, call: Call) -> Answer:
        self._check_context(call)
        query = CommentQuery(self._state, call)
        rows, headers = query.page()
        # Unreadable comments are counted but left out, so a short page need not be the last one.
        shown = [row for row in rows if may_read_comment(call.who, row, self._state)]
        edit = call.params.get("context") == "edit"
        return Answer([self._view.json(row, edit=edit) for row in shown], headers=headers)

    def _read(self, call: Call, row: CommentRow) -> Answer:
        self._check_context(call)
        if not may_read_comment(call.who, row, self._state):
            raise forbidden(call.who, "rest_cannot_read", "Sorry, you are not allowed to read this comment.")
        post = self._state.posts.get(row.post_id)
        if post and not may_read_post(call.who, post):
            raise forbidden(call.who, "rest_cannot_read_post")
        return Answer(self._view.json(row, edit=call.params.get("context") == "edit"))

    def _check_context(self, call: Call) -> None:
        edit = call.params.get("context") == "edit"
        if edit and not (call.who and call.who.can("moderate_comments")):
            raise forbidden(call.who, "rest_forbidden_context", "Sorry, you are not allowed to edit comments.")

    def _create(self, call: Call) -> Answer:
        sent = _read_sent(call)
        row = creation.create(self._state, call.who, sent, address=call.address, agent=call.agent)
        if sent.status is not None:
            row.status = _SETS.get(sent.status, row.status)
        edit = call.who is not None and call.who.can("moderate_comments")
        headers = {"Location": self._links.rest(f"/wp/v2/comments/{row.id}")}
        return Answer(self._view.json(row, edit=edit), 201, headers)

    def _update(self, call: Call, row: CommentRow) -> Answer:
        if not may_edit_comment(call.who, row, self._state):
            raise forbidden(call.who, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
        sent = _read_sent(call)
        if sent.content is not None and not sent.content.strip():
            raise RestError(400, "rest_comment_content_invalid", "Invalid comment content.")
        names = {"author": sent.author_name, "author_email": sent.author_email, "author_url": sent.author_url}
        names["content"] = sent.content
        changes = {name: value for name, value in names.items() if value is not None}
        creation.check_lengths(changes)
        if "content" in changes:
            raw = changes["content"].strip()
            changes["content"] = creation.filter_edit(self._state, row, call.who, raw)
        for name, clean in (("author", kses.filter_name), ("author_url", kses.filter_address)):
            if name in changes:
                changes[name] = clean(changes[name])
        for name, value in changes.items():
            setattr(row, name, value)
        row.parent = row.parent if sent.parent is None else sent.parent
        row.date = sent.date or row.date
        row.status = _SETS.get(sent.status or "", row.status)
        return Answer(self._view.json(row, edit=True))

    def _delete(self, call: Call, row: CommentRow) -> Answer:
        if not may_edit_comment(call.who, row, self._state):
            raise forbidden(call.who, "rest_cannot_delete", "Sorry, you are not allowed to delete this comment.")
        if flag(call.params, "force"):
            previous = self._view.json(row, edit=True)
            previous.pop("_links")
            self._state.delete(row.id)
            return Answer({"deleted": True, "previous": previous})
        if row.status == "trash":
            raise RestError(410, "rest_already_trashed", "The comment has already been trashed.")
        row.status = "trash"
        return Answer(self._view.json(row, edit=True))


def _read_sent(call: Call) -> creation.Sent:
    params = call.params
    content = params.get("content")
    if isinstance(content, dict):
        content = content.get("raw")
    elif content is not None and not isinstance(content, str):
        raise invalid("content")
    email = text(params, "author_email")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email):
        raise invalid("author_email")
    name = text(params, "author_name")
    return creation.Sent(
        post=integer(params, "post"),
        parent=integer(params, "parent"),
        author=integer(params, "author"),
        author_name=None if name is None else kses.plain_line(name),
        author_email=email,
        author_url=text(params, "author_url"),
        author_ip=text(params, "author_ip"),
        content=content,
        status=text(params, "status"),
        date=moment(params, "date") or moment(params, "date_gmt"),
        id=integer(params, "id") if "id" in params else None,
        type=text(params, "type"),
    )
