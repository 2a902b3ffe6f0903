"""Decides whether a reply may be published. Each refusal is a sentence for its writer."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from bot.model.entry import Comment, Entry
from bot.model.message import MemberView, MessageView
from bot.model.reply import Reply, ReplyLimit, ReplyOrigin
from bot.model.subscription import RelayMode
from bot.rules.discord_to_html.convert import byte_length
from bot.rules.html_to_discord.convert import text_line
from bot.rules.lookalikes import bare_skeletons, contains_address, letters_of, skeletons

#: The sentence that a member agrees to; it is stored with their consent.
CONSENT = "My words may be published on the blog under this name."

#: WordPress's comment_content is 65,535 bytes wide and wants ten to spare.
_MOST_BYTES = 65_525
_NAME = range(1, 81)
#: The roles of people who run a blog, in WordPress's most used translations. Compared without accents.
_RESERVED_NAMES = (
    *("admin", "administrator", "moderator", "mod", "webmaster", "owner", "editor", "system", "support", "wordpress"),
    *("administrateur", "administratrice", "modérateur", "modératrice", "administrador", "administradora"),
    *("moderador", "moderadora", "administratorin", "moderatorin", "amministratore", "moderatore", "beheerder"),
    *("administratör", "moderatör", "administrateurs", "administratorzy", "yönetici", "moderatör", "správce"),
    *("админ", "администратор", "модератор", "адміністратор", "διαχειριστής", "管理员", "管理員", "管理者", "관리자"),
    *("版主", "モデレーター", "مدير", "مشرف", "מנהל"),
)
_TEN_MINUTES: Final = timedelta(minutes=10)
#: Replies of this time count towards a member's limit.
LIMIT_DAY: Final = timedelta(days=1)
_PRIVATE = re.compile(r"\s*(?://|\(off\)|#noblog\b)", re.IGNORECASE)


def refuse_mode(mode: RelayMode, origin: ReplyOrigin, *, connected: bool) -> str | None:
    """Return why members cannot publish from this channel in this way, or None."""
    if not connected:
        return "This blog is not connected for replies yet. An admin can connect it with `/relay connect`."
    if mode is RelayMode.OFF:
        return "Replies to this blog are switched off here. An admin can switch them on with `/relay mode`."
    if mode is RelayMode.BUTTON and origin is ReplyOrigin.MENU:
        return (
            "Only the button **Reply on the blog** publishes from this channel. "
            "An admin can allow the menu with `/relay mode`."
        )
    return None


def refuse_member(member: MemberView, *, in_threads: bool) -> str | None:
    """Return why a member may not publish from the channel in which they act, or None.

    :param in_threads: the reply is posted in a thread: this channel, or a thread of it.
    """
    if not member.public:
        return "Not everybody on this server can read this channel, so nothing is published from here."
    if not (member.may_write_in_threads if in_threads else member.may_write):
        return "You do not have the permission to write here, so I publish nothing for you from here."
    return None


def refuse_gone(entry: Entry | None, parent: Comment | None, *, answers_comment: bool) -> str | None:
    """Return why a post or comment cannot be answered any more, or None."""
    if entry is None or entry.gone_at is not None:
        return "This post was removed from the blog."
    if entry.comments_closed_at is not None:
        return "Comments on this post are closed, so nothing can be published under it."
    if answers_comment and (parent is None or parent.gone_at is not None):
        return "The comment that you answer was removed from the blog."
    return None


def refuse_changed_message(reply: Reply, view: MessageView) -> str | None:
    """Return that a message was edited after its preview, or None.

    Discord does not always show the bot the text, but it always shows when a message was edited.
    """
    if view.edited_at == reply.message_edited_at and view.content in ("", reply.content):
        return None
    return "Your message was changed after this preview. Use **Publish to blog** on it again to see it as it is now."


def refuse_limit(limit: ReplyLimit, accepted: Sequence[datetime], now: datetime) -> str | None:
    """Return that a member has reached their limit, with the time when they may publish again, or None.

    :param accepted: when their replies of the last day were accepted, in any order.
    """
    waits = []
    for most, within, words in (
        (limit.per_ten_minutes, _TEN_MINUTES, "10 minutes"),
        (limit.per_day, LIMIT_DAY, "a day"),
    ):
        recent = sorted((at for at in accepted if now - at < within), reverse=True)
        if len(recent) >= most:
            waits.append((recent[most - 1] + within, f"{most} {'reply' if most == 1 else 'replies'} in {words}"))
    if not waits:
        return None
    free_at, told = max(waits)
    # Rounded up, so that a reply at that moment is accepted.
    stamp = int(free_at.timestamp()) + 1
    return f"You may publish {told} from this server. The next one may come <t:{stamp}:R>, at <t:{stamp}:t>."


def refuse_text(content: str) -> str | None:
    """Return why a text as typed cannot be published, or None."""
    if not content.strip():
        return "There is no text to publish. Pictures and files are not published on the blog."
    if _PRIVATE.match(content):
        return "A message that starts with `//`, `(off)` or `#noblog` stays on Discord and is not published."
    return None


def refuse_html(html: str) -> str | None:
    """Return why a comment's HTML cannot be published, or None."""
    if not html.strip():
        return "This message has no text that a blog can show. Write some text."
    if byte_length(html) > _MOST_BYTES:
        return "This is longer than the blog can store. Shorten it."
    return None


def refuse_reserved_name(
    name: str, *, authors: Iterable[str], commenters: Iterable[str] = (), blog_title: str = ""
) -> str | None:
    """Return that a name looks like somebody else's on a blog, or None.

    :param authors: the authors of the blog's entries.
    :param commenters: the names of other commenters on the blog.
    """
    own, bare = skeletons(name), bare_skeletons(name)
    taken = (
        (authors, "an author of this blog"),
        (commenters, "somebody who comments on this blog"),
        ((blog_title,), "this blog itself"),
    )
    for names, whose in taken:
        if any(
            other.strip() and not (own.isdisjoint(skeletons(other)) and bare.isdisjoint(bare_skeletons(other)))
            for other in names
        ):
            return (
                f"“{name}” is the name of {whose}, or looks like it, so readers could take your comment for theirs. "
                "Choose another public name with `/relay profile`."
            )
    return None


def clean_name(name: str) -> str:
    """Return a public name as one line of plain text."""
    return text_line(name.replace("<", "‹").replace(">", "›"), limit=_NAME.stop)


def refuse_name(name: str) -> str | None:
    """Return why a cleaned name cannot be used in public, or None."""
    if len(name) not in _NAME:
        return "Please give a public name of 1 to 80 characters."
    if name.startswith("@") or contains_address(name):
        return "A public name must not be an address, look like one, or start with @."
    if not _reserved().isdisjoint(skeletons(letters_of(name))):
        return "This name is reserved for people who run a blog. Please choose another."
    return None


@cache
def _reserved() -> frozenset[str]:
    return frozenset(each for word in _RESERVED_NAMES for each in skeletons(letters_of(word)))
