"""What a person gets back from an application: an answer (a message), or a modal to fill in.

Waits for the answer and reads it; does not act: `person` does.
"""

# ruff: noqa: ASYNC109 -- the caller's timeout is part of the API: it names what was waited for

from collections.abc import Callable
from typing import Any

from sandbox.discord.errors import Json
from sandbox.discord.files import File
from sandbox.discord.interactions import Interaction
from sandbox.discord.nouns import Message, flatten
from sandbox.discord.world import World

#: Component types of a modal that take an input.
INPUTS = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)


class Modal:
    """A form that the application opened."""

    def __init__(self, interaction: Interaction, data: Json) -> None:
        self.interaction = interaction
        self.title: str = data["title"]
        self.custom_id: str = data["custom_id"]
        self.components: list[Json] = data["components"]

    @property
    def inputs(self) -> list[Json]:
        """The components that take an input, in reading order."""
        return [part for part in flatten(self.components) if part["type"] in INPUTS]

    @property
    def text(self) -> str:
        """Everything a person reads before typing, joined by line ends."""
        lines = [self.title]
        for part in flatten(self.components):
            lines += [part.get(name) or "" for name in ("label", "description", "content", "placeholder", "value")]
            lines += [option["label"] for option in part.get("options") or []]
        return "\n".join(line for line in lines if isinstance(line, str) and line)

    @property
    def modal(self) -> "Modal":
        """This modal: so that an answer and a modal can be asked alike."""
        return self

    def label_of(self, custom_id: str) -> str:
        """Return the words beside an input."""
        for part in flatten(self.components):
            if (part.get("component") or {}).get("custom_id") == custom_id:
                return str(part["label"])
            if part.get("custom_id") == custom_id and part.get("label"):
                return str(part["label"])
        return ""

    def __repr__(self) -> str:
        return f"<modal {self.title!r} with {[part['custom_id'] for part in self.inputs]}>"


class Answer:
    """What the application answered; it follows the later edits of the message."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def message(self) -> Message:
        """The message that is the answer: the original, or the followup where there is no other news."""
        interaction = self.interaction
        original = interaction.original
        fresh = original is not None and not (
            original is interaction.source and original.version == interaction.source_version
        )
        if original is not None and (fresh or not interaction.followups):
            return original
        if interaction.followups:
            return interaction.followups[0]
        raise AttributeError(f"no message came: {self!r}")

    @property
    def followups(self) -> list[Message]:
        """The further messages that were sent for this interaction."""
        return self.interaction.followups

    @property
    def modal(self) -> Modal | None:
        """The modal, when that was the answer."""
        return Modal(self.interaction, self.interaction.modal) if self.interaction.modal else None

    @property
    def content(self) -> str:
        """The content of the message."""
        return self.message.content

    @property
    def embeds(self) -> list[Json]:
        """The embeds of the message, as the API has them."""
        return self.message.embeds

    @property
    def components(self) -> list[Json]:
        """The components of the message, as the API has them."""
        return self.message.components

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons."""
        return self.message.buttons

    @property
    def files(self) -> list[File]:
        """The files that came with the message."""
        return [self._world.files.get(int(part["id"])) for part in self.message.attachments]

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who asked sees it."""
        return self.message.ephemeral

    @property
    def deleted(self) -> bool:
        """Whether the answer was deleted."""
        return self.message.deleted

    @property
    def text(self) -> str:
        """Everything a person reads, that of a modal too."""
        return self.modal.text if self.modal else self.message.text

    async def wait_until(self, condition: Callable[["Answer"], Any], timeout: float = 10) -> "Answer":
        """Wait until `condition(answer)` is true; TimeoutError tells what the answer was."""
        try:
            await self._world.until(lambda: condition(self), timeout, "an answer to change")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the answer is {self!r}") from None
        return self

    def __repr__(self) -> str:
        kind = self.interaction.callback_type
        if self.interaction.modal:
            return f"<answer: {self.modal!r}>"
        return f"<answer of type {kind}: {self.message.text!r}>" if self.interaction.original else f"<answer {kind}>"


def settled(interaction: Interaction) -> bool:
    """Tell whether what came is more than a promise to answer."""
    kind = interaction.callback_type
    if kind is None or interaction.thinking:
        return kind is not None and bool(interaction.original and interaction.original.deleted)
    if kind == 6:
        source = interaction.source
        return bool(interaction.followups) or (source is not None and source.version > interaction.source_version)
    return True


async def wait_for(world: World, interaction: Interaction, timeout: float) -> None:
    """Wait for the final answer; TimeoutError when none came in three seconds or it stayed a promise."""
    within = min(timeout, interaction.answer_within)
    try:
        await world.until(lambda: interaction.callback_type is not None, within)
    except TimeoutError:
        raise TimeoutError(f"The application did not respond within {within:g} s to {interaction.data}") from None
    await world.until(lambda: settled(interaction), timeout, "the deferred answer to be given")
