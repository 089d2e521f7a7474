"""The day has come on which somebody asked to be reminded."""

from __future__ import annotations

from kit.clock import now
from kit.service import Context
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Asked
from services.notifications.answers.passing import family_of, passed_on
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.store import ALERTS

AT_ONCE = 200


async def remind(alert: Alert, work: Work) -> None:
    """Tell whoever put it off themselves, once for the day they asked for; others' alerts only wait again."""
    held = alert.decision
    if held is None or held.choice != "remind_me" or held.remind_on is None or held.by != alert.person:
        return
    document = await work.get(PEOPLE, alert.person)
    if document is None or not document["active"]:
        return
    person = person_from(document)
    reminder = family_of(alert.alert_id, "reminder", held.remind_on.value)
    if await work.load(ALERTS, reminder) is None:
        work.save(ALERTS, _reminder(alert, person, reminder, work))


def _reminder(alert: Alert, person: Person, alert_id: str, work: Work) -> Alert:
    asked = alert.asked
    told = Asked(
        how="reminder",
        by=person.id,
        by_name=person.shown,
        since=alert.raised_at,
        before=asked.before if asked else (),
        may_decide=asked.may_decide if asked else False,
    )
    return passed_on(alert, person.id, told, family=alert.family_id, alert_id=alert_id, now=work.now)


async def remind_people(context: Context) -> None:
    """On the morning of the day asked for, the alert waits again and its person is told."""
    found = context.store[ALERTS].find({"remind_at": {"$lte": now()}}, {"_id": 1}, limit=AT_ONCE)
    for due in [document["_id"] async for document in found]:

        async def change(work: Work, alert_id: str = due) -> None:
            alert = await work.load(ALERTS, alert_id)
            held = alert.decision if alert else None
            if alert is not None and held is not None and alert.remind_at is not None and alert.remind_at <= work.now:
                await remind(alert, work)
                work.save(ALERTS, alert.follow("seen", by=held.by, now=work.now, reason=None, via="time"))

        await context.store.transact(change)
