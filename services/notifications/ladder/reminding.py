"""Raises the reminders that are due, each once, and stores of the steps that are left out why.

Nothing is remembered between two runs but the alerts and silences themselves, each under the one id that a person's
step before a deadline can have: a run that comes late, twice or at once with another tells nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.values import Reason
from kit.clock import now
from kit.service import Context
from kit.store import Store, Work
from services.notifications.alerts import Alert
from services.notifications.calendars.dates import Dates
from services.notifications.calendars.store import DATES
from services.notifications.fits import Fit
from services.notifications.identity import reminder_id
from services.notifications.judging import Silence
from services.notifications.ladder.standing import (
    OVERTAKEN,
    TOLD_THEN,
    UNSUBSCRIBED,
    dismissed,
    heard,
    standing_of,
    taken_care_of,
    told_of,
)
from services.notifications.ladder.steps import day_of, steps_of
from services.notifications.ladder.store import reminding_since, states_of
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.raising import raised_of_news
from services.notifications.reasons import PERSON_LEFT
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription_from
from services.notifications.timing.hours import moment_of

FARTHEST = timedelta(days=366)


async def remind_of_deadlines(context: Context) -> None:
    """Look at every call whose deadline is to come and that somebody was told of."""
    since = await context.store.transact(reminding_since)
    for call_id in await _calls(context.store, now()):

        async def change(work: Work, about: str = call_id) -> None:
            await remind_of(about, since, work)

        await context.store.transact(change)


async def remind_of(call_id: str, since: datetime, work: Work) -> None:
    """Who knows the call is reminded of its next deadline as it stands now, or has a stored reason why not."""
    told: dict[str, list[Alert]] = defaultdict(list)
    for document in await work.find(ALERTS, {"call.call_id": call_id}, sort=[("raised_at", 1)]):
        alert = ALERTS.to_aggregate(document)
        told[alert.person].append(alert)
    kept = await work.get(DATES, f"call:{call_id}")
    dates = None if kept is None else Dates.model_validate(kept)
    submitted = taken_care_of(await states_of(call_id, work))
    for each in await work.find(PEOPLE, {"_id": {"$in": sorted(told)}}):
        person = person_from(each)
        alerts = heard(told[person.id])
        standing = standing_of(dates, alerts[-1], work.now) if alerts else None
        if standing is not None and standing.deadline is not None:
            told_at = max(since, told_of(alerts, standing.deadline))
            await _remind(person, alerts, standing.deadline, told_at, submitted, work)


async def _remind(
    person: Person,
    alerts: Sequence[Alert],
    deadline: datetime,
    told_at: datetime,
    submitted: Reason | None,
    work: Work,
) -> None:
    wishes, call_id = person.delivery, alerts[-1].about_id
    ids = {days: reminder_id(person.id, call_id, deadline, days) for days in wishes.ladder}
    left_out = {each["_id"] for each in await work.find(SILENCES, {"_id": {"$in": list(ids.values())}})}
    raised = {alert.alert_id for alert in alerts}
    steps = steps_of(
        deadline,
        wishes.ladder,
        person.clock,
        told_at=told_at,
        done=[days for days, known in ids.items() if known in raised | left_out],
        now=work.now,
    )
    for days in steps.told:
        _leave_out(ids[days], person, alerts, deadline, days, TOLD_THEN, work)
    for days in steps.overtaken:
        _leave_out(ids[days], person, alerts, deadline, days, OVERTAKEN, work)
    if steps.now is None:
        return
    behind = await _enabled(alerts, work)
    concerned = behind or any(alert.asked is not None for alert in alerts)
    nobody = None if person.active else PERSON_LEFT
    reason = nobody or dismissed(alerts) or submitted or (None if concerned else UNSUBSCRIBED)
    if reason is not None:
        _leave_out(ids[steps.now], person, alerts, deadline, steps.now, reason, work)
        return
    hour = moment_of(day_of(deadline, steps.now, person.clock), wishes.at, person.clock)
    gather = max(hour - work.now, timedelta(0))
    reminder = _reminder(ids[steps.now], person, alerts, deadline, behind, work.now, gather)
    # Somebody who was asked in another's place answers for the call without any subscription to it.
    work.save(ALERTS, reminder if behind else reminder.model_copy(update={"mandatory": True}))


def _reminder(
    alert_id: str,
    person: Person,
    alerts: Sequence[Alert],
    deadline: datetime,
    behind: tuple[str, ...],
    now: datetime,
    gather: timedelta,
) -> Alert:
    """Raised as its day begins, so that the morning's digest has it; by itself it leaves at the person's hour."""
    return raised_of_news(
        alert_id=alert_id,
        kind="deadline_near",
        person=person.id,
        subscriptions=behind,
        call=alerts[-1].told_call.model_copy(update={"deadline": deadline}),
        fits=_fits(alerts),
        changes=(),
        said=None,
        urgent=False,
        told_before=alerts[0].raised_at,
        now=now,
        gather=gather,
    )


def _leave_out(
    silence_id: str,
    person: Person,
    alerts: Sequence[Alert],
    deadline: datetime,
    days: int,
    reason: Reason,
    work: Work,
) -> None:
    subscription = next((each for alert in alerts for each in alert.subscriptions), "")
    silence = Silence(
        silence_id=silence_id,
        subscription=subscription,
        person=person.id,
        kind="deadline_near",
        call_id=alerts[-1].about_id,
        reason=reason.model_copy(update={"evidence": _evidence(days, deadline, reason)}),
        at=work.now,
    )
    work.put(SILENCES, {"_id": silence_id, **silence.model_dump(mode="python")})


def _evidence(days: int, deadline: datetime, reason: Reason) -> str:
    said = f"{days} d, {deadline.isoformat()}"
    return f"{said}, {reason.evidence}" if reason.evidence else said


def _fits(alerts: Sequence[Alert]) -> tuple[Fit, ...]:
    latest = {fit.activity_id: fit.model_copy(update={"unmailed": None}) for alert in alerts for fit in alert.fits}
    return tuple(latest.values())


async def _enabled(alerts: Sequence[Alert], work: Work) -> tuple[str, ...]:
    ids = sorted({each for alert in alerts for each in alert.subscriptions})
    found = map(subscription_from, await work.find(SUBSCRIPTIONS, {"_id": {"$in": ids}}))
    return tuple(each.id for each in found if each.wanted and alerts[-1].person not in each.left)


async def _calls(store: Store, moment: datetime) -> list[str]:
    """Calls with a date to come, as their dates or somebody's alert have it."""
    ahead = {"$gt": moment, "$lt": moment + FARTHEST}
    dated = await store[DATES].distinct("call_id", {"about": "call", "entries.at": ahead})
    told = await store[ALERTS].distinct("call.call_id", {"call.deadline": ahead})
    known = set(await store[ALERTS].distinct("call.call_id", {"call.call_id": {"$in": dated}}))
    return sorted(known | set(told))
