"""The catalogue by itself: its routes and the frame, without a server, a store or a running service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from kit.catalogue.routes import TEMPLATES, catalogue_router
from kit.http import problems
from kit.web.i18n import Catalogues
from kit.web.render import OWN_CATALOGUE, FrameSettings, Pages, service_catalogues


@pytest.fixture(scope="session")
def pages() -> Pages:
    frame = FrameSettings("Občina Idrija", "1.2.3", demo=False, zone=ZoneInfo("Europe/Ljubljana"))
    return Pages({"catalogue": TEMPLATES}, Catalogues(OWN_CATALOGUE, *service_catalogues([TEMPLATES])), frame)


@pytest.fixture(scope="session")
def app(pages: Pages) -> FastAPI:
    app = FastAPI()
    problems.install(app, pages.problem)
    app.include_router(catalogue_router(pages, [], "idrija"))
    return app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        yield client
