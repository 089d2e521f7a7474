"""What is told of applications: that one was opened, its state, a task that comes due, dates that moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contracts.funding import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationStateChangedV1,
    ApplicationTaskDueV1,
    ApplicationTaskSettledV1,
    AppliedFor,
)
from contracts.funding.applications import ApplicationFacts
from contracts.values import LocalText, PartialDate
from services.notifications.matters.matter import Fact, Matter
from services.notifications.matters.telling import Ending, Telling, amount, both, fact, matter, plain
from services.notifications.people.person import Language
from services.notifications.wording import partial

_WHY = LocalText(
    sl="Vaš oddelek vodi to prijavo ali pa ste naročeni na take novice.",
    en="Your department leads this application, or you subscribe to such news.",
)
_WHY_TASK = LocalText(
    sl="Opravilo je vaše ali pa ste naročeni na take novice.", en="The task is yours, or you subscribe to such news."
)


def of_opening(event: ApplicationOpenedV1, at: datetime, occasion: str) -> Telling:
    what = LocalText(sl="Prijava je odprta: o njej se odločamo.", en="An application was opened: it is considered.")
    about = _about(event, at, what=what, why=_WHY, due_at=event.deadline)
    return Telling(
        kind="application_state",
        matter=about.model_copy(update={"facts": _call(event)}),
        occasion=occasion,
        departments=_lead(event),
        instead="funding-officer",
        by=event.opened_by,
        activities=_numbers(event.activities),
    )


def of_state(event: ApplicationStateChangedV1, at: datetime, occasion: str) -> Telling:
    before = event.before_name or _code(event.before)
    after = event.after_name or _code(event.after)
    what = LocalText(
        sl=f"Novo stanje prijave: {after.sl} (prej: {before.sl}).",
        en=f"The application is now {after.en} (before: {before.en}).",
    )
    score = event.score
    facts = (
        *fact("Kdo je zapisal", "Recorded by", event.changed_by),
        *fact("Zakaj", "Why", event.why),
        *fact("Odobreno", "Granted", amount(event.granted)),
        *fact("Točke", "Points", None if score is None else f"{score} / {event.score_of or '?'}"),
        *fact("Številka pogodbe", "Contract number", event.contract_number),
        *_call(event),
    )
    return Telling(
        kind="application_state",
        matter=_about(event, at, what=what, why=_WHY, due_at=event.deadline, facts=facts),
        occasion=occasion,
        departments=_lead(event),
        instead="funding-officer",
        by=event.changed_by,
        activities=_numbers(event.activities),
    )


def of_task(event: ApplicationTaskDueV1, at: datetime) -> Telling:
    """A task that comes due; each step of its ladder is an occasion of its own."""
    left = event.days_left
    if left < 0:
        what = LocalText(
            sl=f"Opravilo »{event.task_title.sl}« zamuja.", en=f"The task “{event.task_title.en}” is overdue."
        )
    elif left == 0:
        what = LocalText(
            sl=f"Opravilo »{event.task_title.sl}« je treba končati danes.",
            en=f"The task “{event.task_title.en}” is due today.",
        )
    else:
        what = LocalText(
            sl=f"Opravilu »{event.task_title.sl}« se bliža rok.", en=f"The task “{event.task_title.en}” comes due."
        )
    return Telling(
        kind="task_due",
        matter=matter(
            "task",
            _task_id(event),
            f"/funding/applications/{event.application_id}/tasks/{event.task_id}",
            at,
            title=event.task_title,
            what=what,
            why=_WHY_TASK,
            leads=event.owner,
            department=event.lead_department,
            due=event.due,
            facts=(*fact("Prijava", "Application", event.title), *_call(event)),
        ),
        occasion=f"{event.due.value} {left}",
        people=(event.owner,) if event.owner else (),
        departments=() if event.owner else _lead(event),
        instead="funding-officer",
        reminder=True,
    )


def of_settled_task(event: ApplicationTaskSettledV1, at: datetime) -> Ending:
    done = LocalText(sl="Opravilo je opravljeno.", en="The task is done.")
    dropped = LocalText(sl="Opravilo ni več potrebno.", en="The task is not needed any more.")
    return Ending(
        kind="task_due",
        type="task",
        id=_task_id(event),
        what=dropped if event.state == "dropped" else done,
        at=at,
    )


def of_replan(event: ApplicationReplannedV1, at: datetime, occasion: str) -> Telling:
    moved = [
        fact(
            task.task_title.sl,
            task.task_title.en,
            both(_moved(task.before, task.after)),
        )
        for task in event.tasks[:10]
    ]
    return Telling(
        kind="application_replanned",
        matter=_about(
            event,
            at,
            what=event.words,
            why=_WHY,
            due_at=event.deadline,
            facts=(*(each for row in moved for each in row), *_call(event)),
        ),
        occasion=occasion,
        departments=_lead(event),
        instead="funding-officer",
    )


def _task_id(event: ApplicationTaskDueV1 | ApplicationTaskSettledV1) -> str:
    return f"{event.application_id}/{event.task_id}"


def _about(event: ApplicationFacts, at: datetime, **words: object) -> Matter:
    return matter(
        "application",
        event.application_id,
        f"/funding/applications/{event.application_id}",
        at,
        title=plain(event.title),
        department=event.lead_department,
        **words,
    )


def _call(event: ApplicationFacts) -> tuple[Fact, ...]:
    return fact("Razpis", "Call", event.call_title)


def _moved(before: PartialDate | None, after: PartialDate | None) -> Callable[[Language], str]:
    def said(language: Language) -> str:
        return " → ".join("–" if each is None else partial(each, language) for each in (before, after))

    return said


def _lead(event: ApplicationFacts) -> tuple[str, ...]:
    return (event.lead_department,) if event.lead_department else ()


def _numbers(activities: list[AppliedFor]) -> tuple[str, ...]:
    return tuple(each for one in activities for each in (one.number, one.activity_id))


def _code(code: str) -> LocalText:
    return plain(code.replace("_", " "))
