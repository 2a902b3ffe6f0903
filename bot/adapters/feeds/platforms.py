"""Feeds that a platform keeps but its pages do not name in the usual way; pure.

Found by what the page holds where that is enough, and by the form of its address for the rest. Each is only a
candidate: whoever takes one reads it first.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.model.entry import FeedLink

_CHANNEL = re.compile(r"UC[\w-]{22}")
_PLAYLIST = re.compile(r"[A-Z]{2}[\w-]{10,60}")
_REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}")
_SUBREDDIT = re.compile(r"/(?:r|user)/[\w-]{1,60}")
_MEDIUM = re.compile(r"/(@?[\w.-]{1,60})")
_ACCOUNT = re.compile(r"/@[\w.]{1,60}(?:@[\w.-]{1,100})?")


def hidden_feeds(tree: LexborHTMLParser, *, url: str) -> list[FeedLink]:
    """Return candidates for a page.

    :param url: where it came from.
    """
    found = [*_videos(tree, url), *_repository(tree, url), *_by_address(tree, url)]
    return [FeedLink(rel="alternate", type=kind, href=urljoin(url, path), title=title) for kind, path, title in found]


_FEDERATED = 'link[type="application/activity+json"], meta[name="generator"][content*="Mastodon"]'
_ATOM, _RSS = "application/atom+xml", "application/rss+xml"
_Found = tuple[str, str, str]


def _videos(tree: LexborHTMLParser, url: str) -> Iterator[_Found]:
    """Channels and playlists of YouTube and of what is built like it."""
    lists = parse_qs(urlsplit(url).query).get("list", [])
    if urlsplit(url).path == "/playlist" and lists and _PLAYLIST.fullmatch(lists[0]):
        yield _ATOM, f"/feeds/videos.xml?playlist_id={lists[0]}", "Playlist"
    named = tree.css_first('meta[itemprop="channelId"], meta[itemprop="identifier"]')
    canonical = tree.css_first('link[rel="canonical"]')
    told = (
        (named.attributes.get("content") if named is not None else "") or "",
        ((canonical.attributes.get("href") if canonical is not None else "") or "").rpartition("/channel/")[2],
        urlsplit(url).path.rpartition("/channel/")[2],
    )
    channel = next((each for each in told if _CHANNEL.fullmatch(each)), None)
    if channel:
        yield _ATOM, f"/feeds/videos.xml?channel_id={channel}", "Videos"


def _repository(tree: LexborHTMLParser, url: str) -> Iterator[_Found]:
    """Releases, tags and commits of GitHub and of what is built like it."""
    meta = tree.css_first('meta[name="octolytics-dimension-repository_nwo"]')
    name = (meta.attributes.get("content") if meta is not None else "") or ""
    if _REPOSITORY.fullmatch(name):
        yield _ATOM, f"/{name}/releases.atom", f"Releases of {name}"
        yield _ATOM, f"/{name}/tags.atom", f"Tags of {name}"
        yield _ATOM, f"/{name}/commits.atom", f"Commits to {name}"


def _by_address(tree: LexborHTMLParser, url: str) -> Iterator[_Found]:
    """Sites whose addresses alone tell where the feed is."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www.").removeprefix("old."), parts.path
    if host == "reddit.com" and (found := _SUBREDDIT.match(path)):
        yield _ATOM, f"{found[0]}/.rss", found[0].strip("/")
    elif host == "medium.com" and (found := _MEDIUM.match(path)):
        yield _RSS, f"/feed/{found[1]}", found[1]
    elif tree.css_first(_FEDERATED) is not None and (found := _ACCOUNT.fullmatch(path.rstrip("/"))):
        # Mastodon and its kin name it in the head, but not to everybody.
        yield _RSS, f"{found[0]}.rss", found[0].strip("/")
