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
from services.notifications.escalation.chain import ENDED, House, absence, begun, next_steps, stepped
from services.notifications.escalation.store import (
    asked_about,
    chased_elsewhere,
    chased_since,
    due_alerts,
    house_of,
    person_told,
)
from services.notifications.people.person import Person
from services.notifications.store import ALERTS

log = logging.getLogger(__name__)


async def chase_answers(context: Context) -> None:
    """Begin to wait for answers, and ask the next one where none came in time or the person is away."""
    moment = now()
    today = moment.astimezone(context.settings.zone).date().isoformat()
    for alert_id in await due_alerts(context.store, moment, today):

        async def look(work: Work, alert_id: str = alert_id) -> None:
            alert = await work.load(ALERTS, alert_id)
            if alert is not None:
                await chase(alert, work)

        try:
            await context.store.transact(look)
        except Exception:
            log.exception("who is asked next about alert %s is looked for again in a minute", alert_id)


async def chase(alert: Alert, work: Work) -> None:
    """One step for one alert; nothing while there is time to answer."""
    held = alert.chase
    if held is not None and held.state != "waiting":
        return
    first = await person_told(alert, work)
    if first is None or (held is None and alert.raised_at < await chased_since(work)):
        work.save(ALERTS, _chased(alert, ENDED))
        return
    house = await house_of(first, work)
    if held is None or held.answer_by is None:
        held = begun(alert, first, house, work.now)
        if held is None:
            return
        if held.state == "waiting" and await chased_elsewhere(alert, work):
            held = ENDED
    elif not held.steps and absence(first, work.now) is not None:
        held = held.model_copy(update={"answer_by": work.now})
    waiting = _chased(alert, held)
    if held.state == "waiting" and held.answer_by is not None and held.answer_by <= work.now:
        waiting = await _ask_next(waiting, held, first, house, work)
    if waiting.chase != alert.chase:
        work.save(ALERTS, waiting)


async def _ask_next(alert: Alert, held: Chase, first: Person, house: House, work: Work) -> Alert:
    steps, person = next_steps(alert, first, house, await asked_about(alert, work), work.now)
    after = stepped(alert, held, steps, person, house, work.now)
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
            Before(person=first.id, name=first.shown, at=alert.raised_at),
            *(Before(person=step.person or "", name=step.name, at=step.at) for step in held.asked),
        ),
        may_decide=first.may_decide or (alert.asked is not None and alert.asked.may_decide),
    )
    if await work.load(ALERTS, passed_id(alert.family_id, person.id)) is None:
        work.save(ALERTS, passed_on(alert, person.id, asked, family=alert.family_id, now=work.now, chase=ENDED))
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
