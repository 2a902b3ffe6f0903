"""A visitor's acts on the blog: comment as a reader, write and edit as its author, moderate.

A comment goes through the same checks as on the blog itself.
"""

from collections.abc import Awaitable, Callable
from typing import cast, get_args

from multidict import MultiMapping

from sandbox.blog import creation
from sandbox.blog.creation import Sent
from sandbox.blog.errors import RestError
from sandbox.blog.interface import Moderation, Post, email_of
from sandbox.blog.links import Links
from sandbox.blog.state import Account, PostRow
from sandbox.page.chat_acts import Outcome
from sandbox.page.stage import Stage
from sandbox.page.view import AUTHOR, MODERATOR, READER, View

Form = MultiMapping[str]


class BlogActs:
    """A visitor's acts on the blog, by name."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.acts: dict[str, Callable[[View, Form], Awaitable[Outcome]]] = {
            "comment": self._comment,
            "moderate": self._moderate,
            "reword": self._reword,
            "publish": self._publish,
            "revise": self._revise,
            "discussion": self._discussion,
            "bin": self._bin,
        }

    async def _comment(self, view: View, form: Form) -> Outcome:
        who = self._account(view)
        name = form.get("name", "").strip()
        sent = Sent(
            post=int(form["post"]),
            parent=int(form["parent"]),
            content=form["text"],
            author_name=None if who else name,
            author_email=None if who else email_of(name),
        )
        try:
            row = creation.create_by_form(self._stage.blog.state, who, sent, address="127.0.0.1", agent="")
        except RestError as error:
            raise ValueError(error.message) from error
        self._stage.own_comments.add(row.id)
        held = "Your comment waits for the moderator." if row.status == "hold" else ""
        return Outcome(go=view.url(answer="") + f"#comment-{row.id}", say=held)

    async def _moderate(self, view: View, form: Form) -> Outcome:
        if view.desk != MODERATOR:
            raise ValueError("Only the moderator may do that.")
        act = form["do"]
        if act not in get_args(Moderation):
            raise LookupError(f"no such act: {act}")
        await self._stage.blog.moderate(int(form["comment"]), cast("Moderation", act))
        return Outcome()

    async def _reword(self, view: View, form: Form) -> Outcome:
        if view.desk != MODERATOR:
            raise ValueError("Only the moderator may do that.")
        number = int(form["comment"])
        await self._stage.blog.edit_comment(number, text=_text(form))
        return Outcome(go=view.url(doing="") + f"#comment-{number}")

    async def _publish(self, view: View, form: Form) -> Outcome:
        if view.desk == READER:
            raise ValueError("Readers do not write posts.")
        author = "ada" if view.desk == AUTHOR else "admin"
        post = await self._stage.blog.publish(
            title=form["title"], html=_text(form), author=author, categories=_categories(form)
        )
        return Outcome(go=view.url(doing="", post=str(post.id)))

    async def _revise(self, view: View, form: Form) -> Outcome:
        await self._stage.blog.edit_post(self._post(view, form), title=form["title"], html=_text(form))
        self._row(form).categories = tuple(_categories(form))
        return Outcome(go=view.url(doing=""))

    async def _bin(self, view: View, form: Form) -> Outcome:
        await self._stage.blog.trash_post(self._post(view, form))
        return Outcome(go=view.url(doing="", post="", answer=""), say="Moved to the Trash. The bot looks for it twice.")

    async def _discussion(self, view: View, form: Form) -> Outcome:
        post = self._post(view, form)
        row = self._row(form)
        if row.comments_open:
            await self._stage.blog.close_comments(post)
        else:
            await self._stage.blog.open_comments(post)
        return Outcome()

    def _account(self, view: View) -> Account | None:
        return self._stage.blog.state.accounts.get({AUTHOR: "ada", MODERATOR: "admin"}.get(view.desk, ""))

    def _row(self, form: Form) -> PostRow:
        return self._stage.blog.state.posts[int(form["post"])]

    def _post(self, view: View, form: Form) -> Post:
        if view.desk == READER:
            raise ValueError("Readers do not change posts.")
        row = self._row(form)
        return Post(row.id, Links(self._stage.blog.state).post(row), row.title, "")


def _categories(form: Form) -> list[str]:
    return [name for each in form.get("categories", "").split(",") if (name := each.strip())]


def _text(form: Form) -> str:
    return form["text"].replace("\r\n", "\n")
