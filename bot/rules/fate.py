"""Shows in a card what became of its item on the blog: changed, or removed. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from bot.model.chat import ChatPost
from bot.model.entry import Comment, Entry

_TITLE, _BODY = 256, 4096
_FENCE = "```"
#: What a line may begin with and must keep to be what it is.
_LEADS = ("> ", "- ", "-# ", "### ", "## ", "# ")


def show_fate(post: ChatPost, item: Entry | Comment) -> ChatPost:
    """Strike a card through whose item was removed, or never belonged there; note a large edit at its foot."""
    moved = isinstance(item, Comment) and item.moved_at is not None
    if item.gone_at is not None or moved:
        fate = "removed from the blog" if item.gone_at is not None else "stands under another post of the blog"
        title = f"~~{post.title}~~" if post.title and len(post.title) <= _TITLE - 4 else post.title
        body = "\n".join(_struck(post.body))
        footer = " · ".join(filter(None, (post.footer, fate)))
        return replace(post, title=title, body=body if len(body) <= _BODY else post.body, footer=footer)
    if item.edited_at is not None:
        return replace(post, footer=" · ".join(filter(None, (post.footer, "(edited)"))))
    return post


def _struck(body: str) -> Iterator[str]:
    """Yield lines, each struck through by itself: a pair of signs does not reach over blocks."""
    fenced = False
    for line in body.splitlines():
        if line.startswith(_FENCE):
            fenced = not fenced
            yield line
            continue
        lead = next((each for each in _LEADS if line.startswith(each)), "")
        # What the blog struck through itself would end the pair of signs; escaped ones are others.
        words = line.removeprefix(lead).replace("~~", "").strip()
        yield line if fenced or not words else f"{lead}~~{words}~~"
