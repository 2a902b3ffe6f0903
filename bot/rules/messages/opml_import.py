"""Render an OPML import: its feeds, its progress and its report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model.message import ChatPost
from bot.model.opml import FailureCause, Import, ImportedFeed, ImportState
from bot.model.redact import redacted
from bot.rules.html_to_discord.convert import escape, text_line

_LONGEST, _NAME, _REASON = 3500, 100, 300
_WORDS = {
    ImportState.STARTED: "started",
    ImportState.THERE: "there already",
    ImportState.FAILED: "failed",
    ImportState.STOPPED: "left out, as it was stopped",
    ImportState.WAITING: "still to come",
}
#: What to do about each cause of failure; feeds are listed by cause.
_REMEDIES = {
    FailureCause.TEMPORARY: "These may work later: press **Try again** under **Progress**.",
    FailureCause.NO_FEED: "No feed was found here: look for the feed's own address on the blog, and use `/blog add`.",
    FailureCause.GONE: "These addresses lead nowhere: look for where the blog is now, and use `/blog add`.",
    FailureCause.PRIVATE: "These are on a private network: only whoever runs this bot can allow that.",
    FailureCause.CHANNEL: "I may not write in the channel: allow it in the channel's settings, and import again.",
    FailureCause.LIMIT: (
        "This server has as many blogs as this bot allows for each: use `/blog remove` for those that nobody reads, or "
        "ask whoever runs the bot to raise SUBSCRIPTIONS_PER_SERVER, then press **Try again** under **Progress**."
    ),
    FailureCause.OTHER: "These were refused:",
}
#: The pause between two edits of the progress: at least so long, or this fraction of the time so far.
_PAUSE, _PART = timedelta(seconds=10), 10


def present_import(wanted: Import) -> ChatPost:
    """Render the report: how many feeds started, and why the others did not."""
    counts = [f"{number} {words}" for state, words in _WORDS.items() if (number := wanted.count(state))]
    failed = [each for each in wanted.feeds if each.state is ImportState.FAILED]
    lines = [f"In <#{wanted.channel_id}>: {', '.join(counts)}."]
    lines += _failures(failed, room=_LONGEST - len(lines[0]))
    if failed and not wanted.count(ImportState.WAITING):
        lines.append("To try these again, import the same list once more: what is there is left as it is.")
    title = f"{len(wanted.feeds)} feeds of your list"
    return ChatPost(title=title, body="\n".join(lines), timestamp=wanted.begun_at)


def present_progress(wanted: Import) -> ChatPost:
    """Render the message that shows the progress."""
    done = len(wanted.feeds) - wanted.count(ImportState.WAITING)
    post = present_import(wanted)
    stop = "\nTo stop it, use `/blog import` in the server and press **Stop**." if wanted.running else ""
    return replace(post, title=f"{done} of {_counted(len(wanted.feeds), 'feed')} of your list", body=post.body + stop)


def progress_pause(elapsed: timedelta) -> timedelta:
    """Return how long to wait before the next edit of that message.

    :param elapsed: since the import began. Discord limits edits of messages older than an hour.
    """
    return max(_PAUSE, elapsed / _PART)


def _failures(failed: Sequence[ImportedFeed], *, room: int) -> Iterator[str]:
    """List the failed feeds by cause, with their reasons and what to do, in so many characters."""
    listed = 0
    for cause, remedy in _REMEDIES.items():
        for number, each in enumerate(one for one in failed if (one.cause or FailureCause.OTHER) is cause):
            line = f"- {feed_name(each)}: {' '.join((each.reason or '').split())[:_REASON]}"
            line = line if number else f"{remedy}\n{line}"
            more = f"- and {len(failed) - listed} more"
            room -= len(line) + 1
            if room < len(more) + 1:
                yield more
                return
            listed += 1
            yield line


def present_list(wanted: Import) -> ChatPost:
    """Render a list before it is imported."""
    folders = {each.listed.folder for each in wanted.feeds if each.listed.folder}
    lines = [f"Nothing starts until you press **Start**. All of them go to <#{wanted.channel_id}>."]
    for number, each in enumerate(wanted.feeds):
        folder = f" ({escape(text_line(' / '.join(each.listed.folder), limit=_NAME))})" if each.listed.folder else ""
        line = f"- {feed_name(each)}{folder}"
        more = f"- and {len(wanted.feeds) - number} more"
        if sum(map(len, lines)) + len(lines) + len(line) + len(more) > _LONGEST // 2:
            lines.append(more)
            break
        lines.append(line)
    title = _counted(len(wanted.feeds), "feed") + (f" in {_counted(len(folders), 'folder')}" if folders else "")
    return ChatPost(title=title, body="\n".join(lines))


def feed_name(feed: ImportedFeed) -> str:
    """Return a feed's title in the list, or its address, as one escaped line."""
    name = text_line(redacted(feed.listed.title or feed.listed.url), limit=_NAME)
    return escape(name) or "a feed without a name"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
