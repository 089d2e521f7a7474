"""The catalogue's addresses: the list, one page per event version, its JSON Schema, and the AsyncAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from contracts.check import ASYNCAPI
from contracts.envelope_schema import ENVELOPE
from contracts.registry import Contract, contracts, find, versions_of
from kit.catalogue.entry import entry_of
from kit.catalogue.families import by_service, families, matching
from kit.catalogue.hearers import Hearers
from kit.catalogue.shapes import shapes
from kit.http.problems import Problem
from kit.service import Service
from kit.web.i18n import language_of
from kit.web.render import Pages

TEMPLATES = Path(__file__).parent / "pages"


def catalogue_router(pages: Pages, services: Sequence[Service], municipality: str) -> APIRouter:
    """Routes every process mounts; `services` are those of this process, `pages` knows TEMPLATES as `catalogue`."""
    router = APIRouter(include_in_schema=False)
    hearers = Hearers(services)

    # Plain functions, which run in a thread: the first page loads every installed service.
    @router.get("/events")
    def event_list(request: Request, text: str = "") -> Response:
        language = language_of(request)
        known = families(contracts())
        found = matching(known, text, lambda words: pages.catalogues.translate(language, words))
        return pages.render(
            request,
            "catalogue/events.html",
            groups=by_service(found),
            found=len(found),
            total=len(known),
            text=text,
            municipality=municipality,
            envelope=shapes(ENVELOPE)[0],
            asyncapi=ASYNCAPI.exists(),
        )

    @router.get("/events/{event_type}")
    def event_page(request: Request, event_type: str) -> Response:
        contract = _known(event_type)
        return pages.render(
            request,
            "catalogue/event.html",
            entry=entry_of(contract, versions_of(contract.family), municipality),
            hearers=hearers.of(contract),
            unasked=hearers.unasked,
            asyncapi=ASYNCAPI.exists(),
        )

    @router.get("/events/{event_type}/schema.json")
    def event_schema(event_type: str) -> Response:
        contract = _known(event_type)
        entry = entry_of(contract, [contract], municipality)
        return Response(entry.schema, media_type="application/schema+json")

    @router.get("/asyncapi.yaml")
    def asyncapi_document() -> Response:
        if not ASYNCAPI.exists():
            raise Problem(404, "the AsyncAPI document is not part of this installation; /events lists every event")
        return FileResponse(ASYNCAPI, media_type="application/yaml", content_disposition_type="inline")

    return router


def _known(event_type: str) -> Contract:
    contract = find(event_type)
    if contract is None:
        raise Problem(404, f"there is no event {event_type}; /events lists every one there is")
    return contract
