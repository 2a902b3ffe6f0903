"""REST: the answers to interactions: callback, and followups and edits through the interaction's webhook."""

from sandbox.discord.errors import ApiError, FormErrors, Json
from sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, Interaction
from sandbox.discord.nouns import EPHEMERAL, Message
from sandbox.discord.posting import Draft, create_message, delete_message, edit_message
from sandbox.discord.render_message import message_json
from sandbox.discord.routes import Call, routes

WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
LOADING = 1 << 7

#: Interaction type to the permitted answer types.
TAKES = {COMMAND: {4, 5, 9}, 3: {4, 5, 6, 7, 9}, AUTOCOMPLETE: {8}, 5: {4, 5, 6, 7}}


def _draft(call: Call, body: Json, interaction: Interaction, kind: int = 0) -> Draft:
    """Return an answer to post; embeds depend on the person's permissions, not on the bot's."""
    return Draft(
        content=body.get("content") or "",
        embeds=body.get("embeds") or [],
        components=body.get("components") or [],
        attachments=call.files,
        flags=body.get("flags") or 0,
        type=kind,
        allowed_mentions=body.get("allowed_mentions"),
        interaction=interaction,
    )


def _empty(draft: Draft) -> bool:
    return not (draft.content.strip() or draft.embeds or draft.components or draft.attachments)


@routes.on("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
async def callback(call: Call) -> Json | None:
    """Post the first answer; 10062 after three seconds, 40060 the second time."""
    interaction = call.world.interactions.get(call.params["interaction_token"])
    if interaction is None or str(interaction.id) != call.params["interaction_id"]:
        raise ApiError(10062)
    interaction.require_open()
    kind, data = call.body["type"], call.body.get("data") or {}
    faults = FormErrors()
    if kind not in TAKES[interaction.type] or (kind in (6, 7) and interaction.source is None):
        faults.add(("type",), "INTERACTION_CALLBACK_TYPE", f"{kind} does not answer this interaction")
    call.refuse(faults)
    _answer(call, interaction, kind, data)
    call.world.changed()
    return _callback_response(call, interaction) if call.query.get("with_response") in ("true", "True", "1") else None


def _answer(call: Call, interaction: Interaction, kind: int, data: Json) -> None:
    world = call.world
    if kind in (4, 5):
        message_type = _message_type(interaction)
        draft = _draft(call, data, interaction, message_type)
        if kind == 4 and _empty(draft):
            raise ApiError(50006)
        if kind == 5:
            draft = Draft(flags=(data.get("flags") or 0) | LOADING, type=message_type, interaction=interaction)
        interaction.callback_type = kind
        interaction.thinking = kind == 5
        interaction.original = create_message(world, world.bot, interaction.channel, draft)
        return
    interaction.callback_type = kind
    if kind in (6, 7):
        interaction.original = interaction.source
    if kind == 7 and interaction.source is not None:
        edit_message(world, interaction.source, data)
    elif kind == 8:
        interaction.choices = data.get("choices") or []
    elif kind == 9:
        interaction.modal = data


def _message_type(interaction: Interaction) -> int:
    if interaction.type != COMMAND:
        return 0
    return 20 if interaction.data.get("type") == 1 else 23


def _callback_response(call: Call, interaction: Interaction) -> Json:
    body: Json = {
        "interaction": {
            "id": str(interaction.id),
            "type": interaction.type,
            "response_message_loading": interaction.thinking,
            "response_message_ephemeral": bool(interaction.original and interaction.original.ephemeral),
        },
        "resource": {"type": interaction.callback_type},
    }
    if interaction.original is not None:
        body["interaction"]["response_message_id"] = str(interaction.original.id)
        if interaction.callback_type in (4, 7):
            body["resource"]["message"] = _json(call, interaction.original)
    return body


def _json(call: Call, message: Message) -> Json:
    return message_json(call.world, message, sees_content=True)


def _interaction(call: Call) -> Interaction:
    interaction = call.world.interactions.get(call.params["webhook_token"])
    if interaction is None or call.params["webhook_id"] != str(call.world.application_id):
        raise ApiError(10015)
    interaction.require_token()
    return interaction


@routes.on("POST", WEBHOOK)
async def followup(call: Call) -> Json:
    """Post a followup; the first one after a deferred answer replaces that."""
    interaction = _interaction(call)
    draft = _draft(call, call.body, interaction)
    if _empty(draft):
        raise ApiError(50006)
    if interaction.thinking and interaction.original is not None:
        return _json(call, _fill(call, interaction, interaction.original, call.body))
    draft.type = 0
    message = create_message(call.world, call.world.bot, interaction.channel, draft)
    interaction.followups.append(message)
    call.world.changed()
    return _json(call, message)


def _fill(call: Call, interaction: Interaction, message: Message, body: Json) -> Message:
    """Edit an answer; the deferral has already set if it is ephemeral."""
    if message is interaction.original and interaction.thinking:
        interaction.thinking = False
        message.flags &= ~LOADING
    changes = body | {"flags": (body.get("flags") or 0) & ~EPHEMERAL}
    return edit_message(call.world, message, changes, files=call.files)


def _one(call: Call, interaction: Interaction) -> Message:
    if "message_id" not in call.params:
        message = interaction.original
    else:
        mine = [*interaction.followups, *([interaction.original] if interaction.original else [])]
        message = next((own for own in mine if str(own.id) == call.params["message_id"]), None)
    if message is None or message.deleted:
        raise ApiError(10008)
    return message


async def get(call: Call) -> Json:
    """Return an answer."""
    return _json(call, _one(call, _interaction(call)))


async def edit(call: Call) -> Json:
    """Edit an answer."""
    interaction = _interaction(call)
    message = _one(call, interaction)
    return _json(call, _fill(call, interaction, message, call.body))


async def delete(call: Call) -> None:
    """Delete an answer."""
    message = _one(call, _interaction(call))
    delete_message(call.world, message)


for _path in ("/messages/@original", "/messages/{message_id}"):
    routes.on("GET", WEBHOOK + _path)(get)
    routes.on("PATCH", WEBHOOK + _path)(edit)
    routes.on("DELETE", WEBHOOK + _path)(delete)
