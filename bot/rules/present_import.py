"""From a list that is being imported to what its admin is shown. Pure."""

from bot.model.chat import ChatPost
from bot.model.opml import Import, ImportedFeed, ImportState
from bot.model.redact import redacted
from bot.rules.to_chat import escape, text_line

_LONGEST, _NAME, _REASON = 3500, 100, 300
_WORDS = {
    ImportState.STARTED: "started",
    ImportState.THERE: "there already",
    ImportState.FAILED: "failed",
    ImportState.WAITING: "still to come",
}


def present_import(wanted: Import) -> ChatPost:
    """Render how a list fares: how many started, and why which did not."""
    told = [f"{number} {words}" for state, words in _WORDS.items() if (number := wanted.count(state))]
    failed = [each for each in wanted.feeds if each.state is ImportState.FAILED]
    lines = [f"In <#{wanted.channel_id}>: {', '.join(told)}."]
    for number, each in enumerate(failed):
        line = f"- {feed_name(each)}: {' '.join((each.reason or '').split())[:_REASON]}"
        more = f"- and {len(failed) - number} more"
        if sum(map(len, lines)) + len(lines) + len(line) + len(more) > _LONGEST:
            lines.append(more)
            break
        lines.append(line)
    if failed and not wanted.count(ImportState.WAITING):
        lines.append("To try these again, import the same list once more: what is there is left as it is.")
    title = f"{len(wanted.feeds)} feeds of your list"
    return ChatPost(title=title, body="\n".join(lines), timestamp=wanted.begun_at)


def present_list(wanted: Import) -> ChatPost:
    """Render a list before anything starts."""
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
    """What a list calls a feed, else its address; one inert line."""
    name = text_line(redacted(feed.listed.title or feed.listed.url), limit=_NAME)
    return escape(name) or "a feed without a name"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
