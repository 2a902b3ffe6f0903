"""Render the notices that admins and writers get about blogs and replies."""

from bot.model.entry import Comment, Entry
from bot.model.feed import Blog
from bot.model.message import ActionButton, ChatPost
from bot.model.notice import Notice, NoticeKind
from bot.model.redact import shown_url
from bot.model.subscription import Subscription
from bot.rules.html_to_discord.convert import escape, text_line
from bot.rules.links import linked_title
from bot.rules.messages.cards import TITLE_LENGTH, URL_LENGTH, entry_title, url_within

#: The status of a reply that was published under another post.
MISPLACED = "It stands under another post of the blog than the one that was answered."


def present_notice(notice: Notice, blog: Blog) -> ChatPost:
    """Render a notice as a direct message."""
    undo = ActionButton(label="Post them after all", custom_id=f"notice:undo:{notice.id}")
    url = url_within(shown_url(blog.home_url), URL_LENGTH)
    return ChatPost(
        title=linked_title(blog.title, url, limit=TITLE_LENGTH) or "A blog of yours",
        url=url,
        body=notice.text,
        footer="You get this message because this reply is yours, or because you added this blog."
        if notice.kind is NoticeKind.MISPLACED_REPLY
        else "You get this message because you added this blog.",
        timestamp=notice.created_at,
        acts=(undo,) if notice.undoable else (),
    )


def present_parked(subscription: Subscription, blog: Blog) -> ChatPost:
    """Render the direct message about a lost channel."""
    url = url_within(shown_url(blog.home_url), URL_LENGTH)
    return ChatPost(
        title=linked_title(blog.title, url, limit=TITLE_LENGTH) or "A blog of yours",
        url=url,
        body=f"I cannot post in <#{subscription.channel_id}>: {subscription.parked_reason}\n"
        "New posts wait. I try again when something changes there, and every hour; `/blog resume` tries at once.",
    )


def misplaced_text(meant: Entry, stands: Entry, comment: Comment) -> str:
    """Say that a reply was published under the wrong post."""
    where = f" The comment: <{comment.link}>" if comment.link and ">" not in comment.link else ""
    return (
        f"A reply by {escape(text_line(comment.author, limit=80)) or 'a member'} to {_named(meant)} "
        f"was published under another post, {_named(stands)}: the number in the feed's guid was that of another post. "
        f"This cannot happen any more. If the comment should not stand there, ask the blog's owner to move or "
        f"trash it.{where}"
    )


def moved_text(count: int) -> str:
    """Say that comments were posted in the wrong thread."""
    what = "1 comment was" if count == 1 else f"{count} comments were"
    return (
        f"{what} posted in the thread of another post, because the number in the feed's guid was that of another post. "
        "Those messages are struck through now, and new comments go where they belong."
    )


def _named(entry: Entry) -> str:
    return f"“{escape(text_line(entry_title(entry), limit=100))}”"
