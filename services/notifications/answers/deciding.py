"""Deciding in the store: one answer settles a family of alerts, reaches whom it is handed to, and is taken back."""

from __future__ import annotations

from collections.abc import Iterable

from kit.http.problems import Problem
from kit.store import Work
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.answers.answer import UNDO_WITHIN, Answer, NotAnswered, checked
from services.notifications.answers.asking import Asked, Before, Chase
from services.notifications.answers.passing import handed_family, passed_id, passed_on
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, department_called, members, person_from
from services.notifications.store import ALERTS

TAKEN_BACK = "↩"


async def decide(alert: Alert, answer: Answer, by: Person, work: Work) -> Alert:
    """Note an answer, and do what follows from it. Raises Problem naming the field when something is missing."""
    try:
        answer = checked(answer, work.now.astimezone(by.clock).date())
    except NotAnswered as missing:
        raise Problem.at(missing.field, str(missing), missing.mend) from None
    receivers, whom = await _receivers(answer, by, work) if answer.choice == "hand_over" else ([], None)
    may = may_decide(alert, by)
    try:
        decided = alert.decide(
            answer.choice,
            by=by.id,
            now=work.now,
            reason=whom or answer.words,
            reason_code=answer.reason_code,
            remind_on=answer.remind_on,
            via="inbox" if may else "own",
        )
    except IllegalTransition as error:
        message, _, mend = str(error).partition("; ")
        raise Problem.at("choice", message, mend or "choose another step") from None
    if decided is alert:
        return alert
    if decided.settled:
        await settle_family(decided, work)
    if receivers:
        giver = Before(person=by.id, name=by.shown, at=work.now)
        await hand_on(decided, receivers, giver, work, words=answer.words, may=may)
    return work.save(ALERTS, decided)


def may_decide(alert: Alert, by: Person) -> bool:
    """Whether an answer is the municipality's: by who may decide, or whom such a person asked to."""
    return by.may_decide or (alert.asked is not None and alert.asked.may_decide)


async def undo(alert: Alert, by: Person, work: Work, *, coordinator: bool = False) -> Alert:
    """Take a decision back, for a day and by who decided. Raises Problem when that is over."""
    held = alert.decision
    if held is None or not alert.settled:
        raise Problem(409, "there is no decision to take back")
    if held.by != by.id and not coordinator:
        raise Problem(403, f"{held.by} decided; they or a coordinator can take it back")
    if held.via == "board":
        raise Problem(409, "this was decided on the funding board; take it back there")
    if work.now > held.at + UNDO_WITHIN:
        raise Problem(409, f"a decision can be taken back within {UNDO_WITHIN.days * 24} hours; decide anew instead")
    back = alert.undo(by=by.id, now=work.now)
    for each in await _family(alert, work):
        if each.decision is not None and each.decision.via == "together" and each.decision.at == held.at:
            work.save(ALERTS, each.follow("seen", by=by.id, now=work.now, reason=None, via="together"))
    if held.choice == "hand_over":
        handed = {"family": handed_family(alert, held.at)}
        for each in map(ALERTS.to_aggregate, await work.find(ALERTS, handed)):
            if not each.settled:
                work.save(
                    ALERTS, each.follow("taken", by=by.id, now=work.now, reason=f"{TAKEN_BACK} {by.id}", via="together")
                )
    return work.save(ALERTS, back)


async def settle_family(decided: Alert, work: Work) -> None:
    """Whoever else was asked the same need not answer any more."""
    answer = decided.decision
    if answer is None:
        return
    for each in await _family(decided, work):
        if not each.settled:
            followed = each.follow(
                answer.choice,
                by=answer.by,
                now=work.now,
                reason=answer.reason,
                via="together",
                reason_code=answer.reason_code,
                remind_on=answer.remind_on,
            )
            if followed is not each:
                work.save(ALERTS, followed)


async def hand_on(
    alert: Alert, receivers: Iterable[Person], giver: Before, work: Work, *, words: str | None, may: bool
) -> None:
    """Raise an alert for everybody it is handed over to; the first of them has it chased until somebody answers."""
    family = handed_family(alert, giver.at)
    earlier = alert.asked.before if alert.asked else ()
    asked = Asked(
        how="handed_over",
        by=giver.person,
        by_name=giver.name,
        since=giver.at,
        words=words,
        before=(*earlier, giver),
        may_decide=may,
    )
    for place, person in enumerate(receivers):
        if await work.load(ALERTS, passed_id(family, person.id)) is None:
            chase = Chase() if place == 0 else Chase(state="ended")
            work.save(ALERTS, passed_on(alert, person.id, asked, family=family, now=work.now, chase=chase))


async def reached(name: str, work: Work, *, but: str = "") -> list[Person]:
    """Those of the department called so, its head first."""
    department = await department_called(work, name)
    if department is None:
        return []
    people = [each for each in await members(work, department=department.id) if each.id != but]
    return sorted(people, key=lambda each: (each.id != department.head, each.id))


async def _receivers(answer: Answer, by: Person, work: Work) -> tuple[list[Person], str]:
    if answer.to_person is not None:
        document = await work.get(PEOPLE, answer.to_person)
        if document is None or not document["active"]:
            raise Problem.at("to", "this person is not known here, or has left", "choose another, or add them first")
        if answer.to_person == by.id:
            raise Problem.at("to", "it lies with you already", "choose somebody else")
        person = person_from(document)
        return [person], person.shown
    department = await department_called(work, answer.to_department or "")
    if department is None:
        raise Problem.at("to", "this department is not known here", "choose another, or add it under People")
    people = await reached(department.id, work, but=by.id)
    if not people:
        raise Problem.at("to", "nobody belongs to this department yet", "choose a person, or add people to it")
    return people, department.name.sl


async def _family(alert: Alert, work: Work) -> list[Alert]:
    family = alert.family_id
    found = await work.find(ALERTS, {"$or": [{"_id": family}, {"family": family}]})
    return [each for each in map(ALERTS.to_aggregate, found) if each.alert_id != alert.alert_id]
