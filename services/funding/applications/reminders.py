"""Which tasks somebody should hear of today: a ladder of days before and after the due day, each rung once."""

from __future__ import annotations

from datetime import date

from contracts.funding import ApplicationTaskDueV1
from contracts.values import PartialDate
from services.funding.applications.application import Application
from services.funding.applications.records import Task

LADDER = (14, 7, 3, 1, 0, -1, -7, -30)


def remind(application: Application, today: date) -> None:
    """Say task.due for every open task that has reached its next rung; a day without a run loses nothing."""
    reminded = []
    for task in application.tasks:
        rung = _rung(task, today)
        if rung is None or application.over:
            reminded.append(task)
            continue
        reminded.append(task.model_copy(update={"reminded": [*task.reminded, rung]}))
        application.events = [*application.events, _due(application, task, today)]
    application.tasks = reminded


def _rung(task: Task, today: date) -> str | None:
    """The rung a task stands on, named by its due day, so that a moved task is told anew; None when it was told."""
    if not task.open or task.due is None:
        return None
    left = (task.due - today).days
    reached = [rung for rung in LADDER if rung >= left]
    key = f"{task.due.isoformat()}:{reached[-1]}" if reached else None
    return None if key in task.reminded else key


def _due(application: Application, task: Task, today: date) -> ApplicationTaskDueV1:
    if task.due is None:
        raise ValueError(f"the task {task.task_id} has no due day")
    return ApplicationTaskDueV1(
        **application.told(),
        task_id=task.task_id,
        task_title=task.title,
        owner=task.owner,
        due=PartialDate(value=task.due.isoformat()),
        days_left=(task.due - today).days,
        step=task.step,
    )
