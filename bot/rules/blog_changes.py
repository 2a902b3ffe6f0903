"""What a later discovery may change of a blog that servers share already, and what is said of it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.model.feed import Blog, CommentSystem, Discovery, Failed, FailureReason, Feed, FeedFormat, FeedKind, FoundFeed
from bot.rules.html_to_discord.convert import escape
from bot.rules.messages.cards import in_bold

#: Statuses by which an interface says that it is not there, or not for us.
_SHUT: Final = frozenset({401, 403, 404, 410})
#: Where a list of comments was given up, the blog is looked at again after these; then once a day, as every blog.
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
    """A known blog after another discovery of it."""

    blog: Blog
    #: it has an API now, and had another one or none
    api_is_new: bool = False
    #: it had another one, so what was given for that one must not be used any more
    api_was_other: bool = False


def update_blog(known: Blog, found: Discovery) -> BlogChange:
    """Bring a blog up to date; a look at a bad moment takes nothing away.

    The title is the feed's own. What discovery could not prove about the home page is left as it was.
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
    """Choose where a known blog's comments are to be read from now on; None: where they are.

    What is read well stays: a list that failed at the moment of a look is not given up for a feed that tells less.

    :param feeds: of comments, that are polled.
    :param anew: the blog's API is new, so what was read before is given up for it.
    :param list_refused: the blog's list of comments has just refused to be read.
    """
    new = found.comments
    if new is None or any(feed.url == new.url for feed in feeds):
        return None
    opened = new.format is FeedFormat.WORDPRESS_REST and all(feed.format is not new.format for feed in feeds)
    failing = bool(feeds) and all(feed.failures > 0 for feed in feeds)
    return new if not feeds or anew or opened or failing or list_refused else None


def choose_mentions(feeds: Sequence[Feed], api_root: str | None) -> FoundFeed | None:
    """Choose where pingbacks and trackbacks are read; None: where the comments are.

    WordPress's list shows strangers comments only, so its feed of comments is read beside it. The Atom one names the
    page that links here, the RSS one does not.
    """
    if not any(map(is_list, feeds)) or api_root is None:
        return None
    home, has_query, _ = api_root.partition("?")
    url = f"{home}?feed=comments-atom" if has_query else f"{home.removesuffix('wp-json/')}comments/feed/atom/"
    return FoundFeed(url=url, kind=FeedKind.MENTIONS)


def choose_account_list(feeds: Sequence[Feed], api_root: str | None) -> FoundFeed | None:
    """Choose the list of comments for a connected account, where strangers are shown none; None: it is not needed."""
    shown = any(is_list(feed) and feed.failures == 0 for feed in feeds)
    if shown or api_root is None:
        return None
    url = f"{api_root}wp/v2/comments"
    return FoundFeed(url=url, kind=FeedKind.ACCOUNT_COMMENTS, format=FeedFormat.WORDPRESS_REST)


def refuses_list(feed: Feed, failed: Failed) -> bool:
    """Whether a blog's list of comments begins to refuse to be read, as it does where its API is shut."""
    begins = feed.failures == 0 or feed.last_error != failed.text
    return is_list(feed) and begins and failed.status in _SHUT and failed.reason is not FailureReason.CHALLENGED


def is_list(feed: Feed) -> bool:
    """Whether a feed is the blog's list of comments as it is shown to everybody."""
    return feed.kind is FeedKind.COMMENTS and feed.format is FeedFormat.WORDPRESS_REST


def api_text(change: BlogChange, *, closed: bool = False, revoked: bool = False) -> str:
    """Say that a blog's API is new, and what follows for those who connected it.

    :param closed: it refuses strangers.
    :param revoked: the old address accepts none of the passwords any more.
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
