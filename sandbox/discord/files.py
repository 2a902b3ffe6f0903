"""Files that people and the bot upload: stored, described as attachments, and served in place of Discord's CDN."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.discord.errors import Json


@dataclass(eq=False, frozen=True)
class File:
    """An uploaded file."""

    id: int
    name: str
    data: bytes
    url: str

    def json(self) -> Json:
        """Return the attachment object."""
        body = {"id": str(self.id), "filename": self.name, "size": len(self.data)}
        return body | {"url": self.url, "proxy_url": self.url}


class Files:
    """All uploaded files."""

    def __init__(self) -> None:
        #: their base address, set when the server starts
        self.base_url = ""
        self._files: dict[int, File] = {}

    def add(self, key: int, name: str, data: bytes) -> File:
        """Store a file under a new id."""
        file = File(key, name, data, f"{self.base_url}/attachments/{key}/{name}")
        self._files[key] = file
        return file

    def get(self, key: int) -> File:
        """Return a file; KeyError if there is none."""
        return self._files[key]

    def add_to(self, app: web.Application) -> None:
        """Add the route to an application."""
        app.router.add_get("/attachments/{id:[0-9]+}/{name}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        file = self._files.get(int(request.match_info["id"]))
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.data, content_type="application/octet-stream")
