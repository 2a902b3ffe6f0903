"""Write the decisions about entries that ``/blog why`` shows, and the notices about feeds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.model.decision import Decision, Stage
from bot.model.entry import Entry
from bot.model.feed import Feed
from bot.model.ids import Uid
from bot.model.message import ChatPost
from bot.model.subscription import PostedMessage
from bot.rules.entry_matching import Match, MatchedBy
from bot.rules.html_to_discord.convert import escape, text_line, unescape_line

#: Links in a notice.
_MAX_LINKS = 3

_KNOWN_BY = {
    MatchedBy.UID: "a name that it had before",
    MatchedBy.LINK: "its link",
    MatchedBy.DATE: "its date and title",
    MatchedBy.TITLE: "its title",
}


def entry_decisions(feed: Feed, new: Sequence[Entry], old: Sequence[Entry], *, at: datetime) -> Iterator[Decision]:
    """Yield the decisions about entries that a feed shows for the first time."""
    for entry, is_new in (*((entry, True) for entry in new), *((entry, False) for entry in old)):
        dated = f"dated {entry.published_at:%Y-%m-%d %H:%M} UTC" if entry.published_at else "without a date"
        news = (
            "New: neither its name nor its link was known."
            if is_new
            else "Not news: it is older than everything the feed showed before, and came into view when others left."
        )
        texts = (
            (Stage.FETCHED, f"Read from the feed at {urlsplit(feed.url).hostname}."),
            (Stage.PARSED, f"Titled “{text_line(entry.title, limit=100)}”, {dated}."),
            (Stage.IDENTITY, f"Named {entry.uid[:200]}."),
            (Stage.NEWS, news),
        )
        for stage, text in texts:
            passed = is_new or stage is not Stage.NEWS
            yield Decision(entry_id=entry.id, stage=stage, passed=passed, text=text, at=at)


def match_decisions(matches: Mapping[Uid, Match], *, at: datetime) -> Iterator[Decision]:
    """Yield a decision for each known entry that came under another name."""
    for uid, match in matches.items():
        text = (
            f"Named {match.entry.uid[:200]}. It came back as {uid[:200]}, and was recognised by {_KNOWN_BY[match.how]}."
        )
        yield Decision(entry_id=match.entry.id, stage=Stage.IDENTITY, passed=True, text=text, at=at)


def posted_decisions(link: PostedMessage, post: ChatPost | None, *, attempts: int, at: datetime) -> Iterator[Decision]:
    """Yield how an entry was rendered and where it stands.

    :param post: None: a message that was there stands for it.
    """
    sent = "Another feed brought the same post to this channel before; its message stands for this one too."
    if post is not None:
        picture = "with a picture" if post.image_url else "without a picture"
        above = f", below {len(post.text)} characters of the template" if post.text else ""
        title = unescape_line(post.title, limit=100)
        text = f"A card titled “{title}” with {len(post.body)} characters of text, {picture}{above}."
        yield _posted(link, Stage.RENDERED, text, at)
        thread = f", with the thread <#{link.thread_id}>" if link.thread_id not in (None, link.channel_id) else ""
        tried = f", at attempt {attempts}" if attempts > 1 else ""
        sent = f"Posted in <#{link.channel_id}>{thread}{tried}."
    yield _posted(link, Stage.SENT, sent, at)


def _posted(link: PostedMessage, stage: Stage, text: str, at: datetime) -> Decision:
    where = link.subscription_id
    return Decision(entry_id=link.entry_id, subscription_id=where, stage=stage, passed=True, text=text, at=at)


def renamed_text(matched: int, old: int) -> str:
    """Say that a feed's items changed their names.

    :param matched: items that were recognised; 0: none was, and the old ones are all that the feed shows.
    """
    if not matched:
        return (
            f"The feed shows {old} entries that I do not know although they are older than the newest I know, as after "
            "a move or a change of language. I posted none of them. Should they be new after all, I can post them."
        )
    rest = f" {old} more were older than these and are taken for known as well." if old else ""
    return (
        f"{matched} entries of the feed came back under other names at once, as after a move or a change of software. "
        f"I took them for the ones I know and posted nothing.{rest} Should they be new after all, I can post them."
    )


def gap_text(feed: Feed) -> str:
    """Say that something may have been missed."""
    since = f" since {feed.last_ok_at:%Y-%m-%d %H:%M} UTC" if feed.last_ok_at else ""
    return (
        f"More appeared{since} than the feed shows, and it cannot be paged back further: "
        "some entries or comments may have been missed."
    )


def broken_text(links: Sequence[str]) -> str:
    """Say that some items could not be recorded.

    :param links: theirs; empty where one has none.
    """
    named = [escape(link) for link in links if link][:_MAX_LINKS]
    where = f": {', '.join(named)}" if named else ""
    return (
        f"I could not record {len(links)} of what the feed shows, because of a bug of mine{where}. Everything else is "
        "posted as ever. I try them again with every poll; please tell whoever runs me, as my log says what broke."
    )
