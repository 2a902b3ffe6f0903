"""Reads WordPress's answers about comments. Each refusal has a sentence for the member who wrote.

The codes were seen on a running WordPress; those of the interface itself are listed in its source under
``wp-includes/rest-api/endpoints/class-wp-rest-comments-controller.php``.
"""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.adapters.comment_systems.wordpress.site import as_object, as_text, read_object
from bot.adapters.net.client import Response
from bot.adapters.net.numbers import MAX_ID
from bot.adapters.net.retry_after import read_retry_after
from bot.model.errors import ConnectionRefused, TemporaryError
from bot.model.ids import NativeId
from bot.model.reply import Held, Published, PublishOutcome, Rejected, RejectionReason

DUPLICATE: Final = "comment_duplicate"
GONE: Final = "rest_comment_invalid_id"
#: The comment is hidden from the account: Pending, Spam or Trash; WordPress does not say which.
HIDDEN: Final = frozenset({"rest_cannot_read", "rest_cannot_read_post", "rest_forbidden"})

DELETED: Final = "The blog's moderator deleted it."
TRASHED: Final = "It is in the blog's Trash: a moderator or the blog's Disallowed Comment Keys put it there."
SPAM: Final = "The blog marked it as Spam. Ask the blog's owner to look there and press Not Spam."
SAID_BEFORE: Final = "You published the same text here before. Change your text to publish it again."
PARENT_GONE: Final = "The comment that you answer was removed from the blog. Answer the post instead."
DISCONNECTED: Final = (
    "The blog does not accept the bot's password any more, so nothing was sent. "
    "An admin of this server must connect the blog again."
)

NO_ROUTE: Final = (
    "The blog has removed the routes for comments (wp/v2/comments) from its REST API, often by a security plugin. "
    "Ask the blog's owner to allow them."
)
NO_LIST: Final = "The blog does not show the connected account its list of comments."
SHUT: Final = (
    "The blog's REST API refuses everybody, logged in or not, often by a security plugin. "
    "Ask the blog's owner to allow it for accounts that are logged in."
)

#: WordPress lets an account comment once in 15 seconds and does not say when it may again.
_FLOOD_WAIT: Final = timedelta(seconds=20)
#: A member waits for their reply, so no blog can delay it for longer than this.
_LONGEST_WAIT: Final = timedelta(minutes=15)

_SENTENCES: Final[dict[str, str]] = {
    "rest_comment_author_data_required": "The blog wants a name with every comment. Choose a public name, then reply.",
    "comment_author_column_length": "Your public name is too long for the blog. Choose a shorter one.",
    "comment_author_email_column_length": "The blog cannot store your generated e-mail address. Tell an admin here.",
    "comment_author_url_column_length": "The blog cannot store the link to your message. Tell an admin here.",
    "comment_content_column_length": "Your reply is too long for the blog. Shorten it, or send it in parts.",
    "rest_comment_content_invalid": "Your reply has no text that the blog can show. Write some text.",
    "rest_comment_closed": "Comments on this post are closed. Write to the blog's author if it matters.",
    "rest_comment_invalid_post_id": "The post was removed from the blog, so it takes no comments.",
    "rest_comment_trash_post": "The post is in the blog's Trash, so it takes no comments.",
    "rest_comment_draft_post": "The post is a draft again. Reply when the blog has published it.",
    "rest_cannot_read_post": "The blog does not show this post to the bot, so it cannot comment there.",
    "rest_comment_failed_create": (
        "The blog could not store your reply. Leave out emoji and other unusual characters, or shorten it."
    ),
    "rest_invalid_json": "Your reply holds a character that cannot be sent. Type it again without unusual characters.",
    "rest_comment_exists": "The blog misunderstood the comment. Tell an admin of this server.",
    "rest_invalid_comment_type": "The blog takes no comments from the bot. Tell an admin of this server.",
    "rest_invalid_param": "The blog did not accept your public name or your text. Change them, then reply.",
}

#: What a code says about the post itself.
_REASONS: Final[dict[str, RejectionReason]] = {
    "rest_comment_closed": RejectionReason.CLOSED,
    "rest_comment_invalid_post_id": RejectionReason.POST_GONE,
    "rest_comment_trash_post": RejectionReason.POST_GONE,
    "rest_comment_draft_post": RejectionReason.POST_GONE,
    "rest_cannot_read_post": RejectionReason.POST_GONE,
}

