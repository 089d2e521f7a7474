"""What calendars hear: calls, applications and obligations, as far as they have dates."""

from __future__ import annotations

from contracts.funding import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationStateChangedV1,
    ApplicationTaskDueV1,
    ApplicationTaskSettledV1,
    CallChangedV1,
    CallClosedV1,
    CallPublishedV2,
    CallReopenedV1,
    CallWithdrawnV1,
    ObligationChangedV1,
)
from contracts.funding.applications import ApplicationFacts
from contracts.values import LocalText
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.calendars.dates import (
    NOT_COMPUTED,
    Dates,
    Entry,
    with_deadlines,
    with_next_deadline,
)
from services.notifications.calendars.store import dates_of, keep
from services.notifications.reasons import reason as say

_OVER = frozenset({"no_go", "withdrawn", "rejected", "closed"})
_STEP_TAKEN = say("step_taken", "Ta korak je za nami.", "That step is taken.")
_TASK_DONE = say("task_done", "Opravilo je opravljeno.", "The task is done.")
_TASK_DROPPED = say("task_dropped", "Opravilo ni več potrebno.", "The task is not needed any more.")
_OBLIGATION_OVER = {
    "done": say("obligation_done", "Obveznost je izpolnjena.", "The obligation is fulfilled."),
    "waived": say("obligation_waived", "Obveznost je odpadla.", "The obligation was waived."),
}


@handles(CallPublishedV2)
async def note_call(event: CallPublishedV2, work: Work) -> None:
    """A call's dates, every one of them."""
    known = await _call(event.call_id, event.title, work)
    if _version(work) > known.said:
        entries = with_deadlines(known.entries, event.deadlines, work.now)
        facts = {"title": event.title, "phrase": event.deadline_phrase, "said": _version(work), "entries": entries}
        keep(work, known.model_copy(update=facts))


@handles(CallChangedV1)
async def note_call_change(event: CallChangedV1, work: Work) -> None:
    """Dates move, come and go."""
    await _facts_again(event, work)


@handles(CallReopenedV1)
async def note_call_reopened(event: CallReopenedV1, work: Work) -> None:
    """The dates of a call that takes applications again hold again."""
    known = await _facts_again(event, work)
    keep(work, known.comes_back(_version(work), work.now).model_copy(update={"goes_on_as": None}))


@handles(CallWithdrawnV1)
async def note_call_withdrawn(event: CallWithdrawnV1, work: Work) -> None:
    """The dates of a revoked call are cancelled."""
    known = await _call(event.call_id, event.title, work)
    why = say("call_withdrawn", "Razpis je preklican.", "The call was revoked.", event.reason)
    keep(work, known.ends(why, work.now, _version(work)))


@handles(CallClosedV1)
async def note_call_closed(event: CallClosedV1, work: Work) -> None:
    """What was still to come of a call that closed early is cancelled; a date that simply passed stays."""
    if event.because == "deadline_passed":
        return
    known = await _call(event.call_id, event.title, work)
    why = say("call_closed", "Razpis je zaprt.", "The call is closed.", event.reason)
    if event.joined_into is not None:
        why = say("call_joined", "Razpis se nadaljuje pod drugo oznako.", "The call goes on under another id.")
    keep(work, known.ends(why, work.now, _version(work)).model_copy(update={"goes_on_as": event.joined_into}))


@handles(ApplicationOpenedV1)
async def note_application(event: ApplicationOpenedV1, work: Work) -> None:
    """An application binds its call to a department and to whoever opened it."""
    known = await _application(event, work)
    people = tuple(dict.fromkeys((*known.people, event.opened_by)))
    keep(work, known.model_copy(update={"people": people}))


@handles(ApplicationStateChangedV1)
async def note_application_state(event: ApplicationStateChangedV1, work: Work) -> None:
    """What must be met in the new state, or that nothing has to be any more."""
    known = await _application(event, work)
    version = _version(work)
    if event.after in _OVER:
        why = say("application_over", "Prijava je končana.", "The application is over.", event.why)
        known = known.ends(why, work.now, version)
    elif known.over is not None:
        known = known.comes_back(version, work.now)
    if event.deadline is None:
        known = known.without("step", _STEP_TAKEN, work.now, version)
    else:
        step = Entry(key="step", kind="step", at=event.deadline, said=version, modified_at=work.now)
        known = known.with_entry(step, work.now)
    keep(work, known)


