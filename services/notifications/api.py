"""HTTP: alerts and what one does with them, and why somebody was not told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.http.commands import Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from services.notifications.answers.api import router as answers
from services.notifications.audit.api import router as audit
from services.notifications.calendars.api import router as calendars
from services.notifications.channels.api import router as channels
from services.notifications.integrators.api import router as integrators
from services.notifications.people.api import router as people
from services.notifications.reading import mine_or_everybodys
from services.notifications.shown import alert_shown
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions.api import router as subscriptions
from services.notifications.suppression.api import router as suppression
from services.notifications.timing.api import router as timing
from services.notifications.webhooks.api import router as webhooks

router = APIRouter()
router.include_router(audit)
router.include_router(timing)
router.include_router(answers)
router.include_router(subscriptions)
router.include_router(people)
router.include_router(webhooks)
router.include_router(integrators)
router.include_router(suppression)
router.include_router(channels)
router.include_router(calendars)

Somebody = Annotated[SignedIn, require()]


@router.get("/alerts", summary="Your alerts by id; coordinators and operators see everybody's.")
async def list_alerts(store: Stored, person: Somebody, page: Paging, call: str | None = None) -> dict[str, Any]:
    query = mine_or_everybodys(person) | ({"call.call_id": call} if call else {})
    return await page_of(store[ALERTS], query, page, lambda document: alert_shown(ALERTS.to_aggregate(document)))


@router.get("/alerts/{alert_id}", summary="One alert with every activity its call fits.")
async def get_alert(alert_id: str, store: Stored, person: Somebody) -> dict[str, Any]:
    document = await store[ALERTS].find_one({"_id": alert_id, **mine_or_everybodys(person)})
    if document is None:
        raise Problem(404, f"you have no alert {alert_id}")
    return alert_shown(ALERTS.to_aggregate(document))


@router.get("/silences", summary="Why you were not told of a match; coordinators and operators see everybody's.")
async def list_silences(store: Stored, person: Somebody, page: Paging, call: str | None = None) -> dict[str, Any]:
    query = mine_or_everybodys(person) | ({"call_id": call} if call else {})
    return await page_of(store[SILENCES], query, page)
