"""What a later discovery may change of a blog that servers share already, and what is said of it; pure."""

from dataclasses import dataclass, replace

from bot.model.feed import Blog, CommentSystem, Discovery
from bot.rules.present import called
from bot.rules.to_chat import escape


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


def api_text(change: BlogChange) -> str:
    """Say that a blog's API is new, and what follows for those who connected it."""
    name, root = called(change.blog.title), escape(change.blog.api_root or "")
    if not change.api_was_other:
        return f"{name} now offers WordPress's REST API at {root}. Comments are read there from now on."
    return (
        f"The home page of {name} now names another address for WordPress's REST API: {root}. Comments are read there "
        "from now on. Whoever had connected the blog for replies is disconnected: I deleted the password and did not "
        "send it to the new address. If you know of the change, connect the blog again with `/relay connect`; if not, "
        "ask the blog's owner first. Revoke the old password on the blog: Users → Profile → Application Passwords."
    )
