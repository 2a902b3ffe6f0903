"""What one visitor looks at: who they are on each side, and what is open. It is the page's query, and nothing else.

Nothing is remembered on the server for a visitor, so every view can be linked, reloaded and gone back to.
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
    """Every field is a text of the query; an empty one is the default."""

    #: Who one is in chat, by name.
    me: str = ""
    #: The channel or thread that is open, by id.
    at: str = ""
    #: The chat message that is being replied to.
    reply: str = ""
    #: Who one is on the blog.
    desk: str = READER
    #: The post that is open; nothing is the home page.
    post: str = ""
    #: The comment that is being answered.
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
        """Read a query; what is unknown is left out."""
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
