"""From a button, a menu or a form to the cog's method that answers it, by custom_id, so that all outlive a restart.

Buttons and menus come through discord.py's DynamicItem. It has nothing like that for forms, so those come through the
event ``on_interaction``. Errors go to ``_answers``; nothing is decided here.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import discord
from discord import app_commands

from bot.cogs._answers import answer_error, custom_id_of, say

_UNKNOWN_FORM: Final = "I do not know this form any more. Please open it again."


@dataclass(frozen=True, slots=True)
class Act:
    """A button, menu or form, by the pattern of its custom_id, and what answers it."""

    pattern: str
    answer: Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]


class Door:
    """What a cog may have besides slash commands."""

    def buttons(self) -> Sequence[Act]:
        """Return the buttons and menus that this cog answers."""
        return ()

    def forms(self) -> Sequence[Act]:
        """Return the forms that this cog answers."""
        return ()

    def menus(self) -> Sequence[app_commands.ContextMenu]:
        """Return the context menus of this cog."""
        return ()


_Pressed = discord.ui.Button[discord.ui.View] | discord.ui.Select[discord.ui.View]


class _Press(discord.ui.DynamicItem[_Pressed], template=r"(?!)"):
    """A press of a button, or a choice from a menu."""

    act: ClassVar[Act]

    def __init__(self, item: _Pressed, match: re.Match[str]) -> None:
        super().__init__(item)
        self._match = match

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "_Press":
        """Build the item that was pressed."""
        if not isinstance(item, discord.ui.Button | discord.ui.Select):
            raise TypeError(item)
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the cog answer."""
        await _answer(interaction, self.act, self._match)


def dynamic_button(act: Act) -> type[discord.ui.DynamicItem[Any]]:
    """Build the class that discord.py makes an item of whenever such a button is pressed."""

    class Press(_Press, template=act.pattern):
        """A press of this button."""

    Press.act = act
    return Press


async def answer_form(interaction: discord.Interaction, forms: Sequence[Act]) -> None:
    """Let the cog answer whose form was sent in."""
    for act in forms:
        match = re.fullmatch(act.pattern, custom_id_of(interaction))
        if match is not None:
            await _answer(interaction, act, match)
            return
    await say(interaction, _UNKNOWN_FORM)


async def _answer(interaction: discord.Interaction, act: Act, match: re.Match[str]) -> None:
    try:
        await act.answer(interaction, match)
    except Exception as error:
        await answer_error(interaction, error)


def picked(interaction: discord.Interaction) -> str:
    """Return the value chosen from a menu that takes one."""
    data: Mapping[str, object] = dict(interaction.data or {})
    values = data.get("values")
    return str(values[0]) if isinstance(values, list) and values else ""


class Filled:
    """The values of a form that was sent in, by the custom_ids of its inputs."""

    def __init__(self, interaction: discord.Interaction) -> None:
        data: Mapping[str, object] = dict(interaction.data or {})
        self._values = dict(_inputs(data.get("components")))

    def text(self, custom_id: str) -> str:
        """Return what was typed; nothing if the form had no such input."""
        value = self._values.get(custom_id)
        return value if isinstance(value, str) else ""

    def ticked(self, custom_id: str) -> bool:
        """Whether a box was ticked."""
        return self._values.get(custom_id) is True

    def has(self, custom_id: str) -> bool:
        """Whether the form had such an input."""
        return custom_id in self._values


def _inputs(components: object) -> Iterator[tuple[str, object]]:
    for component in components if isinstance(components, list) else []:
        if "custom_id" in component:
            yield str(component["custom_id"]), component.get("value")
        yield from _inputs(component.get("components"))
        yield from _inputs([component["component"]] if "component" in component else [])
