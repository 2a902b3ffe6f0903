"""``python -m bot preview``: what an address would bring, written for a person or a machine."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from ipaddress import ip_network
from typing import Any, Final

from bot.bridge.admin.views import BlogPreview, BlogPreviewer
from bot.model.errors import NotPublic, Refused
from bot.model.feed import CommentSystem
from bot.model.redact import redacted, shown_url, without_secrets
from bot.rules.comment_systems import describe_comment_source, describe_evidence, system_name
from bot.rules.messages.terminal import PlainItem

#: as ``localhost`` has two addresses
_LOOPBACK: Final = "127.0.0.0/8,::1/128"


async def preview_blog(url: str, blog_previewer: BlogPreviewer) -> BlogPreview:
    """Look at a blog, and name the setting that lets a private one be asked.

    :raises BridgeError: nothing there can be subscribed to, or it may not be asked.
    """
    try:
        return await blog_previewer.look(url)
    except NotPublic as error:
        # A person at a terminal may change the settings; an admin in Discord may not, so the error names none.
        raise Refused(_how_to_allow(error)) from None


def as_json_text(look: BlogPreview, *, typed: str) -> str:
    """Write a look out for a machine; addresses as :func:`as_text` has them."""
    whole = json.loads(json.dumps(asdict(look), default=_machine_readable))
    return json.dumps(_each_text(whole, lambda text: _hide(text, look, typed)), ensure_ascii=False, indent=2) + "\n"


def as_text(look: BlogPreview, *, typed: str) -> str:
    """Write a look out for a person.

    What is printed ends up in bug reports and logs of builds, so an address that lets its holder read a private feed is
    printed without what does so, unless it is the very one that was typed.

    :param typed: the address that was asked for.
    """
    return _hide(_lines(look), look, typed)


def _hide(text: str, look: BlogPreview, typed: str) -> str:
    """Take secrets out of the addresses in a text; those of posts still work, of feeds only the place is shown."""
    feeds = {each.url for each in (look.found.entries, look.found.comments, *look.candidates) if each is not None}
    if look.push is not None:
        feeds |= {look.push.hub_url, look.push.topic_url}

    def show(url: str) -> str:
        if typed in (url, url.partition("://")[2]):
            return url
        return shown_url(url) if url in feeds else without_secrets(url)

    return redacted(text, show)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_each_text(each, change) for each in value]
        case dict():
            return {key: _each_text(each, change) for key, each in value.items()}
        case _:
            return value


def _lines(look: BlogPreview) -> str:
    found = look.found
    lines = [
        f"{found.title} ({found.home_url})",
        f"  entries:  {found.entries.url}",
        f"  comments: {found.comments.url if found.comments else describe_comment_source(found) or 'none found'}",
        f"  comment system: {_system(look)}",
        *(f"    {system_name(seen.system)}, {describe_evidence(seen)}" for seen in look.systems),
        f"  WordPress REST API: {found.api_root or 'none found'}",
        f"  push: {f'offered by {look.push.hub_url}' if look.push else 'not offered'}",
    ]
    others = [feed for feed in look.candidates if feed.url != found.entries.url]
    lines += ["  other feeds here:"] if others else []
    lines += [f"    {feed.url}{f' ({feed.title})' if feed.title else ''}" for feed in others]
    lines += ["", "Newest entries:"] if look.plain_entries else []
    for each in look.plain_entries:
        lines += ["", f"* {each.title}", f"  {each.author or 'no author'}, {_when(each)}", f"  {each.url or 'no link'}"]
        lines += [f"  picture: {each.image_url}"] if each.image_url else []
        lines += _indented(each.body)
    lines += ["", "Newest comments:"] if look.plain_comments else []
    for each in look.plain_comments:
        where = f" on “{each.on}”" if each.on else ""
        whom = f", in reply to {each.answers}" if each.answers else ""
        lines += ["", f"* {each.author}{where}{whom}, {_when(each)}", *([f"  {each.url}"] if each.url else [])]
        lines += _indented(each.body)
    if look.comments_error:
        lines += ["", f"The comments could not be read: {look.comments_error}"]
    return "\n".join(lines) + "\n"


def _how_to_allow(error: NotPublic) -> str:
    try:
        network = str(ip_network(error.host))
    except ValueError:
        network = _LOOPBACK if error.host == "localhost" else "192.168.0.0/16"
        given = "" if error.host == "localhost" else f" (with the network that {error.host} is in)"
    else:
        given = ""
    return (
        f"{error.text} If it is yours and private on purpose, name its network in OUTBOUND_ALLOW, in .env or before "
        f"the command, for example OUTBOUND_ALLOW={network}{given}."
    )


def _when(item: PlainItem) -> str:
    return item.published_at.strftime("%Y-%m-%d %H:%M UTC") if item.published_at else "no date"


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]


def _system(look: BlogPreview) -> str:
    return "none seen" if look.found.system is CommentSystem.UNKNOWN else system_name(look.found.system)


def _machine_readable(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
