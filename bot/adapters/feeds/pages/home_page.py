"""Decide which page is the home of a feed's blog, and which WordPress API is that blog's own.

All servers that subscribe to a feed share its blog, so only the feed itself and the page that it names as its home may
say where the API and the comments are. Any other page that links the feed may be a stranger's. On hosts with several
owners paths are compared: ``/~eve/`` is not trusted for ``/~victim/``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from bot.adapters.feeds.addresses import home_of, owner_of, root_of, same_site
from bot.adapters.feeds.pages.feed_links import names_feed
from bot.adapters.feeds.pages.platforms import platform_feeds
from bot.model.entry import FeedLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The address that stands for a feed's blog."""

    url: str
    #: what the page there says of the blog counts
    proven: bool
    #: the address next to which the blog's API has to lie
    near: str


def claimed_home(feed_url: str, said: str | None) -> str:
    """Return where a feed's home page has to be looked for.

    :param said: the home page that the feed names; None: none.
    """
    return home_of(said or _top(feed_url))


def find_home(feed_url: str, asked_url: str, said: str | None, links: Iterable[FeedLink] | None) -> Home:
    """Decide which page is the home of a feed.

    A feed at or below the home that it names is that home's. Everywhere else (another host such as FeedBurner's,
    another folder, no home named) the page has to name the feed too.

    :param asked_url: the feed's address before redirects, as a page may name it.
    :param links: of the page at :func:`claimed_home`; None: that page could not be read, or is another one.
    """
    claimed = claimed_home(feed_url, said)
    known = platform_feeds(claimed) if links is None else ()
    named = any(names_feed(link, (feed_url, asked_url)) for link in (*(links or ()), *known))
    if named or (said is not None and lies_below(feed_url, claimed)):
        return Home(url=claimed, proven=links is not None, near=claimed)
    return Home(url=home_of(_top(feed_url)), proven=False, near=feed_url)


def is_same_page(url: str, home_url: str) -> bool:
    """Tell whether an address is the home page's: scheme, ``www.`` and a slash at the end make no difference."""
    one, other = urlsplit(home_of(url)), urlsplit(home_of(home_url))
    return same_site(url, home_url) and (_folder(url), one.query) == (_folder(home_url), other.query)


def is_same_owner(url: str, home_url: str) -> bool:
    """Tell whether two addresses are of one site, and of one person on a host where ``~`` tells people apart."""
    one, other = _path(url), _path(home_url)
    return same_site(url, home_url) and None not in (one, other) and owner_of(one or "") == owner_of(other or "")


def lies_below(url: str, home_url: str) -> bool:
    """Tell whether an address is on the home page's site, in its folder or below."""
    return is_same_owner(url, home_url) and _folder(url).startswith(_folder(home_url))


def is_own_api(api_root: str, near: str) -> bool:
    """Tell whether a WordPress API can be a blog's own: on its host, in its folder or one above.

    The API of WordPress.com lies on another host and is refused: it does not prove its owner.

    :param near: an address of the blog: its home page, else its feed.
    """
    return is_same_owner(api_root, near) and _folder(near).startswith(_api_folder(api_root))


def _api_folder(api_root: str) -> str:
    """Return the folder of the WordPress whose API this is; the word at its end (``wp-json``) may be another."""
    folder = _folder(api_root)
    if "rest_route" not in parse_qs(urlsplit(api_root).query):
        folder = folder.rstrip("/").rpartition("/")[0] + "/"
        folder = folder.removesuffix("index.php/")
    return folder


def _top(url: str) -> str:
    """Return the top of the site, or of the person's part of it."""
    owner = owner_of(_path(url) or "")
    return root_of(url).rstrip("/") + f"{owner}/"


def _folder(url: str) -> str:
    return (_path(url) or "").rpartition("/")[0] + "/"


def _path(url: str) -> str | None:
    """Return the path as it is compared; None for one that climbs, which servers may understand in two ways."""
    path = unquote(urlsplit(home_of(url)).path)
    return None if {"..", "."} & set(path.split("/")) or "\\" in path else path
