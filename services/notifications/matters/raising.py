"""Raises what is to be told: finds who asks for it and whom it concerns, and stores the verdict on each."""

from __future__ import annotations

from collections import defaultdict

from kit.clock import moment_of
from kit.store import Work
from kit.telemetry import traceparent
from services.notifications.alerts import Alert
from services.notifications.matters.judging import ended, judge_telling
from services.notifications.matters.store import telling_since
from services.notifications.matters.telling import Ending, Telling
from services.notifications.people.person import Person
from services.notifications.people.store import department_called, members, named
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import listeners


async def tell(telling: Telling, work: Work) -> None:
    """Everybody concerned, and everybody who asks for it, is told once or has a stored reason why not."""
    began = moment_of(work.cause.correlation_id) if work.cause is not None else None
    history = telling.matter.since < await telling_since(work)
    asking: dict[str, list[Subscription]] = defaultdict(list)
    people: dict[str, Person] = {}
    for subscription, person in await listeners(work, telling.kind):
        asking[person.id].append(subscription)
        people[person.id] = person
    concerned = {person.id: person for person in await _concerned(telling, work)}
    people |= concerned
    led_by = await _leads(telling, work)
    told = await _told(telling.kind, telling.matter.type, telling.matter.id, work)
    for person in people.values():
        verdict = judge_telling(
            telling,
            person,
            asking[person.id],
            told[person.id],
            work.now,
            led_by=led_by,
            concerned=person.id in concerned,
            history=history,
        )
        for alert in verdict.alerts:
            work.save(ALERTS, alert.because_of(began, traceparent()))
        for silence in verdict.silences:
            work.put(SILENCES, {"_id": silence.silence_id, **silence.model_dump(mode="python")})


async def end(ending: Ending, work: Work) -> None:
    """Close what was told of a lasting matter."""
    for alerts in (await _told(ending.kind, ending.type, ending.id, work)).values():
        for alert in ended(ending, alerts, work.now):
            work.save(ALERTS, alert)


async def _told(kind: str, about: str, about_id: str, work: Work) -> dict[str, list[Alert]]:
    query = {"matter.type": about, "matter.id": about_id, "kind": kind}
    told: dict[str, list[Alert]] = defaultdict(list)
    for document in await work.find(ALERTS, query, sort=[("raised_at", 1)]):
        alert = ALERTS.to_aggregate(document)
        told[alert.person].append(alert)
    return told


async def _concerned(telling: Telling, work: Work) -> list[Person]:
    """Those the news names; when none of them is known here, those who have the role that stands in."""
    found = await named(work, people=telling.people, departments=telling.departments)
    if not found and telling.instead is not None:
        found = await members(work, role=telling.instead)
    return found


async def _leads(telling: Telling, work: Work) -> set[str]:
    """Ids of the departments that the news names."""
    called = [await department_called(work, name) for name in telling.departments]
    return {each.id for each in called if each is not None}
