"""When an address that redirects for good is given up for the one it leads to. Pure.

A permanent redirect (RFC 9110, 15.4.2 and 15.4.9) is easily set by mistake, and captive portals set them too. So it is
followed at once and believed late: after it was seen often enough, for long enough, with content that is known.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model.feed import Blog, Feed, FeedKind
from bot.model.redact import shown_url
from bot.rules.html_to_discord.convert import escape
from bot.rules.messages.cards import in_bold

_TIMES, _FOR = 3, timedelta(days=1)


def note_redirect(feed: Feed, redirect_url: str | None, now: datetime) -> Feed:
    """The feed after an answer that came by these redirects; another target than last time begins anew."""
    if redirect_url is None and feed.redirect_url is None:
        return feed
    if redirect_url is None or redirect_url == feed.url or _is_downgrade(feed.url, redirect_url):
        return replace(feed, redirect_url=None, redirect_count=0, redirected_since=None)
    if redirect_url != feed.redirect_url:
        return replace(feed, redirect_url=redirect_url, redirect_count=1, redirected_since=now)
    return replace(feed, redirect_count=feed.redirect_count + 1)


def is_redirect_confirmed(feed: Feed, now: datetime) -> bool:
    """Whether only the content is left to be looked at, with the next whole reading; if it is known, the feed moves."""
    return feed.redirect_count >= _TIMES and feed.redirected_since is not None and now - feed.redirected_since >= _FOR


def move(feed: Feed) -> Feed:
    """The feed at its new address; what the server there gave as validators stays."""
    return replace(feed, url=feed.redirect_url or feed.url, redirect_url=None, redirect_count=0, redirected_since=None)


def feed_name(feed: Feed, blog: Blog) -> str:
    """Call a feed by what it brings."""
    match feed.kind:
        case FeedKind.ENTRIES:
            what = "The feed of"
        case FeedKind.MENTIONS:
            what = "The mentions of"
        case FeedKind.COMMENTS | FeedKind.ENTRY_COMMENTS | FeedKind.ACCOUNT_COMMENTS:
            what = "The comments on"
    return f"{what} {in_bold(blog.title)}"


def redirect_text(feed: Feed, blog: Blog) -> str:
    """What to tell of a move.

    :param feed: as it is after it.
    """
    address = escape(shown_url(feed.url))
    return f"{feed_name(feed, blog)} moved for good. I ask at {address} from now on; nothing is posted twice."


def _is_downgrade(old: str, new: str) -> bool:
    return urlsplit(old).scheme == "https" and urlsplit(new).scheme != "https"
