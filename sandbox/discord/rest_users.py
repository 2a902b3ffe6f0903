"""REST: the bot's own user and application, other users, direct messages, the gateway's address.

`rest` fills in the gateway's address, as it has the port.
"""

from typing import Any

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.nouns import User
from sandbox.discord.render import channel_json, guild_json, user_json
from sandbox.discord.routes import Call, routes


@routes.on("GET", "/users/@me")
async def get_me(call: Call) -> Json:
    """Return the bot's user."""
    return user_json(call.world.bot) | {"mfa_enabled": True, "verified": True, "locale": "en-US", "flags": 0}


@routes.on("GET", "/users/@me/guilds")
async def my_guilds(call: Call) -> list[Json]:
    """Return the guilds the bot is in."""
    return [guild_json(call.world, guild) for guild in call.world.guilds.values()]


@routes.on("GET", "/users/{user_id}")
async def get_user(call: Call) -> Json:
    """Return a user; 10013."""
    return user_json(call.world.user(call.params["user_id"]))


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
async def get_application(call: Call) -> Json:
    """Return the application."""
    owner = User(call.world.application_id - 1, "Owner")
    return {
        "id": str(call.world.application_id),
        "name": call.world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user_json(owner),
        "team": None,
        "flags": call.world.application_flags,
        "integration_types_config": {"0": {}},
        "hook": True,
        "summary": "",
        "redirect_uris": [],
    }


@routes.on("POST", "/users/@me/channels")
async def create_dm(call: Call) -> Json:
    """Return the DM channel with `recipient_id`; it opens even if the user blocks messages."""
    user = call.world.user(call.body.get("recipient_id", ""))
    if user.bot:
        raise ApiError(50007)
    return channel_json(call.world, call.world.direct_channel(user))


@routes.on("GET", "/gateway")
async def gateway(call: Call) -> Json:
    """Return the gateway's address."""
    return {"url": ""}


@routes.on("GET", "/gateway/bot")
async def gateway_bot(call: Call) -> dict[str, Any]:
    """Return the gateway's address and the number of sessions that may start."""
    start = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
    return {"url": "", "shards": 1, "session_start_limit": start}