#: The credential or the whole REST API fails, so admins must act.
_ADMIN_SENTENCES: Final[dict[str, str]] = {
    "rest_comment_login_required": DISCONNECTED,
    "rest_not_logged_in": DISCONNECTED,
    "incorrect_password": DISCONNECTED,
    "invalid_username": DISCONNECTED,
    "invalid_email": DISCONNECTED,
    "application_passwords_disabled": "The blog has switched application passwords off. Tell an admin of this server.",
    "application_passwords_disabled_for_user": DISCONNECTED,
    "rest_no_route": NO_ROUTE,
    "rest_disabled": SHUT,
}

_STATUSES: Final[dict[int, str]] = {
    403: "Something in front of the blog, such as a firewall, stopped your reply. Reword it, or ask the blog's owner.",
    413: "Your reply is too long for the blog. Shorten it, or send it in parts.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment as the REST API shows it."""

    id: int
    post: int
    parent: int
    author_url: str
    link: str
    #: approved, hold, spam or trash
    status: str
    #: HTML, with WordPress's typographic marks
    html: str

    def outcome(self) -> PublishOutcome:
        """Return the outcome that its status stands for.

        :raises TemporaryError: a status that WordPress itself does not have.
        """
        native_id = NativeId(str(self.id))
        match self.status:
            case "approved" | "approve":
                return Published(native_id=native_id, url=self.link)
            case "hold":
                return Held(native_id=native_id)
            case "spam":
                return Rejected(text=SPAM)
            case "trash":
                return Rejected(text=TRASHED)
        raise TemporaryError("The blog stored the comment, but did not say whether it is public.")


def read_comment(value: object) -> StoredComment | None:
    """Read a comment from an answer; None: it is not one."""
    fields = as_object(value)
    number, post, parent = fields.get("id"), fields.get("post"), fields.get("parent")
    if not (isinstance(number, int) and isinstance(post, int) and isinstance(parent, int)):
        return None
    if not all(0 <= each <= MAX_ID for each in (number, post, parent)):
        return None
    return StoredComment(
        id=number,
        post=post,
        parent=parent,
        author_url=as_text(fields.get("author_url")),
        link=as_text(fields.get("link")),
        status=as_text(fields.get("status")),
        html=as_text(as_object(fields.get("content")).get("rendered")),
    )


def words_of(markup: str) -> str:
    """Return the letters and digits of HTML, without tags and punctuation, for comparison."""
    return re.sub(r"[\W_]+", "", html.unescape(re.sub(r"<[^>]*>", " ", markup))).casefold()


def code_of(answer: Response) -> str:
    """Return WordPress's error code, or an empty string where something else answered."""
    return as_text((read_object(answer) or {}).get("code"))


def explain(answer: Response) -> Rejected:
    """Explain to the writer why a comment was refused.

    :raises TemporaryError: the blog may accept it later, or may have stored it.
    :raises ConnectionRefused: the blog refuses the connection, not the comment; admins are notified.
    """
    code = code_of(answer)
    if code == "comment_flood":
        raise TemporaryError("The blog allows one comment in 15 seconds, so I try again.", retry_after=_FLOOD_WAIT)
    if code in _SENTENCES:
        return Rejected(text=_SENTENCES[code], reason=_REASONS.get(code))
    if code in _ADMIN_SENTENCES:
        raise ConnectionRefused(_ADMIN_SENTENCES[code])
    check_reachable(answer)
    return Rejected(
        text=_STATUSES.get(answer.status, "The blog refused your reply and did not say why. Ask the blog's owner.")
    )


def check_reachable(answer: Response) -> None:
    """Raise an error unless WordPress itself may have given this answer.

    :raises TemporaryError: the blog has an error, or sent a web page instead of data.
    :raises ConnectionRefused: the REST API has moved, is closed, lacks this route, or needs another password.
    """
    if answer.status == 429:
        raise TemporaryError(
            "The blog asks the bot to slow down.", retry_after=read_retry_after(answer.headers, longest=_LONGEST_WAIT)
        )
    if answer.status >= 500 or answer.status in (408, 425):
        raise TemporaryError(
            "The blog has an error at the moment.", retry_after=read_retry_after(answer.headers, longest=_LONGEST_WAIT)
        )
    if 300 <= answer.status < 400:
        raise ConnectionRefused(
            "The blog has moved to another address. An admin of this server has to connect it again."
        )
    if answer.status == 401 and not code_of(answer):
        raise ConnectionRefused(
            "The blog's server asks for a second password, which the bot does not have. Ask its owner."
        )
    if code_of(answer) in ("rest_no_route", "rest_disabled"):
        raise ConnectionRefused(_ADMIN_SENTENCES[code_of(answer)])
    if answer.status < 300:
        raise TemporaryError("The blog did not answer clearly.")


def is_hidden(answer: Response) -> bool:
    """Return whether a comment exists, but is hidden from the account."""
    return answer.status in (401, 403) and code_of(answer) in HIDDEN
