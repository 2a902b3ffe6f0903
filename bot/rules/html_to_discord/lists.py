"""What lists of HTML say of their items: numbers, and whether something is done; renders nothing."""

import re
from typing import Final

from selectolax.lexbor import LexborNode

from bot.rules.html_to_discord.tree import attribute, tag_of

_NUMBER: Final = re.compile(r"\d{1,4}", re.ASCII)
#: So far above a box its item may be.
_STEPS: Final = 3


def list_number(node: LexborNode, name: str, otherwise: int) -> int:
    """Return the number that an attribute of a list or an item gives."""
    number = attribute(node, name)
    return int(number) if _NUMBER.fullmatch(number) else otherwise


def count_items(listing: LexborNode) -> int:
    """Count a list's own items, without those of lists within it."""
    count, child = 0, listing.child
    while child is not None:
        count += tag_of(child) == "li"
        child = child.next
    return count


def is_checkbox(node: LexborNode) -> bool:
    """Tell whether an element is the box of an item in a list of tasks."""
    if tag_of(node) != "input" or attribute(node, "type").lower() != "checkbox":
        return False
    around = node.parent
    for _ in range(_STEPS):
        if around is None or tag_of(around) == "li":
            break
        around = around.parent
    return around is not None and tag_of(around) == "li"
