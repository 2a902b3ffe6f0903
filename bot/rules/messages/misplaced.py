"""What is said of comments and replies that were found under the wrong post. Pure."""

from bot.model.entry import Comment, Entry
from bot.rules.html_to_discord.convert import escape, text_line
from bot.rules.messages.cards import entry_title

#: Stands in the status of such a reply.
MISPLACED = "It stands under another post of the blog than the one that was answered."


def misplaced_text(meant: Entry, stands: Entry, comment: Comment) -> str:
    """Tell writer and admins of a reply that was published under the wrong post."""
    where = f" The comment: <{comment.link}>" if comment.link and ">" not in comment.link else ""
    return (
        f"A reply by {escape(text_line(comment.author, limit=80)) or 'a member'} to {_named(meant)} "
        f"was published under another post, {_named(stands)}: the number in the feed's guid was that of another post. "
        f"This cannot happen any more. If the comment should not stand there, ask the blog's owner to move or "
        f"trash it.{where}"
    )


def moved_text(count: int) -> str:
    """Tell admins that comments stood in wrong threads."""
    what = "1 comment was" if count == 1 else f"{count} comments were"
    return (
        f"{what} posted in the thread of another post, because the number in the feed's guid was that of another post. "
        "Those messages are struck through now, and new comments go where they belong."
    )


def _named(entry: Entry) -> str:
    return f"“{escape(text_line(entry_title(entry), limit=100))}”"
