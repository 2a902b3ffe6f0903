"""From a stored endpoint to the adapter of its kind. Keeps no connection of its own."""

from typing import Final, assert_never

from bot.adapters.comment_systems.wordpress.account import authorize_url
from bot.adapters.comment_systems.wordpress.comments import WordPress
from bot.adapters.comment_systems.wordpress.site import Http
from bot.model.connection import Endpoint, EndpointKind

#: Under these a blog lists the passwords made for us; the same everywhere, so that a blog lists one application.
_APP_NAME: Final = "Backchannel"
_APP_ID: Final = "651732ba-c2f6-44cf-8ca9-73faa12c8c21"


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

    async def authorize_url(self, api_root: str, *, success_url: str, reject_url: str) -> str | None:
        """Ask the blog for its page where an admin makes an application password with one click.

        :return: None if it has none: too old, switched off, or not https.
        """
        return await authorize_url(
            self._client,
            api_root,
            app_name=_APP_NAME,
            app_id=_APP_ID,
            success_url=success_url,
            reject_url=reject_url,
        )
