"""The forms (modals) that people fill in."""

from collections.abc import Sequence
from typing import Any, Final

import discord

from bot.cogs._cards import address

#: Discord's limits: https://discord.com/developers/docs/components/reference#label
_TITLE: Final = 45
_DESCRIPTION: Final = 100
#: Longer than most comments, and short enough for the preview.
_TEXT: Final = 2000
_NAME: Final = 80
_TEMPLATE: Final = 1000


class _Form(discord.ui.Modal):
    """A modal that is answered by its custom_id, also after a restart; discord.py need not remember it."""

    def __init__(self, title: str, custom_id: str, *parts: discord.ui.Label[Any] | discord.ui.TextDisplay[Any]) -> None:
        super().__init__(title=title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…", custom_id=custom_id)
        for part in parts:
            self.add_item(part)
        self.stop()


def reply_form(custom_id: str, answering: str, *first_time: discord.ui.Label[Any]) -> discord.ui.Modal:
    """Ask for the text of a reply; ``text``.

    :param first_time: the inputs of :func:`agreement`, for members who have not agreed yet.
    """
    text = discord.ui.TextInput[Any](custom_id="text", style=discord.TextStyle.paragraph, max_length=_TEXT)
    label = discord.ui.Label[Any](
        text="Your reply", description="You see a preview before anything is published.", component=text
    )
    return _Form(f"Reply to {answering}", custom_id, label, *first_time)


def agreement_form(custom_id: str, title: str, name: str, consent: str) -> discord.ui.Modal:
    """Ask for public name and consent."""
    return _Form(title, custom_id, *agreement(name, consent))


def agreement(name: str, consent: str) -> tuple[discord.ui.Label[Any], discord.ui.Label[Any]]:
    """Return the inputs for public name and consent; ``name`` and ``consent``."""
    typed = discord.ui.TextInput[Any](custom_id="name", default=name[:_NAME] or None, max_length=_NAME)
    return (
        discord.ui.Label(text="Your public name", description="Shown on the blog above your comment.", component=typed),
        discord.ui.Label(
            text="I agree", description=consent[:_DESCRIPTION], component=discord.ui.Checkbox(custom_id="consent")
        ),
    )


def password_form(custom_id: str, api_root: str) -> discord.ui.Modal:
    """Ask for a blog's credential; ``username`` and ``password``.

    :param api_root: the address to which the credential will be sent.
    """
    username = discord.ui.TextInput[Any](custom_id="username", max_length=200)
    password = discord.ui.TextInput[Any](custom_id="password", max_length=200)
    return _Form(
        "Connect the blog",
        custom_id,
        discord.ui.Label(
            text="User name", description="An account on the blog. The role Subscriber is enough.", component=username
        ),
        discord.ui.Label(
            text="Application password",
            description="WordPress: Users, Profile, Application Passwords. Not the password you log in with.",
            component=password,
        ),
        discord.ui.TextDisplay(f"Sent to {address(api_root)} and nowhere else."),
    )


def template_form(custom_id: str, present: str, placeholders: Sequence[str]) -> discord.ui.Modal:
    """Ask for a template; ``template``."""
    words = discord.ui.TextInput[Any](
        custom_id="template",
        style=discord.TextStyle.paragraph,
        default=present or None,
        required=False,
        max_length=_TEMPLATE,
    )
    hint = f"{' '.join(f'{{{name}}}' for name in placeholders)}; {{author|someone}} falls back"
    return _Form(
        "Words above each card",
        custom_id,
        discord.ui.Label(text="Template; leave it empty for none", description=hint[:_DESCRIPTION], component=words),
    )
