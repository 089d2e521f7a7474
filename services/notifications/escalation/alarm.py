"""The alarm when nobody is left to ask: an event, and an alert that cannot be switched off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from contracts.notifications import AlertUnansweredV1
from contracts.values import LocalText
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Chase, Rank
from services.notifications.answers.passing import family_of
from services.notifications.matters.matter import Fact, Matter
from services.notifications.people.person import Person
from services.notifications.people.store import members
from services.notifications.raising import raised_of_matter
from services.notifications.store import ALERTS

ALARMED = ("coordinator", "operator")
_RANKS: Final[dict[Rank, LocalText]] = {
    "deputy": LocalText(sl="Namestnik", en="Deputy"),
    "head": LocalText(sl="Vodja oddelka", en="Head of the department"),
    "director": LocalText(sl="Vodstvo občine", en="Director"),
}


async def alarmed(alert: Alert, chase: Chase, first: Person, work: Work) -> Alert:
    """Nobody is left: say so, and tell coordinators and operators, who end it with their own answer."""
    since = chase.since or alert.raised_at
    asked = [first.id, *(step.person for step in chase.asked if step.person)]
    for person in {each.id: each for role in ALARMED for each in await members(work, role=role)}.values():
        alarm_id = family_of(alert.alert_id, "unanswered", person.id)
        if await work.load(ALERTS, alarm_id) is None:
            alarm = raised_of_matter(
                alert_id=alarm_id,
                kind="escalation",
                person=person.id,
                subscriptions=(),
                matter=_matter(alert, first, chase, since),
                now=work.now,
                gather=timedelta(0),
            )
            work.save(ALERTS, alarm.model_copy(update={"family": alert.family_id, "chase": Chase(state="ended")}))
    said = AlertUnansweredV1(alert_id=alert.alert_id, asked=asked, since=since, **about(alert))
    return alert.model_copy(update={"events": [*alert.events, said]})


def _matter(alert: Alert, first: Person, chase: Chase, since: datetime) -> Matter:
    names = ", ".join([first.shown, *(step.name for step in chase.asked)])
    passed = [(step, step.passed_over) for step in chase.steps if step.passed_over is not None]
    facts = [Fact(label=LocalText(sl="Vprašani", en="Asked"), value=LocalText(sl=names, en=names))]
    for step, why in passed:
        name = f"{step.name}: " if step.name else ""
        words = LocalText(sl=name + why.text.sl, en=name + why.text.en)
        facts.append(Fact(label=_RANKS[step.rank], value=words))
    return Matter(
        type="alert",
        id=alert.alert_id,
        title=alert.title,
        what=LocalText(
            sl="Na obvestilo ni odgovoril nihče in vprašati ni nikogar več.",
            en="Nobody answered the alert, and nobody is left to ask.",
        ),
        path=f"/inbox/{alert.alert_id}",
        since=since,
        why=LocalText(
            sl="Koordinatorji in skrbniki izvedo, kadar na obvestilo ne odgovori nihče.",
            en="Coordinators and operators are told when nobody answers an alert.",
        ),
        due_at=alert.deadline,
        facts=tuple(facts),
    )


def about(alert: Alert) -> dict[str, Any]:
    """What events say of what an alert tells."""
    return {
        "kind": alert.kind,
        "title": alert.title.en,
        "call_id": alert.call.call_id if alert.call else None,
        "about": alert.matter.type if alert.matter else None,
        "about_id": alert.matter.id if alert.matter else None,
        "deadline": alert.deadline,
    }
