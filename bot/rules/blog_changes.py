"""Decide what a later discovery changes of a blog that servers have subscribed to, and write the notice about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.model.feed import Blog, CommentSystem, Discovery, Failed, FailureReason, Feed, FeedFormat, FeedKind, FoundFeed
from bot.rules.html_to_discord.convert import escape
from bot.rules.messages.cards import in_bold

#: Statuses of an API that is missing or closed to us.
_CLOSED: Final = frozenset({401, 403, 404, 410})
#: Delays of the reviews after a comment list was given up; then one a day, as for every blog.
LOOK_AGAIN_AFTER: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
_READ_THERE: Final = "Comments are read there from now on."
_READ_FEED: Final = (
    "It refuses strangers, so comments are read from the blog's feed, and with an account too once one is connected."
)
_REVOKED = "The old address confirmed that it accepts the old password no longer."
_REVOKE = (
    "The old address did not confirm that it accepts the old password no longer. Revoke it on the blog: Users → "
    "Profile → Application Passwords."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogChange:
    """A blog after another discovery."""

    blog: Blog
    #: it has an API that it did not have before
    api_is_new: bool = False
    #: it had another API, whose credentials must not be used for the new one
    api_was_other: bool = False


def update_blog(known: Blog, found: Discovery) -> BlogChange:
    """Update a blog; a discovery that fails in part removes nothing.

    The title is the feed's own. The home page is kept if discovery could not prove it.
    """
    blog = replace(known, title=found.entries.title or known.title)
    if found.home_proven:
        blog = replace(blog, home_url=found.home_url)
    if found.api_root is None:
        learned = found.system is not CommentSystem.UNKNOWN and known.api_root is None
        return BlogChange(blog=replace(blog, system=found.system) if learned else blog)
    return BlogChange(
        blog=replace(blog, system=found.system, api_root=found.api_root),
        api_is_new=found.api_root != known.api_root,
        api_was_other=known.api_root not in (None, found.api_root),
    )


def choose_comments(feeds: Sequence[Feed], found: Discovery, *, anew: bool, list_refused: bool) -> FoundFeed | None:
    """Choose the comment feed to read from now on; None: the present one.

    A feed that works is kept: a comment list that failed once is not replaced by a feed with less information.

    :param feeds: the comment feeds that are polled.
    :param anew: the blog's API is new, so that it replaces the present feed.
    :param list_refused: the blog's comment list has just refused access.
    """
    new = found.comments
    if new is None or any(feed.url == new.url for feed in feeds):
        return None
    opened = new.format is FeedFormat.WORDPRESS_REST and all(feed.format is not new.format for feed in feeds)
    failing = bool(feeds) and all(feed.failures > 0 for feed in feeds)
    return new if not feeds or anew or opened or failing or list_refused else None


def choose_mentions(feeds: Sequence[Feed], api_root: str | None) -> FoundFeed | None:
    """Choose the feed for pingbacks and trackbacks; None: the comment feed has them.

    WordPress's list shows comments only to strangers, so its comment feed is read, too: the Atom one, which names the
    page that links here, as the RSS one does not.
    """
    if not any(map(is_list, feeds)) or api_root is None:
        return None
    home, has_query, _ = api_root.partition("?")
    url = f"{home}?feed=comments-atom" if has_query else f"{home.removesuffix('wp-json/')}comments/feed/atom/"
    return FoundFeed(url=url, kind=FeedKind.MENTIONS)


def choose_account_list(feeds: Sequence[Feed], api_root: str | None) -> FoundFeed | None:
    """Choose the comment list for a connected account, where strangers see none; None: it is not needed."""
    shown = any(is_list(feed) and feed.failures == 0 for feed in feeds)
    if shown or api_root is None:
        return None
    url = f"{api_root}wp/v2/comments"
    return FoundFeed(url=url, kind=FeedKind.ACCOUNT_COMMENTS, format=FeedFormat.WORDPRESS_REST)


def refuses_list(feed: Feed, failed: Failed) -> bool:
    """Return whether a blog's comment list has just begun to refuse access, as when its API is closed."""
    begins = feed.failures == 0 or feed.last_error != failed.text
    return is_list(feed) and begins and failed.status in _CLOSED and failed.reason is not FailureReason.CHALLENGED


def is_list(feed: Feed) -> bool:
    """Return whether a feed is the blog's public comment list."""
    return feed.kind is FeedKind.COMMENTS and feed.format is FeedFormat.WORDPRESS_REST


def api_text(change: BlogChange, *, closed: bool = False, revoked: bool = False) -> str:
    """Write the notice that a blog has a new API, and what that means for connections.

    :param closed: the API refuses strangers.
    :param revoked: the passwords were revoked at the old address.
    """
    name, root = in_bold(change.blog.title), escape(change.blog.api_root or "")
    read = _READ_FEED if closed else _READ_THERE
    if not change.api_was_other:
        return f"{name} now offers WordPress's REST API at {root}. {read}"
    return (
        f"The home page of {name} now names another address for WordPress's REST API: {root}. {read} "
        "Whoever had connected the blog for replies is disconnected: I deleted the password and did not "
        "send it to the new address. If you know of the change, connect the blog again with `/relay connect`; if not, "
        f"ask the blog's owner first. {_REVOKED if revoked else _REVOKE}"
    )
