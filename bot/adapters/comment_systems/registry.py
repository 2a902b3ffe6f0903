"""The comment systems that the bot can write to, each with its adapter."""

from typing import Final

from bot.adapters.comment_systems.wordpress.account import authorize_url
from bot.adapters.comment_systems.wordpress.comments import WordPressClient
from bot.adapters.comment_systems.wordpress.site import Http
from bot.model.connection import Connection
from bot.model.feed import CommentSystem

#: WordPress lists the passwords made for the bot under these. They never change, so a blog lists one application.
_APP_NAME: Final = "Backchannel"
_APP_ID: Final = "651732ba-c2f6-44cf-8ca9-73faa12c8c21"


class CommentSystemRegistry:
    """Opens connections over one HTTP client."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def open(self, connection: Connection) -> WordPressClient:
        """Return a client for a connection; it sends nothing yet."""
        # A new system is a case here, and counts as writable in ``rules/comment_systems``.
        assert connection.system is CommentSystem.WORDPRESS
        return WordPressClient(self._http, connection)

    async def authorize_url(self, api_root: str, *, success_url: str, reject_url: str) -> str | None:
        """Return the page of a blog on which an admin creates an application password for the bot with one click.

        :return: None if the blog has no such page: its WordPress is too old, the page is switched off, or the blog is
            not reached over https.
        """
        return await authorize_url(
            self._http,
            api_root,
            app_name=_APP_NAME,
            app_id=_APP_ID,
            success_url=success_url,
            reject_url=reject_url,
        )
