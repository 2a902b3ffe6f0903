"""The table of REST routes, and the requests and results of handlers.

The templates are the paths of Discord's OpenAPI description.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.errors import FormErrors, Json
from sandbox.discord.world import World


@dataclass
class Call:
    """One request of the bot. `body` is {} if there was none."""

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    #: Names and sizes of uploaded files, as attachment objects.
    files: list[Json] = field(default_factory=list)
    #: Called by a handler that refuses a body; adds to `violations`.
    report: Callable[[FormErrors], None] = lambda faults: None

    def refuse(self, faults: FormErrors) -> None:
        """Raise 50035 and report a violation if there are faults."""
        if faults:
            self.report(faults)
            raise faults.error()


#: The result of a handler: JSON for 200, None for 204.
Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """A method, a template and a handler."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler


class Routes:
    """The routes in the order in which they are matched."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Register a handler for a method and template; parameters are in braces."""

        def register(handler: Handler) -> Handler:
            pattern = re.compile(
                re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.escape(template).replace("\\{", "{").replace("\\}", "}"))
                + "$"
            )
            self._routes.append(Route(method, template, pattern, handler))
            # Words such as @me or @original come before parameters.
            self._routes.sort(key=lambda route: route.template.count("{"))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path without its /api/v10, and its parameters."""
        for route in self._routes:
            if route.method == method and (match := route.pattern.match(path)):
                return route, match.groupdict()
        return None


routes = Routes()


def major(params: dict[str, str]) -> str:
    """Return the major parameter of a route's buckets: channel, guild or webhook."""
    names = ("channel_id", "guild_id", "webhook_id", "webhook_token")
    return ":".join(params[name] for name in names if name in params)
