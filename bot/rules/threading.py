"""Order comments below their parents, and recognise the members' replies among them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.model.entry import EntryRef, ParsedComment
from bot.model.ids import ChannelId, GuildId, Uid
from bot.model.message import MessageRef
from bot.model.reply import Reply
from bot.rules.discord_to_html.convert import comparable_text

_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


def oldest_first(comments: Iterable[ParsedComment]) -> list[ParsedComment]:
    """Order comments by date and number, but never a child before its parent (dates may lie)."""
    by_uid = {comment.uid: comment for comment in comments}
    ordered: dict[Uid, ParsedComment] = {}
    for comment in sorted(by_uid.values(), key=_age):
        line = []
        ancestor: ParsedComment | None = comment
        while ancestor is not None and ancestor.uid not in ordered and ancestor not in line:
            line.append(ancestor)
            ancestor = by_uid.get(ancestor.parent_uid) if ancestor.parent_uid else None
        ordered.update((each.uid, each) for each in reversed(line))
    return list(ordered.values())


def _age(comment: ParsedComment) -> tuple[datetime, int]:
    number = comment.native_id or ""
    return comment.published_at or _NO_DATE, int(number) if number.isdecimal() else 0


def entries_by_parents(comments: Sequence[ParsedComment]) -> dict[Uid, EntryRef]:
    """Return the entries of comments that name none themselves: the entry that their ancestor names, by their uids."""
    by_uid = {comment.uid: comment for comment in comments}
    found: dict[Uid, EntryRef] = {}
    for comment in comments:
        line: list[Uid] = []
        each: ParsedComment | None = comment
        while each and each.entry.uid is None and each.uid not in found and each.uid not in line:
            line.append(each.uid)
            each = by_uid.get(each.parent_uid) if each.parent_uid else None
        named = each and (found.get(each.uid) or (each.entry if each.entry.uid else None))
        if named:
            found.update(dict.fromkeys(line, named))
    return found


def message_link(guild_id: GuildId, message: MessageRef) -> str:
    """Return a message's address, which is the author's link of a published reply."""
    return f"https://discord.com/channels/{guild_id}/{message.channel_id}/{message.message_id}"


def thread_link(guild_id: GuildId, thread_id: ChannelId) -> str:
    """Return a thread's address."""
    return f"https://discord.com/channels/{guild_id}/{thread_id}"


def match_echo(comment: ParsedComment, replies: Sequence[Reply]) -> Reply | None:
    """Find the reply that a comment in a feed is.

    It is found by the comment's number, else by the author's link, else, if the feed shows no author links, by name
    and text among the replies whose number is not known yet.
    """
    if comment.kind.is_mention:
        return None
    for reply in replies:
        if reply.native_id is not None and reply.native_id == comment.native_id:
            return reply
    open_replies = [reply for reply in replies if reply.native_id is None]
    for reply in open_replies:
        if comment.author_url and reply.channel_id and reply.message_id:
            ref = MessageRef(channel_id=reply.channel_id, message_id=reply.message_id)
            if comment.author_url == message_link(reply.guild_id, ref):
                return reply
    if comment.author_url:
        return None
    text = comparable_text(comment.html)
    for reply in open_replies:
        if reply.public_name == comment.author and comparable_text(reply.html) == text:
            return reply
    return None
