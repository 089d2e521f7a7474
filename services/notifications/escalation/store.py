"""What an escalation reads: who may be asked, what else is told of the same, and since when answers are chased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from kit.store import Store, Work
from services.notifications.alerts import Alert
from services.notifications.escalation.chain import ASKS, House
from services.notifications.matters.store import WATERMARKS
from services.notifications.people.editing import department_of, organisation_in
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.store import ALERTS

DECIDERS: Final = ("funding-officer", "coordinator")
_STARTING: Final = timedelta(hours=1)


async def due_alerts(store: Store, now: datetime, today: str) -> list[str]:
    """Ids of alerts for which an answer is to be waited for, or was waited for long enough; the oldest first."""
    people = store[PEOPLE]
    deciders = await people.distinct("_id", {"roles": {"$in": list(DECIDERS)}})
    away = {"absences": {"$elemMatch": {"first": {"$lte": today}, "last": {"$gte": today}}}}
    gone = await people.distinct("_id", {"$or": [away, {"active": False}]})
    wanted = [
        {"person": {"$in": deciders}, "chase.state": None, "kind": {"$in": [*ASKS, "call_changed"]}},
        {"chase.state": "waiting", "chase.answer_by": None},
        {"chase.state": "waiting", "chase.answer_by": {"$lte": now}},
        {"chase.state": "waiting", "chase.steps": [], "person": {"$in": gone}},
    ]
    found = store[ALERTS].find({"$or": wanted}, {"_id": 1}, sort=[("raised_at", 1)])
    return [document["_id"] async for document in found]


async def chased_since(work: Work) -> datetime:
    """Alerts raised before are history: a version that newly chases answers asks nobody about last year."""
    stored: dict[str, Any] | None = await work.get(WATERMARKS, "escalation")
    if stored is None:
        stored = {"_id": "escalation", "since": work.now - _STARTING}
        work.put(WATERMARKS, stored)
    since: datetime = stored["since"]
    return since


async def house_of(first: Person, work: Work) -> House:
    """The person told first with everybody who may be asked in their place, and who stands in for those."""
    organisation = await organisation_in(work)
    department = await department_of(first.department, work) if first.department else None
    people = {first.id: first}
    named = {*_deputies(first), organisation.director, department.head if department else None}
    while unknown := sorted(each for each in named if each is not None and each not in people):
        found = [person_from(each) for each in await work.find(PEOPLE, {"_id": {"$in": unknown}})]
        people |= {each.id: each for each in found}
        named = {deputy for each in found for deputy in _deputies(each)}
    return House(
        people=people, departments={department.id: department} if department else {}, organisation=organisation
    )


def _deputies(person: Person) -> set[str | None]:
    return {person.deputy, *(each.deputy for each in person.absences)}


async def person_told(alert: Alert, work: Work) -> Person | None:
    document = await work.get(PEOPLE, alert.person)
    return None if document is None else person_from(document)


async def chased_elsewhere(alert: Alert, work: Work) -> bool:
    """Whether an answer of the same person about the same thing is waited for already, or nobody gave one."""
    return any(
        each.person == alert.person and each.chase is not None and each.chase.state in ("waiting", "unanswered")
        for each in await _others(alert, work)
    )


async def asked_about(alert: Alert, work: Work) -> set[str]:
    """Those who have been asked, or whose own answer is waited for, about the same thing."""
    earlier = {each.person for each in alert.asked.before} if alert.asked else set()
    return earlier | {each.person for each in await _others(alert, work) if each.unanswered and _asks(each)}


def _asks(alert: Alert) -> bool:
    if alert.asked is not None and alert.asked.how != "reminder":
        return True
    return alert.chase is not None and alert.chase.state == "waiting"


async def _others(alert: Alert, work: Work) -> list[Alert]:
    if alert.call is not None:
        query: dict[str, Any] = {"call.call_id": alert.call.call_id}
    else:
        query = {"matter.type": alert.matter.type if alert.matter else None, "matter.id": alert.about_id}
    found = map(ALERTS.to_aggregate, await work.find(ALERTS, query))
    return [each for each in found if each.alert_id != alert.alert_id]
