"""Choose the forum tags of an entry."""

from collections.abc import Iterable

from bot.model.message import ForumView

#: Discord's limit of tags on a post.
MOST_TAGS = 5


def accepts_posts(forum: ForumView) -> bool:
    """Return whether the bot can post in a forum: a required tag must not be for moderators only."""
    return not forum.tag_required or any(not tag.moderated for tag in forum.tags)


def choose_tags(forum: ForumView, categories: Iterable[str]) -> list[int]:
    """Choose the tags that an entry's categories name; if a tag is required and none fits, the first one.

    Tags that only moderators may apply are left out.
    """
    by_name = {tag.name.strip().casefold(): tag.id for tag in forum.tags if not tag.moderated}
    names = (category.strip().casefold() for category in categories)
    chosen = list(dict.fromkeys(by_name[name] for name in names if name in by_name))[:MOST_TAGS]
    if not chosen and forum.tag_required and by_name:
        chosen = [next(iter(by_name.values()))]
    return chosen
