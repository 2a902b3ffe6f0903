"""From a button, a menu or a form to the cog's method that answers it, by custom_id, so that all outlive a restart.

Everything that a press brings is read here and nowhere else: ids are exact numbers, and who may press is checked each
time. Both come through the event ``on_interaction``. Errors go to ``_answers``; nothing is decided here.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import discord
from discord import app_commands

from bot.cogs._discord_values import require_manager
from bot.cogs._responses import answer_error, custom_id_of
from bot.model.errors import NotFound
from bot.model.ids import read_id

_GONE: Final = "What this belonged to is gone. Please use the command again."
_UNKNOWN: Final = "I do not know this button or form any more. Please use the command again."
#: Discord lets a menu have 25 options.
_OPTIONS: Final = 25

#: The ids in a custom_id by the names in its handler's shape, without optional ones that were left out.
Ids = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ComponentHandler:
    """Answers a button, menu or form, chosen by the shape of its custom_id."""

    #: words and ids between colons, such as ``blog:remove:{id}``; ``{id?}`` may be empty
    shape: str
    answer: Callable[[discord.Interaction, Ids], Awaitable[None]]
    #: only for people who may manage the server where it is pressed
    manager: bool

    def read(self, custom_id: str) -> Ids | None:
        """Read the ids from a custom_id; None if it has another shape.

        :raises NotFound: it has this shape, but what stands for an id is none.
        """
        parts = list(zip(self.shape.split(":"), custom_id.split(":"), strict=False))
        if self.shape.count(":") != custom_id.count(":"):
            return None
        if any(part != text for part, text in parts if not part.startswith("{")):
            return None
        ids = {}
        for part, text in parts:
            if part.startswith("{") and not (part.endswith("?}") and text == ""):
                ids[part.strip("{?}")] = _exact(text)
        return ids


class ComponentCog:
    """A cog that also answers buttons, forms or context menus."""

    def buttons(self) -> Sequence[ComponentHandler]:
        """Return the buttons and menus that this cog answers."""
        return ()

    def forms(self) -> Sequence[ComponentHandler]:
        """Return the forms that this cog answers."""
        return ()

    def menus(self) -> Sequence[app_commands.ContextMenu]:
        """Return the context menus of this cog."""
        return ()


async def answer_component(interaction: discord.Interaction, handlers: Sequence[ComponentHandler]) -> None:
    """Let the cog answer whose button was pressed, menu used or form sent in."""
    try:
        handler, ids = _find(handlers, custom_id_of(interaction))
        if handler.manager:
            require_manager(interaction)
        await handler.answer(interaction, ids)
    except Exception as error:
        await answer_error(interaction, error)


def _find(handlers: Sequence[ComponentHandler], custom_id: str) -> tuple[ComponentHandler, Ids]:
    for handler in handlers:
        ids = handler.read(custom_id)
        if ids is not None:
            return handler, ids
    raise NotFound(_UNKNOWN)


def chosen_option(interaction: discord.Interaction) -> int:
    """Return the number of the option that was chosen from a menu made with ``_cards.menu``.

    :raises NotFound: what was sent is no such number.
    """
    data: Mapping[str, object] = dict(interaction.data or {})
    values = data.get("values")
    text = values[0] if isinstance(values, list) and len(values) == 1 else None
    for number in range(_OPTIONS):
        if text == str(number):
            return number
    raise NotFound(_GONE)


def _exact(text: str) -> int:
    number = read_id(text)
    if number is None:
        raise NotFound(_GONE)
    return number


class SubmittedForm:
    """The values of a submitted form, by the custom_ids of its inputs."""

    def __init__(self, interaction: discord.Interaction) -> None:
        data: Mapping[str, object] = dict(interaction.data or {})
        self._values = dict(_inputs(data.get("components")))

    def text(self, custom_id: str) -> str:
        """Return what was typed; nothing if the form had no such input."""
        value = self._values.get(custom_id)
        return value if isinstance(value, str) else ""

    def ticked(self, custom_id: str) -> bool:
        """Return whether a box was ticked."""
        return self._values.get(custom_id) is True

    def has(self, custom_id: str) -> bool:
        """Return whether the form had such an input."""
        return custom_id in self._values


def _inputs(components: object) -> Iterator[tuple[str, object]]:
    for component in components if isinstance(components, list) else []:
        if "custom_id" in component:
            yield str(component["custom_id"]), component.get("value")
        yield from _inputs(component.get("components"))
        yield from _inputs([component["component"]] if "component" in component else [])
