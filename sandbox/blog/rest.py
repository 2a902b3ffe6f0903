"""The entry to the REST interface: parsing of a call, its account, and the choice of the resource.

The resources are `rest_comments`, `rest_passwords` and `rest_site`.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sandbox.blog.errors import RestError
from sandbox.blog.state import Account, State

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a REST route. `route` begins with a slash; `params` is query and body together."""

    method: str
    route: str
    params: Json
    who: Account | None
    address: str
    agent: str
    #: the application password of the call, without spaces
    password: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, before it is written as JSON."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Resource(Protocol):
    """Answers calls to its routes, and returns None for other routes."""

    def answer(self, call: Call) -> Answer | None:
        """Answer the call; raise `RestError` to refuse."""


class RestDoor:
    """Passes each call to its resource."""

    def __init__(self, resources: list[Resource]) -> None:
        self._resources = resources

    def answer(self, call: Call) -> Answer:
        """Answer any call, also with a refusal."""
        try:
            found = self._found(call)
        except RestError as error:
            return Answer(error.body(), error.status)
        fields = str(call.params.get("_fields", ""))
        return Answer(_only(found.body, fields), found.status, found.headers) if fields else found

    def _found(self, call: Call) -> Answer:
        for resource in self._resources:
            answer = resource.answer(call)
            if answer is not None:
                return answer
        if call.method == "OPTIONS":
            return Answer([])
        raise RestError(404, "rest_no_route", "No route was found matching the URL and request method.")


def refuse_stranger(call: Call, allowed: str) -> Answer | None:
    """Refuse a call without access to the interface, as plugins for hardening do.

    :param allowed: "open": access for everyone; "members": for accounts; "forbidden": for no one.
    """
    if allowed == "forbidden":
        return Answer(RestError(403, "rest_disabled", "The REST API is disabled.").body(), 403)
    if allowed == "members" and call.who is None:
        return Answer(RestError(401, "rest_not_logged_in", "You are not currently logged in.").body(), 401)
    return None


def authenticate(state: State, authorization: str | None) -> tuple[Account | None, str]:
    """Return the account of an application password, and the password; a wrong one counts as no account."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None, ""
    try:
        login, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, ""
    account = next((a for a in state.accounts.values() if login in {a.login, a.email}), None)
    bare = re.sub(r"[^a-zA-Z0-9]", "", password)
    return (account, bare) if account and bare in account.passwords else (None, "")


def read_params(query: Mapping[str, str], body: bytes, content_type: str, form: Mapping[str, str]) -> Json:
    """Join query and body; a body that claims to be JSON must be an object without lone surrogates."""
    params: Json = dict(query)
    if content_type == "application/json" and body:
        try:
            sent = json.loads(body)
            json.dumps(sent, ensure_ascii=False).encode()
        except ValueError as error:
            raise RestError(400, "rest_invalid_json", "Invalid JSON body passed.") from error
        params |= sent if isinstance(sent, dict) else {}
    return params | dict(form)


def invalid(*names: str) -> RestError:
    """Return the refusal of parameters of wrong types."""
    return RestError(400, "rest_invalid_param", f"Invalid parameter(s): {', '.join(names)}")


def integer(params: Json, name: str) -> int | None:
    """Read a whole number; None if it is missing."""
    value = params.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise invalid(name)
    return int(value)


def integers(params: Json, name: str) -> list[int]:
    """Read a list of whole numbers, given as `1,2`, `name[]=1` or a JSON list."""
    value = params.get(name, params.get(f"{name}[]"))
    if value is None or value == "":
        return []
    items = value if isinstance(value, list) else str(value).split(",")
    numbers = [integer({name: str(item).strip()}, name) for item in items]
    return [number for number in numbers if number is not None]


def text(params: Json, name: str) -> str | None:
    """Read a string; None if it is missing."""
    value = params.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid(name)
    return value


def flag(params: Json, name: str) -> bool:
    """Read a boolean."""
    return str(params.get(name, "")).lower() in {"1", "true"}


def moment(params: Json, name: str) -> datetime | None:
    """Read a time; without a zone it is in the site's, which is UTC."""
    value = text(params, name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise invalid(name) from error
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)


def page_of(params: Json) -> tuple[int, int]:
    """Read `page` and `per_page`."""
    page = integer(params, "page")
    size = integer(params, "per_page")
    page, size = 1 if page is None else page, 10 if size is None else size
    wrong = [name for name, bad in (("page", page < 1), ("per_page", not 1 <= size <= 100)) if bad]
    if wrong:
        raise invalid(*wrong)
    return page, size


def totals(count: int, size: int) -> dict[str, str]:
    """Return the headers with the numbers of items and pages."""
    return {"X-WP-Total": str(count), "X-WP-TotalPages": str(-(-count // size))}


def _only(body: object, fields: str) -> object:
    """Keep the named fields; `content.rendered` names a nested one."""
    if isinstance(body, list):
        return [_only(item, fields) for item in body]
    if not isinstance(body, dict) or "code" in body:
        return body
    kept: Json = {}
    for path in (name.strip() for name in fields.split(",")):
        outer, _, inner = path.partition(".")
        if outer not in body:
            continue
        value = body[outer]
        if inner and isinstance(value, dict):
            kept.setdefault(outer, {}).update({k: v for k, v in value.items() if k == inner})
        else:
            kept[outer] = value
    return kept
