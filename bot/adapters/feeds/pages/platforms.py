"""Table of the feeds of well-known platforms whose pages do not link them, or not for every client.

A new platform is one more line in ``PLATFORMS``; see ``docs/feeds.md``. A feed is a candidate until it was read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from bot.adapters.feeds.pages.address_patterns import AddressPattern, fill_in, parse_pattern
from bot.adapters.feeds.pages.feed_links import GUESSED_REL
from bot.model.entry import FeedLink


@dataclass(frozen=True, slots=True)
class Platform:
    """Pages of one form, and where their feeds are.

    :param address: their addresses without a scheme: ``{name}`` is one part of a path or host, ``{name+}`` one or
        several, ``/*`` at the end anything below or nothing, ``?a={name}`` a parameter, a host of ``*`` any.
    :param feeds: addresses of feeds, likeliest first, with titles. A name that the page's address does not hold is
        one of ``PAGE_FACTS``.
    :param page: a CSS selector of something that has to be on the page.
    """

    address: str
    feeds: Mapping[str, str]
    page: str = ""


_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_CHANNEL = {f"{_YOUTUBE}?channel_id={{channel}}": "Videos"}
_PLAYLIST = {f"{_YOUTUBE}?playlist_id={{list}}": "Playlist"}
_TAGS = {"/{owner}/{name}/tags.atom": "Tags of {owner}/{name}"}
_COMMITS = {"/{owner}/{name}/commits.atom": "Commits to {owner}/{name}"}
_REPOSITORY = {"/{owner}/{name}/releases.atom": "Releases of {owner}/{name}", **_TAGS, **_COMMITS}
_DISCUSSIONS = {"/{owner}/{name}/discussions.atom": "Discussions of {owner}/{name}"}
_GITLAB = {
    "/{project}/-/releases.atom": "Releases of {project}",
    "/{project}/-/tags?format=atom": "Tags of {project}",
    "/{project}.atom": "Activity of {project}",
}
_FORGEJO = {
    "/{owner}/{name}/releases.rss": "Releases of {owner}/{name}",
    "/{owner}/{name}/tags.rss": "Tags of {owner}/{name}",
    "/{owner}/{name}.rss": "Activity in {owner}/{name}",
}
_BRANCH = {"/{owner}/{name}/rss/branch/{branch}": "Commits to {owner}/{name}, {branch}"}
_ON_GITHUB = 'meta[name="octolytics-dimension-repository_nwo"]'
_ON_GITLAB = 'meta[property="og:site_name"][content="GitLab"]'
_ON_FORGEJO = 'meta[name="keywords"][content*="forgejo"], meta[name="keywords"][content*="gitea"]'
_FEDERATED = 'link[type="application/activity+json"], meta[name="generator"][content*="Mastodon"]'
_SOUNDS = {"https://feeds.soundcloud.com/users/soundcloud:users:{soundcloud_user}/sounds.rss": "{user}"}
_TAGGED = {"/feeds/tag?tagnames={tag}&sort=newest": "Questions about {tag}"}
_QUESTION = {"/feeds/question/{id}": "Answers to question {id}"}
_STACK_EXCHANGE = (
    "stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "mathoverflow.net",
    "{site}.stackexchange.com", "{language}.stackoverflow.com",
)  # fmt: skip

#: The first line that fits an address counts, so the most particular come first; of lines for any host, all that fit.
PLATFORMS: tuple[Platform, ...] = (
    Platform("youtube.com/channel/{channel}/*", _CHANNEL),
    Platform("youtube.com/playlist?list={list}", _PLAYLIST),
    Platform("youtube.com/watch?list={list}", _CHANNEL | _PLAYLIST),
    Platform("youtube.com/user/{user}/*", _CHANNEL | {f"{_YOUTUBE}?user={{user}}": "Videos of {user}"}),
    Platform("youtube.com/*", _CHANNEL),
    Platform(
        "github.com/{owner}/{name}/discussions/categories/{category}",
        {"/{owner}/{name}/discussions/categories/{category}.atom": "{category} of {owner}/{name}"} | _DISCUSSIONS,
    ),
    Platform("github.com/{owner}/{name}/discussions/*", _DISCUSSIONS),
    Platform("github.com/{owner}/{name}/tags/*", _TAGS),
    Platform(
        "github.com/{owner}/{name}/commits/{branch+}",
        {"/{owner}/{name}/commits/{branch}.atom": "Commits to {owner}/{name}, {branch}"} | _COMMITS,
    ),
    Platform("github.com/{owner}/{name}/commits", _COMMITS),
    Platform("github.com/{owner}/{name}/wiki/*", {"/{owner}/{name}/wiki.atom": "Wiki of {owner}/{name}"}),
    Platform("github.com/{owner}/{name}/*", _REPOSITORY | _DISCUSSIONS),
    Platform("github.com/{user}", {"/{user}.atom": "Activity of {user}"}),
    Platform("*/{owner}/{name}/*", _REPOSITORY, page=_ON_GITHUB),
    Platform("gitlab.com/{project+}/-/tags/*", {"/{project}/-/tags?format=atom": "Tags of {project}"}),
    Platform(
        "gitlab.com/{project+}/-/commits/{branch+}",
        {"/{project}/-/commits/{branch}?format=atom": "Commits to {project}, {branch}"},
    ),
    Platform("gitlab.com/{project+}/-/*", _GITLAB),
    Platform("gitlab.com/{project+}", _GITLAB),
    Platform("*/{project+}/-/*", _GITLAB, page=_ON_GITLAB),
    Platform("*/{project+}", _GITLAB, page=_ON_GITLAB),
    Platform("codeberg.org/{owner}/{name}/commits/branch/{branch+}", _BRANCH),
    Platform("codeberg.org/{owner}/{name}/*", _FORGEJO),
    Platform("codeberg.org/{user}", {"/{user}.rss": "Activity of {user}"}),
    Platform("*/{owner}/{name}/commits/branch/{branch+}", _BRANCH, page=_ON_FORGEJO),
    Platform("*/{owner}/{name}/*", _FORGEJO, page=_ON_FORGEJO),
    Platform("reddit.com/r/{sub}/comments/{thread}/*", {"/r/{sub}/comments/{thread}/.rss": "Thread in r/{sub}"}),
    Platform("reddit.com/r/{sub}/{sort}", {"/r/{sub}/{sort}/.rss": "r/{sub}, {sort}"}),
    Platform("reddit.com/r/{sub}/*", {"/r/{sub}/.rss": "r/{sub}"}),
    Platform("reddit.com/user/{user}/m/{multi}/*", {"/user/{user}/m/{multi}/.rss": "{multi} of u/{user}"}),
    Platform("reddit.com/user/{user}/*", {"/user/{user}/.rss": "u/{user}"}),
    Platform("reddit.com/u/{user}/*", {"/user/{user}/.rss": "u/{user}"}),
    Platform("medium.com/tag/{tag}/*", {"/feed/tag/{tag}": "Stories about {tag}"}),
    Platform("medium.com/{publication}/tagged/{tag}", {"/feed/{publication}/tagged/{tag}": "{publication}: {tag}"}),
    Platform("medium.com/{author}/*", {"/feed/{author}": "{author}"}),
    Platform("{author}.medium.com/*", {"/feed": "{author}"}),
    Platform("open.substack.com/pub/{name}/*", {"https://{name}.substack.com/feed": "{name}"}),
    Platform("{name}.substack.com/*", {"/feed": "{name}"}),
    Platform("bsky.app/profile/{handle}/*", {"/profile/{handle}/rss": "{handle}"}),
    Platform("*/@{account}/*", {"/@{account}.rss": "@{account}"}, page=_FEDERATED),
    Platform("*/tags/{tag}", {"/tags/{tag}.rss": "#{tag}"}, page=_FEDERATED),
    Platform("{artist}.bandcamp.com/*", {"/feed": "{artist}"}),
    Platform("tumblr.com/blog/view/{name}/*", {"https://{name}.tumblr.com/rss": "{name}"}),
    Platform("tumblr.com/{name}/tagged/{tag}", {"https://{name}.tumblr.com/tagged/{tag}/rss": "{name}: {tag}"}),
    Platform("tumblr.com/{name}/*", {"https://{name}.tumblr.com/rss": "{name}"}),
    Platform("{name}.tumblr.com/tagged/{tag}", {"/tagged/{tag}/rss": "{name}: {tag}"}),
    Platform("{name}.tumblr.com/*", {"/rss": "{name}"}),
    Platform("{name}.blogspot.{end+}/search/label/{label}", {"/feeds/posts/default/-/{label}": "{name}: {label}"}),
    Platform("{name}.blogspot.{end+}/*", {"/feeds/posts/default": "{name}"}),
    Platform("{name}.ghost.io/*", {"/rss/": "{name}"}),
    Platform("{name}.wordpress.com/*", {"/feed/": "{name}"}),
    Platform(
        "{name}.github.io/{project}/*", {f"/{{project}}/{file}": "{project}" for file in ("feed.xml", "index.xml")}
    ),
    Platform("{name}.github.io", {f"/{file}": "{name}" for file in ("feed.xml", "index.xml")}),
    Platform("*/*", {"/feed": "Medium"}, page='meta[property="al:android:package"][content="com.medium.reader"]'),
    Platform("*/*", {"rss/": "Ghost"}, page='meta[name="generator"][content^="Ghost"]'),
    Platform("*/*", {"index.xml": "Hugo"}, page='meta[name="generator"][content^="Hugo"]'),
    Platform("*/*", {"feed.xml": "Jekyll"}, page='meta[name="generator"][content^="Jekyll"]'),
    *(Platform(f"{host}/questions/tagged/{{tag}}", _TAGGED) for host in _STACK_EXCHANGE),
    *(Platform(f"{host}/questions/{{id}}/*", _QUESTION) for host in _STACK_EXCHANGE),
    Platform("vimeo.com/channels/{name}/*", {"/channels/{name}/videos/rss": "{name}"}),
    Platform("vimeo.com/{user}/*", {"/{user}/videos/rss": "{user}"}),
    Platform("soundcloud.com/{user}/*", _SOUNDS),
    Platform("dev.to/t/{tag}/*", {"/feed/tag/{tag}": "Posts about {tag}"}),
    Platform("dev.to/{user}/*", {"/feed/{user}": "{user}"}),
)

