"""HTTP: each part of funding has an API of its own; here they are one."""

from __future__ import annotations

from fastapi import APIRouter

from services.funding.applications import api as applications
from services.funding.calls import api as calls
from services.funding.ledger import api as ledger
from services.funding.neighbours import api as neighbours
from services.funding.obligations import api as obligations
from services.funding.planning import api as planning
from services.funding.polling import api as polling
from services.funding.strategy import api as strategy
from services.funding.triage import api as triage

router = APIRouter()
router.include_router(calls.router)
router.include_router(polling.router)
router.include_router(neighbours.router)
router.include_router(triage.router)
router.include_router(applications.router)
router.include_router(planning.router)
router.include_router(ledger.router)
router.include_router(obligations.router)
router.include_router(strategy.router)
