"""Describes comment systems: their names, how they were found, and whether the bot can publish replies there."""

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
#: Labels of the evidence that people see; the rest is for machines.
_EVIDENCE_LABELS: Final = {
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
_MOST_SYSTEMS: Final = 4


def system_name(system: CommentSystem) -> str:
    """Return what people call a system."""
    return _NAMES[system]


def describe_evidence(seen: SeenSystem) -> str:
    """Describe where a system was found and how it is set up, as plain text."""
    pairs = dict(seen.evidence)
    where = _bare(pairs.get("seen", ""))
    how = "built into" if seen.embedded else "offered by"
    text = [
        f"{_EVIDENCE_LABELS[name]} {_bare(value)}"
        for name, value in seen.evidence
        if name in _EVIDENCE_LABELS and value
    ]
    return f"{how} {where or 'its pages'}" + (f" ({', '.join(text)})" if text else "")


def _bare(value: str) -> str:
    """Shorten a value. An address loses its scheme, because Discord would make a broken link of an escaped address."""
    return text_line(re.sub(r"^(https?:)?//|/$", "", value.strip()), limit=_VALUE)


def describe_comment_systems(
    found: Discovery, systems: Sequence[SeenSystem], *, connected: bool = False
) -> tuple[str, ...]:
    """Describe a blog's comment system, whether members can reply, and what was found on its pages; plain text."""
    name = system_name(found.system)
    match found.system:
        case CommentSystem.WORDPRESS if found.api_root is not None and connected:
            text = f"{name}; connected"
        case CommentSystem.WORDPRESS if found.api_root is not None and found.api_closed:
            text = f"{name}; its REST API refuses visitors, so members can reply only if it accepts a connected account"
        case CommentSystem.WORDPRESS if found.api_root is not None:
            text = f"{name}; members can reply once it is connected"
        case CommentSystem.WORDPRESS:
            text = f"{name}, but its REST API does not answer, so I cannot write to it"
        case CommentSystem.UNKNOWN:
            text = "none that I can write to"
        case _:
            text = f"{name}, which I cannot write to yet"
    return (text, *(f"{system_name(seen.system)}: {describe_evidence(seen)}" for seen in systems[:_MOST_SYSTEMS]))


def is_writable(blog: Blog) -> bool:
    """Return whether the bot can publish comments on a blog, once it is connected."""
    return blog.system is CommentSystem.WORDPRESS and blog.api_root is not None


def describe_comment_source(found: Discovery) -> str | None:
    """Describe where a blog's comments are read, if no feed has all of them; None: nowhere."""
    return "each entry's own feed of comments" if found.entry_comments else None


def why_not_writable(blog: Blog) -> str:
    """Explain why the bot cannot publish on a blog, in Markdown."""
    title, name = in_bold(blog.title), system_name(blog.system)
    match blog.system:
        case CommentSystem.WORDPRESS:
            return (
                f"{title} runs on WordPress, but its REST API, which I write through, does not answer. Ask the blog's "
                "owner to allow `/wp-json/`. Then use `/relay connect` again."
            )
        case CommentSystem.UNKNOWN:
            return f"I found no comment system on {title} that I can write to. I need WordPress's REST API."
        case _ if blog.api_root is not None:
            return (
                f"Readers of {title} comment with {name}, which I cannot write to yet. "
                "The blog runs on WordPress, but none of them would see a comment that I publish there."
            )
        case _:
            return f"Comments on {title} are taken by {name}, which I cannot write to yet."
