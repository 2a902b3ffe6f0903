"""Comment systems in words: what they are called, what gave them away, and whether replies can go there. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from bot.model.feed import Blog, CommentSystem, Discovery, SeenSystem
from bot.rules.html_to_discord.convert import text_line
from bot.rules.messages.cards import in_bold

_NAMES: Final = {
    CommentSystem.WORDPRESS: "WordPress",
    CommentSystem.GHOST: "Ghost",
    CommentSystem.ISSO: "Isso",
    CommentSystem.REMARK42: "Remark42",
    CommentSystem.GISCUS: "giscus (GitHub Discussions)",
    CommentSystem.UTTERANCES: "utterances (GitHub issues)",
    CommentSystem.DISQUS: "Disqus",
    CommentSystem.DISCOURSE: "Discourse",
    CommentSystem.COMMENTO: "Commento",
    CommentSystem.CACTUS: "Cactus Comments (Matrix)",
    CommentSystem.TALKYARD: "Talkyard",
    CommentSystem.WALINE: "Waline",
    CommentSystem.TWIKOO: "Twikoo",
    CommentSystem.ARTALK: "Artalk",
    CommentSystem.STATICMAN: "Staticman",
    CommentSystem.BLOGGER: "Blogger",
    CommentSystem.WORDPRESS_COM: "WordPress.com or Jetpack",
    CommentSystem.WEBMENTION: "Webmention",
    CommentSystem.PINGBACK: "Pingback",
    CommentSystem.ACTIVITYPUB: "ActivityPub",
    CommentSystem.UNKNOWN: "a system that I do not know",
}
#: Evidence worth showing, in words; the rest is for machines.
_TOLD: Final = {
    "shortname": "site",
    "site_id": "site",
    "siteName": "site",
    "site": "site",
    "data-isso": "server",
    "host": "server",
    "discourseUrl": "server",
    "serverName": "server",
    "talkyardServerUrl": "server",
    "serverURL": "server",
    "server": "server",
    "data-repo": "repository",
    "repo": "repository",
    "api_root": "REST API",
    "endpoint": "endpoint",
    "generator": "software",
}
_VALUE: Final = 80
_MOST_TOLD: Final = 4


def system_name(system: CommentSystem) -> str:
    """Return what people call a system."""
    return _NAMES[system]


def evidence(seen: SeenSystem) -> str:
    """Say where a system was seen and how it is set up there, as plain text."""
    pairs = dict(seen.evidence)
    where = _bare(pairs.get("seen", ""))
    how = "built into" if seen.embedded else "offered by"
    told = [f"{_TOLD[name]} {_bare(value)}" for name, value in seen.evidence if name in _TOLD and value]
    return f"{how} {where or 'its pages'}" + (f" ({', '.join(told)})" if told else "")


def _bare(value: str) -> str:
    """Shorten a value, and an address to what nobody takes for a link: escaped, it would lead nowhere."""
    return text_line(re.sub(r"^(https?:)?//|/$", "", value.strip()), limit=_VALUE)


def tell_systems(found: Discovery, systems: Sequence[SeenSystem], *, connected: bool = False) -> tuple[str, ...]:
    """Say what takes a blog's comments, whether replies can go there, and what was seen of it; lines of plain text."""
    name = system_name(found.system)
    match found.system:
        case CommentSystem.WORDPRESS if found.api_root is not None and connected:
            told = f"{name}; connected"
        case CommentSystem.WORDPRESS if found.api_root is not None and found.api_closed:
            told = (
                f"{name}; its REST API refuses strangers, so members can reply only if it lets a connected account in"
            )
        case CommentSystem.WORDPRESS if found.api_root is not None:
            told = f"{name}; members can reply once it is connected"
        case CommentSystem.WORDPRESS:
            told = f"{name}, but its REST API does not answer, so I cannot write to it"
        case CommentSystem.UNKNOWN:
            told = "none that I can write to"
        case _:
            told = f"{name}, which I cannot write to yet"
    return (told, *(f"{system_name(seen.system)}: {evidence(seen)}" for seen in systems[:_MOST_TOLD]))


def is_writable(blog: Blog) -> bool:
    """Whether a blog takes comments from us, once it is connected."""
    return blog.system is CommentSystem.WORDPRESS and blog.api_root is not None


def tell_comments(found: Discovery) -> str | None:
    """Say where a blog's comments are read if that is no feed of them all; None: nowhere."""
    return "each entry's own feed of comments" if found.entry_comments else None


def why_not_writable(blog: Blog) -> str:
    """Say why no reply can be carried to a blog, in Markdown."""
    title, name = in_bold(blog.title), system_name(blog.system)
    match blog.system:
        case CommentSystem.WORDPRESS:
            return (
                f"{title} runs on WordPress, but its REST API, which I write through, does not answer. Ask the blog's "
                "owner to allow `/wp-json/`; `/relay connect` and `/blog show` then look again."
            )
        case CommentSystem.UNKNOWN:
            return f"I found no comment system on {title} that I can write to. I need WordPress's REST API."
        case _ if blog.api_root is not None:
            return (
                f"Readers of {title} comment with {name}, which I cannot write to yet. "
                "What I wrote through WordPress, which runs the blog, none of them would see."
            )
        case _:
            return f"Comments on {title} are taken by {name}, which I cannot write to yet."
