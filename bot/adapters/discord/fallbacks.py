"""Render a post in simpler ways, from the full embed to a plain link, until Discord accepts one.

Discord refuses a whole message for a single address of a feed that it does not like.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import discord

from bot.adapters.discord.embeds import plain_words, render_buttons, render_content, render_embed
from bot.adapters.discord.errors import refuses_form
from bot.model.message import ChatPost

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageForm:
    """One rendering of a post."""

    content: str | None
    embed: discord.Embed | None
    view: discord.ui.View | None


async def with_fallbacks(post: ChatPost, act: Callable[[MessageForm], Awaitable[T]]) -> T:
    """Act with the first rendering that Discord accepts; a refusal changes nothing, so nothing is done twice.

    :raises discord.HTTPException: Discord accepts none, or refuses for another reason.
    """
    *others, last = message_forms(post)
    for form in others:
        try:
            return await act(form)
        except discord.HTTPException as error:
            if not refuses_form(error):
                raise
            _log.warning(
                "Discord did not take the form of a message; it is said more simply.",
                extra={"action": "message_simplified"},
            )
    return await act(last)


def message_forms(post: ChatPost) -> Iterator[MessageForm]:
    """Yield the renderings of a post: its embed, the embed without its image, its title or text with the link."""
    yield _card(post)
    if post.image_url:
        yield _card(replace(post, image_url=None))
    words = plain_words(post)
    if words:
        yield MessageForm(content=words, embed=None, view=render_buttons(replace(post, links=())))


def _card(post: ChatPost) -> MessageForm:
    return MessageForm(content=render_content(post), embed=render_embed(post), view=render_buttons(post))


def message_arguments(form: MessageForm) -> dict[str, Any]:
    """Return a form as discord.py's methods that make messages take it: what is not there they must not be given."""
    parts = {"content": form.content, "embed": form.embed, "view": form.view}
    return {name: part for name, part in parts.items() if part is not None}
