"""From a stored endpoint to the adapter of its kind. Keeps no connection of its own."""

from typing import assert_never

from bot.adapters.endpoints.wordpress import WordPress
from bot.adapters.endpoints.wordpress_site import Http
from bot.model.relay import Endpoint, EndpointKind


class EndpointRegistry:
    """Opens endpoints over one HTTP client."""

    def __init__(self, client: Http) -> None:
        self._client = client

    def open(self, endpoint: Endpoint) -> WordPress:
        """Return the adapter of the endpoint's kind; touches nothing."""
        match endpoint.kind:
            case EndpointKind.WORDPRESS:
                return WordPress(self._client, endpoint)
        assert_never(endpoint.kind)
