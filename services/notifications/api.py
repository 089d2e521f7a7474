"""HTTP: alerts and what one does with them, subscriptions, and why somebody was not told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Money
from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.clock import uuid7
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.answers.api import router as answers
from services.notifications.audit.api import router as audit
from services.notifications.integrators.api import router as integrators
from services.notifications.kinds import ChosenKind
from services.notifications.people.api import router as people
from services.notifications.people.knowing import know
from services.notifications.reading import mine_or_everybodys
from services.notifications.shown import alert_shown
from services.notifications.store import ALERTS, SILENCES, SUBSCRIPTIONS, document_of
from services.notifications.subscriptions import Subscription
from services.notifications.suppression.api import router as suppression
from services.notifications.timing.api import router as timing
from services.notifications.webhooks.api import router as webhooks

router = APIRouter()
router.include_router(audit)
router.include_router(timing)
router.include_router(answers)
router.include_router(people)
router.include_router(webhooks)
router.include_router(integrators)
router.include_router(suppression)

Somebody = Annotated[SignedIn, require()]


class SubscriptionForm(BaseModel):
    """What the signed-in person wants to hear of. An empty filter lets everything through."""

    model_config = ConfigDict(extra="forbid")
    kinds: tuple[ChosenKind, ...] = Field(default=("call_matched",), max_length=50)
    themes: tuple[str, ...] = Field(default=(), max_length=50)
    min_score: int = Field(default=0, ge=0, le=100)
    actions: tuple[str, ...] = Field(default=(), max_length=50)
    activities: tuple[str, ...] = Field(default=(), max_length=200)
    territories: tuple[str, ...] = Field(default=(), max_length=50)
    min_amount: Money | None = None
    every_change: bool = False


SUBSCRIPTIONS_A_PERSON = 100


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


@router.get("/subscriptions", summary="What you subscribe to.")
async def list_subscriptions(store: Stored, person: Somebody, page: Paging) -> dict[str, Any]:
    return await page_of(store[SUBSCRIPTIONS], {"person": person.user}, page)


@router.post("/subscriptions", status_code=201, summary="Subscribe to something.")
async def post_subscription(form: SubscriptionForm, command: Commanding, person: Somebody) -> Any:
    count = await command.store[SUBSCRIPTIONS].count_documents({"person": person.user})
    if count >= SUBSCRIPTIONS_A_PERSON:
        raise Problem(409, f"you have {count} subscriptions; delete one first, or widen one you have")

    async def change(work: Work) -> dict[str, Any]:
        subscription = Subscription(id=uuid7(), person=person.user, **form.model_dump())
        await know(person, work)
        work.put(SUBSCRIPTIONS, document_of(subscription))
        return subscription.model_dump()

    return await command.run(change, status=201)


@router.delete("/subscriptions/{subscription_id}", summary="End a subscription.")
async def delete_subscription(subscription_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        found = await work.get(SUBSCRIPTIONS, subscription_id)
        if found is None or found["person"] != person.user:
            raise Problem(404, f"you have no subscription {subscription_id}")
        work.update(SUBSCRIPTIONS, {"_id": subscription_id}, {"$set": {"enabled": False}})
        return {"id": subscription_id, "enabled": False}

    return await command.run(change)
