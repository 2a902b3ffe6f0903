"""Links and titles made of words from outside, for the answers of the cogs; ``rules/links`` decides how."""

from bot.rules.links import linked_title, masked

__all__ = ["linked_title", "masked"]
