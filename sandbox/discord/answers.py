"""The responses of an application to a person: an answer (a message), or a modal to fill in."""

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
        """Return the components that take an input, in reading order."""
        return [part for part in flatten(self.components) if part["type"] in INPUTS]

    @property
    def text(self) -> str:
        """Return all text that a person reads before typing, joined by line ends."""
        lines = [self.title]
        for part in flatten(self.components):
            lines += [part.get(name) or "" for name in ("label", "description", "content", "placeholder", "value")]
            lines += [option["label"] for option in part.get("options") or []]
        return "\n".join(line for line in lines if isinstance(line, str) and line)

    @property
    def modal(self) -> "Modal":
        """Return this modal, as an answer has the same property."""
        return self

    def label_of(self, custom_id: str) -> str:
        """Return the label of an input."""
        for part in flatten(self.components):
            if (part.get("component") or {}).get("custom_id") == custom_id:
                return str(part["label"])
            if part.get("custom_id") == custom_id and part.get("label"):
                return str(part["label"])
        return ""

    def __repr__(self) -> str:
        return f"<modal {self.title!r} with {[part['custom_id'] for part in self.inputs]}>"


class Answer:
    """The application's answer, with all later edits of the message."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def message(self) -> Message:
        """Return the message of the answer: the original, or the followup if there is no other."""
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
        """Return the further messages that were sent for this interaction."""
        return self.interaction.followups

    @property
    def modal(self) -> Modal | None:
        """Return the modal, if that was the answer."""
        return Modal(self.interaction, self.interaction.modal) if self.interaction.modal else None

    @property
    def content(self) -> str:
        """Return the content of the message."""
        return self.message.content

    @property
    def embeds(self) -> list[Json]:
        """Return the embeds of the message, in the API's form."""
        return self.message.embeds

    @property
    def components(self) -> list[Json]:
        """Return the components of the message, in the API's form."""
        return self.message.components

    @property
    def buttons(self) -> list[str]:
        """Return the labels of the buttons."""
        return self.message.buttons

    @property
    def files(self) -> list[File]:
        """Return the files of the message."""
        return [self._world.files.get(int(part["id"])) for part in self.message.attachments]

    @property
    def ephemeral(self) -> bool:
        """Return True if only the person who acted sees the message."""
        return self.message.ephemeral

    @property
    def deleted(self) -> bool:
        """Return True if the answer was deleted."""
        return self.message.deleted

    @property
    def text(self) -> str:
        """Return all text that a person reads, including a modal's."""
        return self.modal.text if self.modal else self.message.text

    async def wait_until(self, condition: Callable[["Answer"], Any], timeout: float = 10) -> "Answer":
        """Wait until `condition(answer)` is true; TimeoutError describes the answer."""
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
    """Return True if the answer is more than a deferral."""
    kind = interaction.callback_type
    if kind is None or interaction.thinking:
        return kind is not None and bool(interaction.original and interaction.original.deleted)
    if kind == 6:
        source = interaction.source
        return bool(interaction.followups) or (source is not None and source.version > interaction.source_version)
    return True


async def wait_for(world: World, interaction: Interaction, timeout: float) -> None:
    """Wait for the final answer; TimeoutError if none comes in three seconds or it stays deferred."""
    within = min(timeout, interaction.answer_within)
    try:
        await world.until(lambda: interaction.callback_type is not None, within)
    except TimeoutError:
        raise TimeoutError(f"The application did not respond within {within:g} s to {interaction.data}") from None
    await world.until(lambda: settled(interaction), timeout, "the deferred answer to be given")
