"""From several comments on one entry to the direct message that tells its author of them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model.entry import Comment, Entry
from bot.model.message import ChatPost
from bot.model.subscription import Placement
from bot.rules.html_to_discord.convert import escape, text_line, to_markdown
from bot.rules.links import linked_title
from bot.rules.messages.cards import entry_title, present_alert

#: So many of the newest are quoted, each in so many characters.
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
    """Render the message of one comment or of many.

    :param newest: the newest :data:`SHOWN` of them, the oldest first.
    :param count: how many there are.
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
    """Render the message that says, once a day, that no more alerts are sent for now.

    :param most: how many a person gets in a day.
    """
    title = escape(text_line(entry_title(entry), limit=_NAME))
    where = f"See [the thread](<{thread_url}>)" if thread_url else "See the threads in the server"
    return ChatPost(
        title="More comments came",
        url=entry.link,
        body=(
            f"More comments came, the last on **{title}**. {where} for them: "
            f"I send you at most {most} alerts in a day, and that many are sent. Alerts go on by themselves tomorrow; "
            "`/alerts off` ends them."
        ),
    )