@handles(ApplicationTaskDueV1)
async def note_task(event: ApplicationTaskDueV1, work: Work) -> None:
    """Who has to do what by when for an application."""
    known = await _application(event, work)
    keep(work, known.with_entry(_task(event.task_id, event.task_title, event.due, event.owner, work), work.now))


@handles(ApplicationTaskSettledV1)
async def note_task_settled(event: ApplicationTaskSettledV1, work: Work) -> None:
    """What is done or dropped is cancelled, so that nobody is reminded of it; what is open again comes back."""
    known = await _application(event, work)
    if event.state == "open":
        task = _task(event.task_id, event.task_title, event.due, event.owner, work)
        keep(work, known.with_entry(task, work.now) if event.due else known)
        return
    why = _TASK_DROPPED if event.state == "dropped" else _TASK_DONE
    keep(work, known.without(f"task-{event.task_id}", why, work.now, _version(work)))


@handles(ApplicationReplannedV1)
async def note_plan(event: ApplicationReplannedV1, work: Work) -> None:
    """The steps planned back from the deadline moved, or can no longer be computed."""
    known = await _application(event, work)
    for task in event.tasks:
        known = known.with_entry(_task(task.task_id, task.task_title, task.after, None, work), work.now)
        if task.after is None:
            known = known.without(f"task-{task.task_id}", NOT_COMPUTED, work.now, _version(work))
    keep(work, known)


@handles(ObligationChangedV1, latest=True)
async def note_obligation(event: ObligationChangedV1, work: Work) -> None:
    """What a contract asks for after winning."""
    version = _version(work)
    path = "/funding/obligations"
    known = await dates_of(f"obligation:{event.obligation_id}", "obligation", event.title, path, work)
    entry = Entry(key="due", kind="obligation", day=event.due, owner=event.owner, said=version, modified_at=work.now)
    known = known.with_entry(entry, work.now)
    if (why := _OBLIGATION_OVER.get(event.state)) is not None:
        known = known.ends(why, work.now, version)
    elif known.over is not None:
        known = known.comes_back(version, work.now)
    people = (event.owner,) if event.owner else ()
    keep(
        work,
        known.model_copy(update={"title": event.title, "application_id": event.application_id, "people": people}),
    )


async def _call(call_id: str, title: str, work: Work) -> Dates:
    known = await dates_of(f"call:{call_id}", "call", title, f"/funding/calls/{call_id}", work)
    return known.model_copy(update={"call_id": call_id})


async def _facts_again(event: CallChangedV1 | CallReopenedV1, work: Work) -> Dates:
    known = await _call(event.call_id, event.call.title, work)
    if _version(work) < known.said:
        return known
    if event.deadlines is None:
        entries = with_next_deadline(known.entries, event.call.deadline, work.now)
    else:
        entries = with_deadlines(known.entries, event.deadlines, work.now)
    facts = {"title": event.call.title, "phrase": event.call.deadline_phrase}
    after = known.model_copy(update={**facts, "said": _version(work), "entries": entries})
    keep(work, after)
    return after


async def _application(event: ApplicationFacts, work: Work) -> Dates:
    """The application as this event tells it, where it is not older than what is known."""
    path = f"/funding/applications/{event.application_id}"
    known = await dates_of(f"application:{event.application_id}", "application", event.title, path, work)
    if _version(work) < known.said:
        return known
    facts = {"title": event.title, "call_id": event.call_id, "department": event.lead_department}
    return known.model_copy(update={**facts, "application_id": event.application_id, "said": _version(work)})


def _task(key: str, title: LocalText, due: object, owner: str | None, work: Work) -> Entry:
    return Entry.model_validate(
        {"key": f"task-{key}", "kind": "task", "title": title, "day": due, "owner": owner}
        | {"said": _version(work), "modified_at": work.now}
    )


def _version(work: Work) -> int:
    return work.cause.sequence if work.cause is not None else 0


HANDLERS = [
    note_call,
    note_call_change,
    note_call_reopened,
    note_call_withdrawn,
    note_call_closed,
    note_application,
    note_application_state,
    note_task,
    note_task_settled,
    note_plan,
    note_obligation,
]
