"""Render the direct messages that alert an author of comments."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model.entry import Comment, Entry
from bot.model.message import ChatPost
from bot.model.subscription import Placement
from bot.rules.html_to_discord.convert import escape, text_line, to_markdown
from bot.rules.links import linked_title
from bot.rules.messages.cards import entry_title, present_alert

#: How many of the newest comments are quoted, and the most characters of each.
SHOWN = 3
_EACH, _TITLE, _NAME = 200, 256, 80


def present_alerts(
    newest: Sequence[Comment],
    count: int,
    entry: Entry,
    *,
    home_url: str,
    thread_url: str | None,
    placement: Placement = Placement.THREAD,
) -> ChatPost:
    """Render an alert of one comment or of many.

    :param newest: the newest :data:`SHOWN` comments, the oldest first.
    :param count: how many comments there are.
    """
    last = newest[-1]
    post = present_alert(last, entry, home_url=home_url, thread_url=thread_url, placement=placement)
    if count == 1:
        return post
    quoted = [
        f"**{escape(text_line(each.author, limit=_NAME)) or 'Anonymous'}**\n"
        + (to_markdown(each.html, base_url=each.link or home_url, limit=_EACH) or "-# (no text)")
        for each in newest
    ]
    if count > len(newest):
        quoted.insert(0, f"-# and {count - len(newest):,} more before these")
    return replace(
        post,
        title=linked_title(f"{count:,} new comments on {entry_title(entry)}", post.url, limit=_TITLE),
        author="",
        body="\n\n".join(quoted),
    )


def present_alert_limit(entry: Entry, *, most: int, thread_url: str | None) -> ChatPost:
    """Render the message that says that no more alerts are sent today.

    :param most: the most alerts that a person gets in a day.
    """
    title = escape(text_line(entry_title(entry), limit=_NAME))
    where = f"See [the thread](<{thread_url}>)" if thread_url else "See the threads in the server"
    return ChatPost(
        title="More new comments",
        url=entry.link,
        body=(
            f"There are more new comments, the last on **{title}**. {where}. "
            f"I send you at most {most} alerts a day, and you have had that many today. Alerts go on tomorrow; "
            "`/alerts off` ends them."
        ),
    )