#: What a page tells that its address does not: where it stands, and in which form.
PAGE_FACTS: dict[str, tuple[str, re.Pattern[str]]] = {
    "channel": (
        'meta[itemprop="channelId"], meta[itemprop="identifier"], link[rel="canonical"]',
        re.compile(r"(?:.*/channel/)?(UC[\w-]{22})"),
    ),
    "soundcloud_user": ('meta[content^="soundcloud://users:"]', re.compile(r"soundcloud://users:(\d{1,20})")),
}


def platform_feeds(url: str, tree: LexborHTMLParser | None = None) -> list[FeedLink]:
    """Return candidates for a page.

    Where a line names the host, its feeds count as if the page named them; others are only supposed.

    :param url: where the page came from.
    :param tree: the page; without it, only what the address alone tells.
    """
    facts = dict(_facts(tree)) if tree is not None else {}
    found: dict[str, FeedLink] = {}
    is_known = False
    for platform in PLATFORMS:
        anywhere = platform.address.startswith("*/")
        values = None if is_known and not anywhere else _form(platform.address).match(url)
        if values is None or (platform.page and (tree is None or tree.css_first(platform.page) is None)):
            continue
        is_known = is_known or not anywhere
        for link in _feeds_of(platform, facts | values, url, rel=GUESSED_REL if anywhere else "alternate"):
            found.setdefault(link.href, link)
    return list(found.values())


def _feeds_of(platform: Platform, values: Mapping[str, str], url: str, *, rel: str) -> Iterator[FeedLink]:
    for feed, title in platform.feeds.items():
        href, shown = fill_in(feed, values), fill_in(title, values)
        if href and shown:
            yield FeedLink(rel=rel, type="application/atom+xml", href=urljoin(url, href), title=shown)


def _facts(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for name, (selector, pattern) in PAGE_FACTS.items():
        told = (node.attributes.get("content") or node.attributes.get("href") or "" for node in tree.css(selector))
        value = next((found[1] for each in told if (found := pattern.fullmatch(each))), None)
        if value:
            yield name, value


@cache
def _form(address: str) -> AddressPattern:
    return parse_pattern(address)
