"""What WordPress's answers about comments mean, each refusal with a sentence for the member who wrote.

Pure. The codes were seen on a running WordPress; those of the interface itself are listed in its source under
``wp-includes/rest-api/endpoints/class-wp-rest-comments-controller.php``.
"""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.adapters.comment_systems.wordpress.site import JsonObject, as_object, as_text, read_object
from bot.adapters.net.client import Response
from bot.adapters.net.numbers import MAX_ID
from bot.adapters.net.retry_after import read_retry_after
from bot.model.errors import ConnectionRefused, TemporaryError
from bot.model.ids import NativeId
from bot.model.reply import Held, Published, PublishOutcome, Rejected, RejectionReason

DUPLICATE: Final = "comment_duplicate"
GONE: Final = "rest_comment_invalid_id"
#: Hidden from us: held, spam or binned; WordPress does not say which.
HIDDEN: Final = frozenset({"rest_cannot_read", "rest_cannot_read_post", "rest_forbidden"})

DELETED: Final = "The moderator deleted it."
BINNED: Final = "The blog put it in the bin: a moderator or the blog's list of disallowed words did."
SPAM: Final = "The blog took it for spam. Ask the blog's owner to look into the spam folder."
SAID_BEFORE: Final = "You have said the very same here before. Change your words, or leave it at that."
PARENT_GONE: Final = "The comment you answer is not on the blog any more. Answer the post instead."
DISCONNECTED: Final = (
    "The blog does not accept the bot's password any more, so nothing was sent. "
    "An admin of this server has to connect the blog again."
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
#: A member waits for their reply to appear, so no blog's word puts it off for longer than this.
_LONGEST_WAIT: Final = timedelta(minutes=15)

_SENTENCES: Final[dict[str, str]] = {
    "rest_comment_author_data_required": "The blog wants a name with every comment. Choose a public name, then reply.",
    "comment_author_column_length": "Your public name is too long for the blog. Choose a shorter one.",
    "comment_author_email_column_length": "The blog cannot store the address made up for you. Tell an admin here.",
    "comment_author_url_column_length": "The blog cannot store the link to your message. Tell an admin here.",
    "comment_content_column_length": "Your reply is too long for the blog. Shorten it, or send it in parts.",
    "rest_comment_content_invalid": "Nothing is left of your reply that the blog could show. Write some text.",
    "rest_comment_closed": "Comments on this post are closed. Write to the blog's author if it matters.",
    "rest_comment_invalid_post_id": "The post is not on the blog any more, so it takes no comments.",
    "rest_comment_trash_post": "The post is in the blog's bin, so it takes no comments.",
    "rest_comment_draft_post": "The post is a draft again. Reply once the blog has published it.",
    "rest_cannot_read_post": "The blog does not show this post to the bot, so it cannot comment there.",
    "rest_comment_failed_create": (
        "The blog could not store your reply. Leave out emoji and other unusual characters, or shorten it."
    ),
    "rest_invalid_json": "Your reply holds a character that cannot be sent. Type it anew without unusual characters.",
    "rest_comment_exists": "The blog misunderstood the comment. Tell an admin of this server.",
    "rest_invalid_comment_type": "The blog takes no comments from the bot. Tell an admin of this server.",
    "rest_invalid_param": "The blog did not accept your public name or your text. Change them, then reply.",
}

#: What an answer tells of the post itself.
_REASONS: Final[dict[str, RejectionReason]] = {
    "rest_comment_closed": RejectionReason.CLOSED,
    "rest_comment_invalid_post_id": RejectionReason.POST_GONE,
    "rest_comment_trash_post": RejectionReason.POST_GONE,
    "rest_comment_draft_post": RejectionReason.POST_GONE,
    "rest_cannot_read_post": RejectionReason.POST_GONE,
}

#: The credential or the whole interface is at fault: a matter for the admins, whoever writes.
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
    """A comment as the interface shows it."""

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
        """Return what its status means for its writer.

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
                return Rejected(text=BINNED)
        raise TemporaryError("The blog stored the comment, but did not say whether it is public.")


def read_comment(value: object) -> StoredComment | None:
    """Read one comment of an answer, or None when it is none."""
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
    """Reduce HTML to its letters and digits: typographic marks, tags and links do not count."""
    return re.sub(r"[\W_]+", "", html.unescape(re.sub(r"<[^>]*>", " ", markup))).casefold()


def code_of(answer: Response) -> str:
    """Return WordPress's word for a refusal, or nothing when WordPress did not answer."""
    return as_text((read_object(answer) or {}).get("code"))


def explain(answer: Response) -> Rejected:
    """Tell the writer why a comment was not taken.

    :raises TemporaryError: it may be taken later, or it may have been stored.
    :raises ConnectionRefused: the connection is at fault and not the comment; told to the admins.
    """
    code = code_of(answer)
    if code == "comment_flood":
        raise TemporaryError("The blog asks to wait a little between two comments.", retry_after=_FLOOD_WAIT)
    if code in _SENTENCES:
        return Rejected(text=_SENTENCES[code], reason=_REASONS.get(code))
    if code in _ADMIN_SENTENCES:
        raise ConnectionRefused(_ADMIN_SENTENCES[code])
    check_reachable(answer)
    return Rejected(
        text=_STATUSES.get(answer.status, "The blog refused your reply and did not say why. Ask the blog's owner.")
    )


def check_reachable(answer: Response) -> None:
    """Pass an answer that WordPress itself may have given.

    :raises TemporaryError: the blog has a fault at present, or a web page came where data was due.
    :raises ConnectionRefused: the interface is somewhere else, shut, without this route for good, or behind a password
        that is not WordPress's.
    """
    if answer.status == 429:
        raise TemporaryError(
            "The blog asks the bot to slow down.", retry_after=read_retry_after(answer.headers, longest=_LONGEST_WAIT)
        )
    if answer.status >= 500 or answer.status in (408, 425):
        raise TemporaryError(
            "The blog has a fault at present.", retry_after=read_retry_after(answer.headers, longest=_LONGEST_WAIT)
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
    """Tell whether a comment is there but not shown to us."""
    return answer.status in (401, 403) and code_of(answer) in HIDDEN


def fields_of(answer: Response) -> JsonObject:
    """Return the object of an answer; an empty one when there is none."""
    return read_object(answer) or {}
