"""What the notifications service hears of calls that people know: changed, withdrawn, closed, reopened."""

from __future__ import annotations

from collections import defaultdict

from contracts.funding import CallChangedV1, CallClosedV1, CallReopenedV1, CallWithdrawnV1
from kit.bus.handlers import handles
from kit.clock import moment_of
from kit.store import Work
from kit.telemetry import traceparent
from services.notifications.alerts import Alert
from services.notifications.changes.concern import Concern
from services.notifications.changes.concerned import applicants
from services.notifications.changes.judging import judge_news, outrun
from services.notifications.changes.news import News, of_change, of_closing, of_reopening, of_withdrawal
from services.notifications.changes.store import stand
from services.notifications.people.person import Person
from services.notifications.people.store import named
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, recipients, subscription_from

_FOR_APPLICANTS = frozenset({"call_withdrawn", "call_closed", "call_reopened"})
"""What who leads an application has to know of its call; how its dates move, the application itself tells them."""


@handles(CallChangedV1)
async def tell_of_change(event: CallChangedV1, work: Work) -> None:
    """What changed reaches those who know the call or asked for changes."""
    news = of_change(event, _sequence(work))
    if news is not None:
        await _tell(news, work)


@handles(CallWithdrawnV1)
async def tell_of_withdrawal(event: CallWithdrawnV1, work: Work) -> None:
    """Whoever knows the call hears that it is revoked."""
    await _tell(of_withdrawal(event, _sequence(work)), work)


@handles(CallClosedV1)
async def tell_of_closing(event: CallClosedV1, work: Work) -> None:
    """Whoever knows the call hears that it closed before its time."""
    await _tell(of_closing(event, _sequence(work)), work)


@handles(CallReopenedV1)
async def tell_of_reopening(event: CallReopenedV1, work: Work) -> None:
    """Whoever knows the call hears that it takes applications again, also those who had put it aside."""
    await _tell(of_reopening(event, _sequence(work)), work)


def _sequence(work: Work) -> int:
    return work.cause.sequence if work.cause is not None else 0


async def _tell(news: News, work: Work) -> None:
    end = (await stand(news, work)).end_after(news)
    began = moment_of(work.cause.correlation_id) if work.cause is not None else None
    told: dict[str, list[Alert]] = defaultdict(list)
    for document in await work.find(ALERTS, {"call.call_id": news.call_id}, sort=[("raised_at", 1)]):
        alert = ALERTS.to_aggregate(document)
        told[alert.person].append(alert)
    subscriptions, people = await _subscriptions(told, work)
    known = {alert.alert_id: alert for alerts in told.values() for alert in alerts}
    applying, call = await applicants(news.call_id, work) if news.kind in _FOR_APPLICANTS else ([], None)
    leading = {person.id for person in applying}
    concerns = {
        each: concern
        for each in {*told, *leading}
        if (concern := Concern.of(told[each], applies=each in leading)) is not None
    }
    handed_to = await named(work, people=sorted(concerns.keys() - {each.id for each in (*people, *applying)}))
    for person in {each.id: each for each in (*people, *applying, *handed_to)}.values():
        own, heard = subscriptions[person.id], told[person.id]
        if end is not None:
            verdict = outrun(news, end, person, own, work.now)
        else:
            concern = concerns.get(person.id)
            verdict = judge_news(news, person, own, heard, work.now, concern=concern, first_told=call)
        for alert in verdict.alerts:
            if alert is not known.get(alert.alert_id):
                work.save(ALERTS, alert.because_of(began, traceparent()))
        for silence in verdict.silences:
            work.put(SILENCES, {"_id": silence.silence_id, **silence.model_dump(mode="python")})


async def _subscriptions(
    told: dict[str, list[Alert]], work: Work
) -> tuple[dict[str, list[Subscription]], list[Person]]:
    """By person: the subscriptions that ask for changes, and those that an alert about the call was raised for."""
    raised_for = sorted({each for alerts in told.values() for alert in alerts for each in alert.subscriptions})
    concerned = {"$or": [{"kinds": "call_changed"}, {"_id": {"$in": raised_for}}]}
    found = [subscription_from(each) for each in await work.find(SUBSCRIPTIONS, concerned, sort=[("_id", 1)])]
    by_person: dict[str, list[Subscription]] = defaultdict(list)
    people: dict[str, Person] = {}
    for subscription, person in await recipients(found, work):
        if "call_changed" in subscription.kinds or _raised(subscription, told[person.id]):
            by_person[person.id].append(subscription)
            people[person.id] = person
    return by_person, list(people.values())


def _raised(subscription: Subscription, told: list[Alert]) -> bool:
    return any(subscription.id in alert.subscriptions for alert in told)


HANDLERS = [tell_of_change, tell_of_withdrawal, tell_of_closing, tell_of_reopening]
