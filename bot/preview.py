"""``python -m bot preview`` on paper: what an address would bring, for a person or a machine. Looks at nothing."""

import json
from dataclasses import asdict
from datetime import datetime

from bot.bridge.views import Look
from bot.model.feed import CommentSystem
from bot.rules.systems import evidence, system_name


def as_json_text(look: Look) -> str:
    """Write a look out for a machine."""
    return json.dumps(asdict(look), default=_machine_readable, ensure_ascii=False, indent=2) + "\n"


def as_text(look: Look) -> str:
    """Write a look out for a person."""
    found = look.found
    lines = [
        f"{found.title} ({found.home_url})",
        f"  entries:  {found.entries.url}",
        f"  comments: {found.comments.url if found.comments else 'none found'}",
        f"  comment system: {_system(look)}",
        *(f"    {system_name(seen.system)}, {evidence(seen)}" for seen in look.systems),
        f"  WordPress REST API: {found.api_root or 'none found'}",
        f"  push: {f'offered by {look.push.hub_url}' if look.push else 'not offered'}",
    ]
    others = [feed for feed in look.candidates if feed.url != found.entries.url]
    lines += ["  other feeds here:"] if others else []
    lines += [f"    {feed.url}{f' ({feed.title})' if feed.title else ''}" for feed in others]
    for post in look.entries:
        when = post.timestamp.strftime("%Y-%m-%d %H:%M UTC") if post.timestamp else "no date"
        lines += ["", f"# {post.title}  [{post.author or 'no author'}, {when}]", f"  {post.url or 'no link'}"]
        lines += [f"  {line}" for line in post.body.splitlines()]
    lines += ["", "Newest comments:"] if look.comments else []
    for post in look.comments:
        lines += ["", f"- {post.author}", *(f"  {line}" for line in post.body.splitlines())]
    if look.comments_error:
        lines += ["", f"The comments could not be read: {look.comments_error}"]
    return "\n".join(lines) + "\n"


def _system(look: Look) -> str:
    return "none seen" if look.found.system is CommentSystem.UNKNOWN else system_name(look.found.system)


def _machine_readable(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
