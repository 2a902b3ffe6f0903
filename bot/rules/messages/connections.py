"""Write the texts, in Markdown, about connections for replies that do not work."""

from datetime import timedelta

from bot.model.connection import ConnectionTrouble
from bot.model.delivery import DeliveryState
from bot.model.feed import Blog
from bot.model.status import PendingReply
from bot.rules.html_to_discord.convert import escape
from bot.rules.messages.cards import in_bold

#: How long replies that were given up are listed.
DEAD_SHOWN_FOR = timedelta(days=7)
_SHOWN = 10


def trouble_text(reason: str) -> str:
    """Say that a connection is refused."""
    return (
        f"Replies from your server cannot be published at present: {escape(reason)} "
        "Replies that members write meanwhile are not published, and their writers are notified."
    )


def waiting_text(reason: str) -> str:
    """Say that a reply has been retried for a while."""
    return f"A reply from your server has not reached the blog yet. I keep trying for three hours: {escape(reason)}"


def reply_given_up_text(reason: str) -> str:
    """Say that a reply was given up."""
    return f"A reply from your server could not be published, and its writer was notified: {escape(reason)}"


def connection_line(trouble: ConnectionTrouble, blog: Blog) -> str:
    """Say in one line what is wrong with a connection."""
    return f"{in_bold(blog.title)}, since <t:{int(trouble.since.timestamp())}:R>: {escape(trouble.text)}"


def reply_lines(replies: tuple[PendingReply, ...]) -> list[str]:
    """List the replies that are retried or were given up, newest first."""
    lines = []
    for reply in reversed(replies):
        if reply.state is DeliveryState.DEAD and reply.settled_at is not None:
            lines.append(f"given up <t:{int(reply.settled_at.timestamp())}:R>: {escape(reply.error or '')}")
        elif reply.error is not None:
            lines.append(
                f"tried {reply.attempts} times, again <t:{int(reply.due_at.timestamp())}:R>: {escape(reply.error)}"
            )
    return lines[:_SHOWN]
