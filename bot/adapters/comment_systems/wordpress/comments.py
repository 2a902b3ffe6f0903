"""Publishes comments on a WordPress blog over its REST API, as a guest under the member's public name.

Try it by hand: ``curl -u name:password -H 'Content-Type: application/json' -d '{"post": 1, …}' …/wp/v2/comments``.
``rules/discord_to_html`` has escaped the HTML; the dispatcher retries.
"""

from bot.adapters.comment_systems.wordpress.account import confirm_account, fetch_account, revoke_password
from bot.adapters.comment_systems.wordpress.posts import PostFinder
from bot.adapters.comment_systems.wordpress.responses import (
    DELETED,
    DUPLICATE,
    GONE,
    NO_LIST,
    PARENT_GONE,
    SAID_BEFORE,
    StoredComment,
    check_reachable,
    code_of,
    explain,
    is_hidden,
    read_comment,
    words_of,
)
from bot.adapters.comment_systems.wordpress.site import Http, WordPressSite, read_list, read_object
from bot.model.connection import Account, Connection
from bot.model.entry import Entry
from bot.model.errors import ConnectionRefused, PermanentError, TemporaryError
from bot.model.ids import NativeId
from bot.model.post import PostFound, PostNotFound, PostProof
from bot.model.reply import Held, OutgoingComment, Published, PublishOutcome, Rejected, RejectionReason

_COMMENTS = "wp/v2/comments"
#: Lists only comments that every visitor may see, because the account may see more.
_PUBLIC_LIST: dict[str, str | int] = {
    "status": "approve",
    "type": "comment",
    "context": "view",
    "per_page": 100,
    "orderby": "id",
    "order": "desc",
    "_fields": "id,post,parent,author_name,author_url,date_gmt,content,link,type,status",
}


