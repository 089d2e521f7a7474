"""Who is asked next: the deputy, the head of the department, the director. Each at most once.

Of who is away, whoever stands in for them is asked in their place, and so on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from contracts.values import Reason, Value
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Chase, Rank, Step
from services.notifications.escalation.office import answer_by
from services.notifications.people.department import Department, Organisation
from services.notifications.people.person import Person
from services.notifications.reasons import reason as say

RANKS: Final[tuple[Rank, ...]] = ("deputy", "head", "director")
ASKS: Final = ("call_matched", "call_found", "call_reopened", "deadline_near")
"""Kinds of alerts that want a decision; of call_changed only what is urgent, and whatever is handed over."""

LAST_DAYS = timedelta(days=7)
"""How near a deadline must be for its reminder to want a decision."""

UNSENT = timedelta(minutes=10)
"""After that, an alert that no mail server took counts as told: it lies in the inbox."""

NOT_NAMED = say("not_named", "Nihče ni določen.", "Nobody is named.")
LEFT = say("has_left", "Oseba ni več zaposlena.", "The person has left.")
ASKED_BEFORE = say("asked_before", "Oseba je o tem že vprašana.", "The person is asked about it already.")
ENDED = Chase(state="ended")


class House(Value):
    """Everybody who may be asked, as they stand now."""

    people: Mapping[str, Person]
    departments: Mapping[str, Department]
    organisation: Organisation

    def hours(self, person: Person) -> int:
        return person.answer_hours or self.organisation.answer_hours


def wants_answer(alert: Alert, now: datetime) -> bool:
    """Whether somebody has to decide, and not merely know."""
    if alert.asked is not None and alert.asked.how == "handed_over":
        return True
    if alert.kind == "deadline_near":
        return alert.deadline is not None and alert.deadline - now <= LAST_DAYS
    return alert.kind in ASKS or (alert.kind == "call_changed" and alert.urgent)


def begun(alert: Alert, first: Person, house: House, now: datetime) -> Chase | None:
    """How an answer of the person told first is waited for; None while the mail has not left."""
    over = alert.deadline is not None and alert.deadline <= now
    if over or not alert.unanswered or alert.state == "withheld" or not wants_answer(alert, now):
        return ENDED
    held = alert.chase or Chase()
    since = _told_at(alert, now)
    if absence(first, now) is not None:
        return held.model_copy(update={"since": since or now, "answer_by": now})
    if since is None:
        return None
    until = now if alert.state == "failed" else _until(alert, since, house.hours(first), first)
    return held.model_copy(update={"since": since, "answer_by": until})


def next_steps(
    alert: Alert, first: Person, house: House, asked: Collection[str], now: datetime
) -> tuple[list[Step], Person | None]:
    """Whom to ask now, with a step for everybody passed over; None when nobody is left.

    `asked`: ids of those who are asked about the same already, in this chain or another one.
    """
    done = {step.rank for step in alert.chase.steps} if alert.chase else set()
    taken = {first.id, *asked, *(step.person for step in alert.chase.asked)} if alert.chase else {first.id, *asked}
    steps: list[Step] = []
    for rank in RANKS[max((RANKS.index(rank) + 1 for rank in done), default=0) :]:
        for named in _in_line(rank, first, house, now):
            person = house.people.get(named or "")
            why = _passed_over(named, person, taken, now)
            shown = person.shown if person else ""
            steps.append(Step(at=now, rank=rank, person=named, name=shown, passed_over=why))
            if why is None and person is not None:
                return steps, person
    return steps, None


def stepped(alert: Alert, chase: Chase, steps: list[Step], asked: Person | None, house: House, now: datetime) -> Chase:
    """The chase after these steps: waiting for whoever is asked, or unanswered."""
    after = chase.model_copy(update={"steps": (*chase.steps, *steps), "answer_by": None, "state": "unanswered"})
    if asked is None:
        return after
    until = _until(alert, now, house.hours(asked), asked)
    return after.model_copy(update={"state": "waiting", "answer_by": until})


def absence(person: Person, now: datetime) -> Reason | None:
    """Why somebody cannot be asked now."""
    if not person.active:
        return LEFT
    away = person.away(now.astimezone(person.clock).date())
    if away is None:
        return None
    return say(
        "is_away", "Oseba je odsotna.", "The person is away.", f"{away.first.isoformat()}/{away.last.isoformat()}"
    )


def _until(alert: Alert, since: datetime, hours: int, person: Person) -> datetime:
    """The end of the time to answer: working hours, or a quarter of what is left to a deadline that is nearer."""
    until = answer_by(since, hours, person.clock, person.delivery.country)
    if alert.deadline is None or alert.deadline <= since:
        return until
    return min(until, since + (alert.deadline - since) / (len(RANKS) + 1))


def _told_at(alert: Alert, now: datetime) -> datetime | None:
    last = alert.decision
    again = last.at if last is not None and (last.undone or last.via in ("board", "time", "together")) else None
    if alert.settled_at is None and alert.waits is not None:
        return None
    told = alert.settled_at or (alert.raised_at if now - alert.raised_at > UNSENT else None)
    return told if told is None or again is None else max(told, again)


def _in_line(rank: Rank, first: Person, house: House, now: datetime) -> Iterator[str | None]:
    """Whom a rank names, then who stands in for them while they are away, and so on: each once, also in a circle."""
    named = _named(rank, first, house, now)
    yield named
    met = {first.id}
    while named is not None and named not in met:
        met.add(named)
        person = house.people.get(named)
        gone = person is not None and absence(person, now) is not None
        named = _stands_in_for(person, now) if person is not None and gone else None
        if named is not None and named not in met:
            yield named


def _stands_in_for(person: Person, now: datetime) -> str | None:
    return person.deputy_on(now.astimezone(person.clock).date())


def _named(rank: Rank, first: Person, house: House, now: datetime) -> str | None:
    if rank == "deputy":
        return _stands_in_for(first, now)
    if rank == "head":
        department = house.departments.get(first.department or "")
        return department.head if department else None
    return house.organisation.director


def _passed_over(
    named: str | None, person: Person | None, taken: Collection[str | None], now: datetime
) -> Reason | None:
    if named is None:
        return NOT_NAMED
    if named in taken:
        return ASKED_BEFORE
    return LEFT if person is None else absence(person, now)
