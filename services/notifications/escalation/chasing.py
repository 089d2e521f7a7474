"""The job that asks the next one: with a lease, once per step, and no further once anybody answers."""

from __future__ import annotations

import logging
from typing import Any

from contracts.notifications import AlertEscalatedV1
from kit.clock import now
from kit.service import Context
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Asked, Before, Chase
from services.notifications.answers.passing import passed_id, passed_on
from services.notifications.escalation.alarm import about, alarmed
from services.notifications.escalation.chain import (
    ASKS,
    NO_ALERT_LEFT,
    House,
    absence,
    begun,
    next_steps,
    stepped,
)
from services.notifications.people.department import Organisation
from services.notifications.people.person import Person
from services.notifications.people.store import (
    DEPARTMENTS,
    ORGANISATION,
    PEOPLE,
    department_from,
    person_from,
)
from services.notifications.store import ALERTS

log = logging.getLogger(__name__)

AT_ONCE = 200


async def chase_answers(context: Context) -> None:
    """Begin to wait for answers, and ask the next one where none came in time or the person is away."""
    store, moment = context.store, now()
    house = await _house(store.database)
    deciders = [each.id for each in house.people.values() if each.may_decide]
    away = [each.id for each in house.people.values() if absence(each, moment) is not None]
    due = {
        "$or": [
            {"person": {"$in": deciders}, "chase.state": None, "kind": {"$in": [*ASKS, "call_changed"]}},
            {"chase.state": "waiting", "chase.answer_by": None},
            {"chase.state": "waiting", "chase.answer_by": {"$lte": moment}},
            {"chase.state": "waiting", "chase.steps": [], "person": {"$in": away}},
        ]
    }
    found = store[ALERTS].find(due, {"_id": 1}, sort=[("raised_at", 1)], limit=AT_ONCE)
    for alert_id in [document["_id"] async for document in found]:

        async def look(work: Work, alert_id: str = alert_id) -> None:
            alert = await work.load(ALERTS, alert_id)
            if alert is not None:
                await chase(alert, work)

        try:
            await store.transact(look)
        except Exception:
            log.exception("who is asked next about alert %s is looked for again in a minute", alert_id)


async def chase(alert: Alert, work: Work) -> None:
    """One step for one alert; nothing while there is time to answer."""
    house = await _house(work.database)
    first = house.people.get(alert.person)
    held = alert.chase
    if first is None or (held is not None and held.state != "waiting"):
        if held is None:
            work.save(ALERTS, _chased(alert, NO_ALERT_LEFT))
        return
    if held is None or held.answer_by is None:
        held = begun(alert, first, house, work.now)
        if held is None:
            return
        if held.state == "waiting" and held.since is not None and await _chased_elsewhere(alert, work):
            held = NO_ALERT_LEFT
    elif not held.steps and absence(first, work.now) is not None:
        held = held.model_copy(update={"answer_by": work.now})
    waiting = _chased(alert, held)
    if held.state == "waiting" and held.answer_by is not None and held.answer_by <= work.now:
        waiting = await _ask_next(waiting, first, house, work)
    if waiting.chase != alert.chase:
        work.save(ALERTS, waiting)


async def _ask_next(alert: Alert, first: Person, house: House, work: Work) -> Alert:
    held = alert.chase or Chase()
    steps, person = next_steps(alert, first, house, await _asked_about(alert, work), work.now)
    after = stepped(held, steps, person, house, work.now)
    if person is None:
        return await alarmed(_chased(alert, after), after, first, work)
    earlier = alert.asked.before if alert.asked else ()
    since = held.since or alert.raised_at
    asked = Asked(
        how=steps[-1].rank,
        by=first.id,
        by_name=first.shown,
        since=since,
        words=alert.asked.words if alert.asked else None,
        before=(
            *earlier,
            Before(person=first.id, name=first.shown, at=since),
            *(Before(person=step.person or "", name=step.name, at=step.at) for step in held.asked),
        ),
        may_decide=first.may_decide or (alert.asked is not None and alert.asked.may_decide),
    )
    if await work.load(ALERTS, passed_id(alert.family_id, person.id)) is None:
        passed = passed_on(alert, person.id, asked, family=alert.family_id, now=work.now, chase=NO_ALERT_LEFT)
        work.save(ALERTS, passed)
    said = AlertEscalatedV1(
        alert_id=alert.alert_id,
        person=person.id,
        rank=steps[-1].rank,
        asked_before=[each.person for each in asked.before],
        since=since,
        answer_by=after.answer_by,
        **about(alert),
    )
    return _chased(alert, after, said)


def _chased(alert: Alert, chase: Chase, *events: Any) -> Alert:
    return alert.model_copy(update={"chase": chase, "events": [*alert.events, *events]})


async def _others(alert: Alert, work: Work) -> list[Alert]:
    if alert.call is not None:
        query: dict[str, Any] = {"call.call_id": alert.call.call_id}
    else:
        query = {"matter.type": alert.matter.type if alert.matter else None, "matter.id": alert.about_id}
    found = map(ALERTS.to_aggregate, await work.find(ALERTS, query))
    return [each for each in found if each.alert_id != alert.alert_id]


async def _chased_elsewhere(alert: Alert, work: Work) -> bool:
    """Whether an answer of the same person about the same thing is waited for already, or nobody gave one."""
    return any(
        each.person == alert.person and each.chase is not None and each.chase.state in ("waiting", "unanswered")
        for each in await _others(alert, work)
    )


async def _asked_about(alert: Alert, work: Work) -> set[str]:
    """Those who have been asked, or whose own answer is waited for, about the same thing."""
    earlier = {each.person for each in alert.asked.before} if alert.asked else set()
    return earlier | {each.person for each in await _others(alert, work) if each.unanswered and _asks(each)}


def _asks(alert: Alert) -> bool:
    if alert.asked is not None and alert.asked.how != "reminder":
        return True
    return alert.chase is not None and alert.chase.state == "waiting"


async def _house(database: Any) -> House:
    people = [person_from(each) async for each in database[PEOPLE.name].find({})]
    departments = [department_from(each) async for each in database[DEPARTMENTS.name].find({})]
    document = await database[ORGANISATION.name].find_one({"_id": "organisation"})
    return House(
        people={each.id: each for each in people},
        departments={each.id: each for each in departments},
        organisation=Organisation.model_validate(document) if document else Organisation(),
    )
