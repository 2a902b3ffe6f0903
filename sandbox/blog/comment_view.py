"""The JSON of a comment over REST, for readers and (`context=edit`) for moderators."""

import hashlib

from sandbox.blog import text
from sandbox.blog.links import Links
from sandbox.blog.rest import Json
from sandbox.blog.state import CommentRow, State


class CommentView:
    """Writes comments as JSON objects."""

    def __init__(self, state: State, links: Links) -> None:
        self._state = state
        self._links = links

    def json(self, row: CommentRow, *, edit: bool = False) -> Json:
        """Return the comment's fields; e-mail, address and raw text only for `edit`."""
        when = row.date.strftime("%Y-%m-%dT%H:%M:%S")
        content = {"rendered": text.comment_text(row.content)}
        fields: Json = {
            "id": row.id,
            "post": row.post_id,
            "parent": row.parent,
            "author": row.user_id,
            "author_name": row.author,
            "author_url": row.author_url,
            "date": when,
            "date_gmt": when,
            "content": content,
            "link": self._links.comment(row),
            "status": row.status,
            "type": row.kind,
            "author_avatar_urls": self._avatars(row),
            "meta": [],
            "_links": self._related(row),
        }
        if edit:
            content["raw"] = row.content
            fields |= {
                "author_email": row.author_email,
                "author_ip": row.author_ip,
                "author_user_agent": row.user_agent,
            }
        return fields

    def _avatars(self, row: CommentRow) -> dict[str, str]:
        digest = hashlib.sha256(row.author_email.strip().lower().encode()).hexdigest()
        return {str(size): f"{self._state.home}/avatar/{digest}?s={size}" for size in (24, 48, 96)}

    def _related(self, row: CommentRow) -> Json:
        links: Json = {
            "self": [{"href": self._links.rest(f"/wp/v2/comments/{row.id}")}],
            "collection": [{"href": self._links.rest("/wp/v2/comments")}],
        }
        if row.user_id:
            author = self._links.rest(f"/wp/v2/users/{row.user_id}")
            links["author"] = [{"embeddable": True, "href": author}]
        post = self._links.rest(f"/wp/v2/posts/{row.post_id}")
        links["up"] = [{"embeddable": True, "post_type": "post", "href": post}]
        if row.parent:
            parent = self._links.rest(f"/wp/v2/comments/{row.parent}")
            links["in-reply-to"] = [{"embeddable": True, "href": parent}]
        return links
