"""Comment systems in words: what they are called, what gave them away, and whether replies can go there. Pure."""

from typing import Final

from bot.model.feed import Blog, CommentSystem, SeenSystem
from bot.rules.present import called
from bot.rules.to_chat import plain

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
    "endpoint": "endpoint",
    "generator": "software",
}
_VALUE: Final = 80


def system_name(system: CommentSystem) -> str:
    """Return what people call a system."""
    return _NAMES[system]


def evidence(seen: SeenSystem) -> str:
    """Say where a system was seen and how it is set up there, as plain text."""
    pairs = dict(seen.evidence)
    where = plain(pairs.get("seen", ""), limit=200)
    how = "built into" if seen.embedded else "offered by"
    told = [f"{_TOLD[name]} {plain(value, limit=_VALUE)}" for name, value in seen.evidence if name in _TOLD]
    return f"{how} {where or 'its pages'}" + (f" ({', '.join(told)})" if told else "")


def why_not_writable(blog: Blog) -> str:
    """Say why no reply can be carried to a blog, in Markdown."""
    title, name = called(blog.title), system_name(blog.system)
    match blog.system:
        case CommentSystem.WORDPRESS:
            return f"{title} runs on WordPress, but its REST API, which I write through, does not answer."
        case CommentSystem.UNKNOWN:
            return f"I found no comment system on {title} that I can write to. I need WordPress's REST API."
        case _ if blog.api_root is not None:
            return (
                f"Readers of {title} comment with {name}, which I cannot write to yet. "
                "What I wrote through WordPress, which runs the blog, none of them would see."
            )
        case _:
            return f"Comments on {title} are taken by {name}, which I cannot write to yet."
