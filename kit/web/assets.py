"""Files the browser may keep for a year, because their address changes with their content."""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

OWN_FILES = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


class Assets:
    """The files of `folders`, read once; only these are ever served, at `/static/<version>/<name>`."""

    def __init__(self, *folders: Path) -> None:
        self._files = {
            path.name: path.read_bytes() for folder in folders or (OWN_FILES,) for path in sorted(folder.iterdir())
        }
        digest = sha256()
        for name, content in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + content)
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file; KeyError when there is no such file."""
        if name not in self._files:
            raise KeyError(f"{name} is not among the static files: {', '.join(self._files)}")
        return f"/static/{self.version}/{name}"

    def route(self) -> Route:
        return Route("/static/{version}/{name}", self._serve, name="static")

    async def _serve(self, request: Request) -> Response:
        content = self._files.get(request.path_params["name"])
        if content is None:
            return Response(status_code=404)
        current = request.path_params["version"] == self.version
        # While a new release rolls out, a page of the old one may ask here: serve it, but let nobody keep it.
        caching = f"public, max-age={_YEAR}, immutable" if current else "no-cache"
        media_type = mimetypes.guess_type(request.path_params["name"])[0] or "application/octet-stream"
        return Response(content, media_type=media_type, headers={"Cache-Control": caching})
