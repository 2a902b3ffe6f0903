"""Alerts of new comments, by direct message."""

from dataclasses import dataclass

from bot.model.ids import AlertId, BlogId, GuildId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorAlert:
    """A person who wants to know of new comments on a blog or on one author's entries."""

    id: AlertId
    guild_id: GuildId
    blog_id: BlogId
    user_id: UserId
    #: a name in the feed; None: every author
    author: str | None
    #: a sentence; set when it was switched off by us
    off_reason: str | None = None
