"""Checks of every request against Discord's OpenAPI description (sandbox/data/discord-openapi.json, MIT).

Three differences from Discord are known: Discord also takes ids as integers, and clients send them so; the
query `use_nested_fields` is not described; and the description allows a content of 4,000 characters, which
Discord does not (`lengths` has the real limits and is applied first).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from sandbox.discord.errors import FormErrors, Json

DOCUMENT = Path(__file__).parent.parent / "data" / "discord-openapi.json"

#: Query parameters that Discord takes and the description lacks.
UNDESCRIBED = {"use_nested_fields"}

#: Schemas of interaction answers by type, for a clearer sentence than "fits none of these".
CALLBACKS = {
    1: "PongInteractionCallbackRequest",
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}


@cache
def _document() -> Json:
    document: Json = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    document["components"]["schemas"]["SnowflakeType"] |= {"type": ["string", "integer"]}
    return document


@cache
def _operation(method: str, template: str) -> Json:
    found: Json = _document()["paths"].get(template, {}).get(method.lower(), {})
    return found


@cache
def _validator(reference: str) -> Any:
    schema: Json = json.loads(reference)
    return jsonschema_rs.validator_for(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": _document()["components"],
            **schema,
        }
    )


def check_body(method: str, template: str, body: Any) -> FormErrors:
    """Return the faults of `body` against the route's description; a route described without one takes any."""
    faults = FormErrors()
    schema = _schema(method, template, body)
    if schema is None:
        return faults
    for error in _validator(json.dumps(schema)).iter_errors(body):
        text = error.message if len(error.message) < 400 else f"…{error.message[-400:]}"
        faults.add(tuple(error.instance_path), "INVALID", text)
    return faults


def check_query(method: str, template: str, query: dict[str, str]) -> FormErrors:
    """Return the faults of a query against the description: unknown names and wrong values."""
    faults = FormErrors()
    operation = _operation(method, template)
    if not operation:
        return faults
    known = {entry["name"]: entry["schema"] for entry in operation.get("parameters", []) if entry["in"] == "query"}
    for name, text in query.items():
        if name in UNDESCRIBED:
            continue
        if name not in known:
            faults.add((name,), "UNKNOWN_QUERY", "is no query parameter of this route")
            continue
        value: object = int(text) if known[name].get("type") == "integer" and text.isdigit() else text
        if known[name].get("type") == "boolean":
            value = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}.get(text)
        for error in _validator(json.dumps(known[name])).iter_errors(value):
            faults.add((name,), "INVALID", error.message)
    return faults


def _schema(method: str, template: str, body: Any) -> Json | None:
    name: str | None = None
    if isinstance(body, dict):
        if template.endswith("/callback"):
            name = CALLBACKS.get(body.get("type", 0))
        elif (method, template) == ("POST", "/channels/{channel_id}/threads"):
            name = "CreateForumThreadRequest" if "message" in body else "CreateTextThreadWithoutMessageRequest"
        elif (method, template) == ("POST", "/webhooks/{webhook_id}/{webhook_token}"):
            name = "IncomingWebhookRequestPartial"
    if name is not None:
        return {"$ref": f"#/components/schemas/{name}"}
    content = _operation(method, template).get("requestBody", {}).get("content", {})
    found: Json | None = content.get("application/json", {}).get("schema")
    return found
