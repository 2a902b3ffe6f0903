"""Decide when the address of a feed is replaced by the one that it permanently redirects to.

A permanent redirect (RFC 9110, 15.4.2 and 15.4.9) is easily set by mistake, and captive portals set them too. So it is
followed at once, but the address is replaced only after the redirect was seen for a day, with known content.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model.feed import Blog, Feed, FeedKind
from bot.model.redact import shown_url
from bot.rules.html_to_discord.convert import escape
from bot.rules.messages.cards import in_bold

_MIN_REDIRECTS, _MIN_AGE = 3, timedelta(days=1)


def note_redirect(feed: Feed, redirect_url: str | None, now: datetime) -> Feed:
    """Return a feed after an answer; a redirect to another target than last time starts the count again."""
    if redirect_url is None and feed.redirect_url is None:
        return feed
    if redirect_url is None or redirect_url == feed.url or _is_downgrade(feed.url, redirect_url):
        return replace(feed, redirect_url=None, redirect_count=0, redirected_since=None)
    if redirect_url != feed.redirect_url:
        return replace(feed, redirect_url=redirect_url, redirect_count=1, redirected_since=now)
    return replace(feed, redirect_count=feed.redirect_count + 1)


def is_redirect_confirmed(feed: Feed, now: datetime) -> bool:
    """Return whether the redirect has lasted; the address is replaced once the content proves to be known, too."""
    return (
        feed.redirect_count >= _MIN_REDIRECTS
        and feed.redirected_since is not None
        and now - feed.redirected_since >= _MIN_AGE
    )


def adopt_redirect(feed: Feed) -> Feed:
    """Return a feed at its new address; the validators are already from there."""
    return replace(feed, url=feed.redirect_url or feed.url, redirect_url=None, redirect_count=0, redirected_since=None)


def feed_name(feed: Feed, blog: Blog) -> str:
    """Name a feed by its content, as the subject of a sentence."""
    match feed.kind:
        case FeedKind.ENTRIES:
            name = "The feed of"
        case FeedKind.MENTIONS:
            name = "The mentions of"
        case FeedKind.COMMENTS | FeedKind.ENTRY_COMMENTS | FeedKind.ACCOUNT_COMMENTS:
            name = "The comments on"
    return f"{name} {in_bold(blog.title)}"


def redirect_text(feed: Feed, blog: Blog) -> str:
    """Write the notice that a feed has moved.

    :param feed: as it is after the move.
    """
    address = escape(shown_url(feed.url))
    return (
        f"{feed_name(feed, blog)} has moved permanently. I read it at {address} from now on; nothing is posted twice."
    )


def _is_downgrade(old: str, new: str) -> bool:
    return urlsplit(old).scheme == "https" and urlsplit(new).scheme != "https"
