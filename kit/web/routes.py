"""The frame's own addresses: static files, the choice of language, the accessibility statement, the style guide."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kit.web.i18n import LANGUAGES, remember_language
from kit.web.links import local_path
from kit.web.render import Pages
from kit.web.styleguide import SAMPLES


def frame_routes(pages: Pages) -> list[BaseRoute]:
    """Routes every process mounts. The style guide is there only in the embedded mode (`frame.demo`)."""

    async def accessibility(request: Request) -> Response:
        return pages.render(request, "accessibility.html")

    async def styleguide(request: Request) -> Response:
        return pages.render(request, "styleguide.html", **SAMPLES)

    routes: list[BaseRoute] = [
        pages.assets.route(),
        Route("/language", choose_language, methods=["GET", "POST"], name="language"),
        Route("/accessibility", accessibility, name="accessibility"),
    ]
    if pages.frame.demo:
        routes.append(Route("/styleguide", styleguide, name="styleguide"))
    return routes


async def choose_language(request: Request) -> Response:
    """Remembers `lang` in a cookie and goes back to `next`, if that is a page of ours."""
    chosen = request.query_params if request.method == "GET" else await request.form()
    response = RedirectResponse(local_path(str(chosen.get("next") or "/")), status_code=303)
    language = chosen.get("lang")
    if language in LANGUAGES:
        remember_language(request, response, str(language))
    return response
