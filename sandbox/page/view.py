"""The view of one visitor: the person on each side, and what is open, as the page's query.

The server stores no state of a visitor, so links, reload and the browser's back button work for every view.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self
from urllib.parse import urlencode

READER, AUTHOR, MODERATOR = "reader", "author", "moderator"
DESKS = (READER, AUTHOR, MODERATOR)
TABS = ("chat", "blog", "bot")


@dataclass(frozen=True, slots=True)
class View:
    """A view; every field is a text of the query, and an empty one is the default."""

    #: The visitor's person in chat, by name.
    me: str = ""
    #: The open channel or thread, by id.
    at: str = ""
    #: The chat message to which a reply is being written.
    reply: str = ""
    #: The visitor's person on the blog.
    desk: str = READER
    #: The open post; empty: the home page.
    post: str = ""
    #: The comment to which an answer is being written.
    answer: str = ""
    #: "write" or "edit" while a post is being written, "comment-" and a number while a comment is, "queue" for the
    #: moderator's list.
    doing: str = ""
    #: "commands", or "command" followed by a command's words.
    dialog: str = ""
    #: The pane that a narrow screen shows.
    tab: str = "chat"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Read a query, without unknown fields."""
        known = {name: query[name] for name in asdict(cls()) if name in query}
        view = cls(**known)
        if view.desk not in DESKS:
            view = replace(view, desk=READER)
        return view if view.tab in TABS else replace(view, tab="chat")

    def query(self, **changes: str) -> str:
        """Return the query of this view with some changes."""
        default = asdict(View())
        fields = asdict(replace(self, **changes))
        return urlencode({name: value for name, value in fields.items() if value != default[name]})

    def url(self, **changes: str) -> str:
        """Return the address of this view with some changes."""
        query = self.query(**changes)
        return f"/?{query}" if query else "/"