class WordPressClient:
    """A WordPress blog, used with one application password."""

    def __init__(self, client: Http, connection: Connection) -> None:
        self._site = WordPressSite(client, connection.api_root, (connection.username, connection.password))
        self._posts = PostFinder(client, self._site)

    async def check(self) -> Account:
        """Try the credential; see :func:`fetch_account`."""
        return await fetch_account(self._site)

    async def revoke(self) -> bool:
        """Revoke the password; see :func:`revoke_password`."""
        return await revoke_password(self._site)

    async def list_comments(self) -> bytes:
        """Return the list of the newest comments that are approved, as the blog writes it.

        :raises TemporaryError: no answer for now.
        :raises ConnectionRefused: the blog shows the account no list.
        """
        answer = await self._site.ask("GET", _COMMENTS, **_PUBLIC_LIST)
        if answer.status == 200:
            return answer.body
        check_reachable(answer)
        raise ConnectionRefused(NO_LIST)

    async def find_post(self, entry: Entry, proof: PostProof | None = None) -> PostFound | PostNotFound:
        """Find the post that an entry is; see :class:`PostFinder`."""
        return await self._posts.find(entry, proof)

    async def publish(self, comment: OutgoingComment) -> PublishOutcome:
        """Send a comment once.

        WordPress accepts a parent that is missing or on another post, and then never shows the comment, so the parent
        is checked first.

        :raises TemporaryError: no clear answer came; the comment may have been stored.
        :raises ConnectionRefused: the blog does not accept the credential any more, or its REST API is closed.
        """
        await confirm_account(self._site)
        refusal = await self._refuse_parent(comment)
        if refusal is not None:
            return refusal
        answer = await self._site.ask("POST", _COMMENTS, json=_compose(comment))
        if answer.status == 201:
            stored = read_comment(read_object(answer))
            if stored is None:
                raise TemporaryError("The blog did not say what it did with the comment.")
            return stored.outcome()
        if code_of(answer) == DUPLICATE:
            return await self._explain_duplicate(comment)
        return explain(answer)

    async def find(self, comment: OutgoingComment) -> Published | Held | None:
        """Look for a comment by its ``author_url``, including Pending ones if the account may see them."""
        outcome = await self._look_for(comment)
        return None if isinstance(outcome, Rejected) else outcome

    async def follow(self, native_id: NativeId) -> PublishOutcome:
        """Ask for a comment's present state. A comment that the account may not see counts as held."""
        answer = await self._site.ask("GET", f"{_COMMENTS}/{_number(native_id)}")
        stored = read_comment(read_object(answer))
        if answer.status == 200 and stored is not None:
            return stored.outcome()
        if code_of(answer) == GONE:
            return Rejected(text=DELETED)
        if is_hidden(answer):
            return Held(native_id=native_id)
        check_reachable(answer)
        raise TemporaryError("The blog did not say what became of the comment.")

    async def _refuse_parent(self, comment: OutgoingComment) -> Rejected | None:
        """Return a refusal if the comment that is answered is not public under its post, or None."""
        if comment.parent_native_id is None:
            return None
        answer = await self._site.ask("GET", f"{_COMMENTS}/{_number(comment.parent_native_id)}")
        parent = read_comment(read_object(answer))
        gone = Rejected(text=PARENT_GONE, reason=RejectionReason.PARENT_GONE)
        if answer.status == 200 and parent is not None:
            if not isinstance(parent.outcome(), Published):
                return gone
            # It is on another post, where it is not gone, but nobody would see the answer here.
            return None if parent.post == _number(comment.entry_native_id) else Rejected(text=PARENT_GONE)
        if code_of(answer) == GONE or is_hidden(answer):
            return gone
        check_reachable(answer)
        raise TemporaryError("The blog did not show the comment that is answered.")

    async def _explain_duplicate(self, comment: OutgoingComment) -> PublishOutcome:
        """Return the outcome of an earlier attempt, or refuse a text that the member published before.

        WordPress compares post, parent, name, e-mail address and text. The e-mail address is the member's own, so the
        other comment is theirs; its link shows from which message it came.
        """
        outcome = await self._look_for(comment)
        if outcome is not None:
            return outcome
        for duplicate in await self._search(comment.author_email):
            if _is_duplicate(duplicate, comment):
                # Some blogs delete commenters' links. Then it is the earlier attempt.
                return Rejected(text=SAID_BEFORE) if duplicate.author_url else duplicate.outcome()
        return Held(native_id=None)

    async def _look_for(self, comment: OutgoingComment) -> PublishOutcome | None:
        place = _number(comment.entry_native_id)
        found = [
            stored
            for stored in await self._search(comment.author_url)
            # The search looks into texts and names too, so it may find other comments.
            if stored.author_url == comment.author_url and stored.post == place
        ]
        found.sort(
            key=lambda stored: (stored.status not in ("approved", "approve"), stored.status != "hold", stored.id)
        )
        return found[0].outcome() if found else None

    async def _search(self, phrase: str) -> list[StoredComment]:
        answer = await self._site.ask("GET", _COMMENTS, search=phrase, per_page=100, status="any")
        if answer.status in (401, 403):
            # Only accounts that may edit posts may list comments that are not public.
            answer = await self._site.ask("GET", _COMMENTS, search=phrase, per_page=100)
        rows = read_list(answer)
        if answer.status != 200 or rows is None:
            check_reachable(answer)
            raise TemporaryError("The blog did not let the bot look for the comment.")
        return [stored for row in rows if (stored := read_comment(row)) is not None]


def _compose(comment: OutgoingComment) -> dict[str, str | int]:
    # Without "author" WordPress stores a guest's comment under the name given, whoever's password was used.
    body: dict[str, str | int] = {
        "post": _number(comment.entry_native_id),
        "author_name": comment.author_name,
        "author_email": comment.author_email,
        "author_url": comment.author_url,
        "content": comment.html,
    }
    if comment.parent_native_id is not None:
        body["parent"] = _number(comment.parent_native_id)
    return body


def _is_duplicate(stored: StoredComment, comment: OutgoingComment) -> bool:
    parent = 0 if comment.parent_native_id is None else _number(comment.parent_native_id)
    same_place = (stored.post, stored.parent) == (_number(comment.entry_native_id), parent)
    return same_place and words_of(stored.html) == words_of(comment.html)


def _number(native_id: NativeId) -> int:
    if not (native_id.isascii() and native_id.isdecimal()):
        raise PermanentError("This is not the number of a post or comment on a WordPress blog.")
    return int(native_id)
