"""Presses as nobody's Discord would send them: any custom_id, any values, from anywhere."""

from typing import Any

from sandbox.discord import Answer, Channel, Person
from sandbox.discord.answers import wait_for
from sandbox.discord.interact import begin
from sandbox.discord.interactions import COMPONENT, MODAL_SUBMIT

BUTTON, MENU = 2, 3


async def press(person: Person, where: Channel, custom_id: str, *, values: list[Any] | None = None) -> Answer:
    """Press a button, or (with values) choose from a menu, that stands under no message."""
    data: dict[str, Any] = {"component_type": BUTTON, "custom_id": custom_id, "id": 1}
    if values is not None:
        data |= {"component_type": MENU, "values": values}
    return await _send(person, where, COMPONENT, data)


async def send_form(person: Person, where: Channel, custom_id: str, **inputs: str) -> Answer:
    """Send a form in that nobody opened."""
    parts = [
        {"type": 18, "id": number, "component": {"type": 4, "id": 100 + number, "custom_id": name, "value": value}}
        for number, (name, value) in enumerate(inputs.items(), 1)
    ]
    return await _send(person, where, MODAL_SUBMIT, {"custom_id": custom_id, "components": parts})


async def _send(person: Person, where: Channel, kind: int, data: dict[str, Any]) -> Answer:
    source = await person.post(where, "Something stands here.")
    interaction = begin(person.world, kind, person, where, data, source)
    await wait_for(person.world, interaction, 10)
    return Answer(person.world, interaction)
