"""An application's backward plan, its steps as tasks, and what moves when the plan does."""

from __future__ import annotations

from datetime import date, datetime

from contracts.funding import ApplicationReplannedV1, TaskMoved
from contracts.values import LocalText, PartialDate
from services.funding.applications.application import Application
from services.funding.applications.guards import LJUBLJANA
from services.funding.applications.records import DueChange, Task
from services.funding.applications.settling import say_settled
from services.funding.applications.states import STATES
from services.funding.planning.parameters import OnDay
from services.funding.planning.plan import Plan, PlannedStep, Procedure, Situation
from services.funding.planning.verdict import plan

BECAUSE = {
    "decision": LocalText(sl="odločitev za prijavo", en="the decision to apply"),
    "deadline": LocalText(sl="rok razpisa se je premaknil", en="the deadline of the call moved"),
    "council": LocalText(sl="spremenil se je koledar sej", en="the council calendar changed"),
    "parameters": LocalText(sl="spremenila so se trajanja", en="durations changed"),
    "time": LocalText(sl="od danes velja drug datum ali druga vrednost", en="another date or value holds from today"),
    "project": LocalText(sl="spremenili so se podatki o projektu", en="facts about the project changed"),
}
_NO_LONGER = LocalText(sl="načrt koraka ne potrebuje več", en="the plan no longer needs this step")


def plan_of(application: Application, procedure: Procedure, now: datetime) -> Plan | None:
    """The plan as it stands now; None once the application is submitted, when there is nothing to plan back from."""
    if STATES[application.state].stage not in {"deciding", "preparing"}:
        return None
    today = now.astimezone(LJUBLJANA).date()
    project = application.project
    if application.partners and project.partners is None:
        project = project.model_copy(update={"partners": True})
    situation = Situation(
        deadline=application.deadline(now),
        project=project,
        parameters=OnDay(procedure.parameters, today),
        council=procedure.council,
        zone=LJUBLJANA,
        begun=application.steps_begun(),
        done=application.steps_done(),
    )
    return plan(situation, today)


def is_planned(application: Application) -> bool:
    """Tasks follow the plan from the decision to apply until the application is submitted."""
    going = application.decision is not None and application.decision.go
    return going and STATES[application.state].stage in {"deciding", "preparing"}


def take_plan(
    application: Application, plan: Plan, because: str, now: datetime, deadline_before: datetime | None = None
) -> None:
    """Make the needed steps tasks with due days, move those that are, and say so when anything moved."""
    if not is_planned(application):
        return
    steps = {step.code: step for step in plan.steps if step.needed and step.pending}
    questioned = {step.code for step in plan.steps if step.needed is None}
    why = BECAUSE[because]
    before = {task.task_id: task for task in application.tasks}
    kept = [_kept(task, steps, questioned, why, now) for task in application.tasks]
    known = {task.step for task in kept}
    added = [_new(application, step) for code, step in steps.items() if code not in known]
    application.tasks = [*kept, *added]
    say_settled(application, before.values(), by=None)
    moved = [
        TaskMoved(
            task_id=task.task_id, task_title=task.title, before=_partial(_due(before, task)), after=_partial(task.due)
        )
        for task in application.tasks
        if task.step and not task.done_at and (_due(before, task) != task.due or task.task_id not in before)
    ]
    if moved or deadline_before is not None:
        application.events = [*application.events, _said(application, plan, because, now, deadline_before, moved)]


def _kept(task: Task, steps: dict[str, PlannedStep], questioned: set[str], why: LocalText, now: datetime) -> Task:
    if task.step is None or task.done_at is not None or task.step in questioned:
        return task
    step = steps.get(task.step)
    if step is None:
        return task.model_copy(update={"dropped": task.dropped or _NO_LONGER})
    if task.dropped == _NO_LONGER:
        task = task.model_copy(update={"dropped": None})
    due = step.latest_finish
    if task.fixed and task.due is not None and (due is None or task.due <= due):
        due = task.due
    changes = (
        task.changes if due == task.due else [*task.changes, DueChange(at=now, before=task.due, after=due, why=why)]
    )
    return task.model_copy(update={"due": due, "start_by": step.latest_start, "changes": changes})


def _new(application: Application, step: PlannedStep) -> Task:
    owner = next((role.person for role in application.roles if role.role == step.role), None)
    return Task(
        task_id=step.code,
        title=step.title,
        owner=owner,
        role=step.role,
        start_by=step.latest_start,
        due=step.latest_finish,
        step=step.code,
    )


def _said(
    application: Application,
    plan: Plan,
    because: str,
    now: datetime,
    deadline_before: datetime | None,
    moved: list[TaskMoved],
) -> ApplicationReplannedV1:
    return ApplicationReplannedV1(
        **application.told(),
        because=because,
        deadline_before=deadline_before,
        deadline=application.deadline(now),
        verdict=plan.verdict,
        words=plan.words,
        blocking=plan.blocking,
        margin=plan.margin,
        tasks=moved,
    )


def _due(before: dict[str, Task], task: Task) -> date | None:
    earlier = before.get(task.task_id)
    return earlier.due if earlier else None


def _partial(day: date | None) -> PartialDate | None:
    return PartialDate(value=day.isoformat()) if day else None
