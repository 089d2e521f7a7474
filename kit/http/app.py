"""The app factory: one FastAPI application around what a process runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI, Request

from kit.auth import sign_in
from kit.auth.middleware import WhoIsAsking
from kit.catalogue.routes import TEMPLATES as CATALOGUE_TEMPLATES
from kit.catalogue.routes import catalogue_router
from kit.http import health, problems
from kit.http.observe import Observed
from kit.operation import api as operation_api
from kit.operation import pages as operation_pages
from kit.runtime import Runtime
from kit.service import Service
from kit.web.headers import SecurityHeaders
from kit.web.i18n import Catalogues
from kit.web.render import OWN_CATALOGUE, FrameSettings, Pages, service_catalogues
from kit.web.routes import frame_routes

LARGEST_BODY = 25 * 1024 * 1024


def create_app(runtime: Runtime) -> FastAPI:
    """The HTTP side of a runtime, which starts and stops with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await _start(runtime)
            yield
        finally:
            await runtime.stop()

    app = FastAPI(
        title="Cinnabar",
        version=version("cinnabar"),
        summary="Keeps a city's action plan alive: funding calls, sensors and progress reach the right person in time.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=LARGEST_BODY,
    )
    pages = _pages(runtime)
    app.state.runtime = runtime
    app.state.settings = runtime.settings
    app.state.pages = pages
    problems.install(app, pages.problem)
    app.router.routes.extend(frame_routes(pages))
    for router in (health.router, sign_in.router, operation_api.router, operation_pages.router):
        app.include_router(router)
    for service in runtime.services:
        _mount(app, service, runtime)
    # after the services, whose pages below /events it would take for events
    app.include_router(catalogue_router(pages, runtime.services, runtime.settings.municipality))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(WhoIsAsking, verifier=runtime.verifier)
    app.add_middleware(Observed)
    return app


async def _start(runtime: Runtime) -> None:
    try:
        await runtime.start()
    except Exception as error:
        runtime.failure = error
        raise


def _mount(app: FastAPI, service: Service, runtime: Runtime) -> None:
    async def own_store(request: Request) -> None:
        request.state.store = runtime.stores[service.name]

    bound = [Depends(own_store)]
    app.include_router(service.api, prefix=f"/api/{service.name}", tags=[service.name], dependencies=bound)
    app.include_router(service.facades, tags=[service.name], dependencies=bound)
    app.include_router(service.pages, include_in_schema=False, dependencies=bound)


def _pages(runtime: Runtime) -> Pages:
    folders = {"catalogue": CATALOGUE_TEMPLATES, "operation": operation_pages.TEMPLATES}
    folders |= {service.name: service.templates for service in runtime.services}
    frame = FrameSettings(
        municipality_name=runtime.settings.municipality_name,
        version=version("cinnabar"),
        demo=runtime.settings.embedded,
        zone=runtime.settings.zone,
    )
    return Pages(folders, Catalogues(OWN_CATALOGUE, *service_catalogues(list(folders.values()))), frame)
