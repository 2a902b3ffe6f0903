"""REST: the application's commands, global and of a guild."""

from typing import Any

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.routes import Call, routes

GLOBAL = "/applications/{application_id}/commands"
GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _book(call: Call) -> int | None:
    if call.params["application_id"] != str(call.world.application_id):
        raise ApiError(50001)
    guild_id = call.params.get("guild_id")
    return call.world.guild(guild_id).id if guild_id else None


async def list_commands(call: Call) -> list[Json]:
    """List the commands of a scope (a guild, or global)."""
    return call.world.commands.all(_book(call))


async def overwrite(call: Call) -> list[Json]:
    """Replace all commands of a scope."""
    book = _book(call)
    done = call.world.commands.overwrite(book, call.body or [])
    call.world.changed()
    return done


async def add(call: Call) -> Json:
    """Add a command, or replace the one of the same name."""
    book = _book(call)
    return call.world.commands.add(book, call.body)


async def get(call: Call) -> Json:
    """Return one command; 10063."""
    return call.world.commands.get(_book(call), call.params["command_id"])


async def edit(call: Call) -> Json:
    """Change one command; 10063."""
    return call.world.commands.edit(_book(call), call.params["command_id"], call.body)


async def delete(call: Call) -> None:
    """Remove one command; 10063."""
    call.world.commands.delete(_book(call), call.params["command_id"])


def _register() -> None:
    handlers: list[tuple[str, str, Any]] = [
        ("GET", "", list_commands),
        ("PUT", "", overwrite),
        ("POST", "", add),
        ("GET", "/{command_id}", get),
        ("PATCH", "/{command_id}", edit),
        ("DELETE", "/{command_id}", delete),
    ]
    for base in (GLOBAL, GUILD):
        for method, rest, handler in handlers:
            routes.on(method, base + rest)(handler)


_register()
