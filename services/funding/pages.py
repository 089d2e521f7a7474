"""Pages of the funding service: those of its parts, and the CommonGrants routes, which stand at the root, too."""

from __future__ import annotations

from fastapi import APIRouter

from services.funding.applications import editing_pages, opening_pages
from services.funding.applications import pages as applications
from services.funding.calls import pages as calls
from services.funding.calls import typing_in
from services.funding.common_grants import routes as common_grants
from services.funding.ledger import pages as ledger
from services.funding.neighbours import pages as neighbours
from services.funding.obligations import pages as obligations
from services.funding.planning import pages as planning
from services.funding.polling import pages as sources
from services.funding.strategy import pages as strategy
from services.funding.triage import pages as triage

router = APIRouter()
for part in (
    *(triage, typing_in, calls, neighbours, sources, common_grants),
    *(opening_pages, applications, editing_pages, planning),
    *(ledger, obligations, strategy),
):
    router.include_router(part.router)
