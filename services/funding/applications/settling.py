"""Says which tasks were done or dropped, or are open again, so that nobody is reminded of what is settled."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.funding import ApplicationTaskSettledV1
from contracts.values import PartialDate
from services.funding.applications.application import Application
from services.funding.applications.records import Task


def say_settled(application: Application, before: Iterable[Task], by: str | None) -> None:
    """`before`: the tasks as they stood; `by`: who changed them, None for the plan that was computed anew."""
    stood = {task.task_id: task.standing for task in before}
    changed = [task for task in application.tasks if stood.get(task.task_id, "open") != task.standing]
    application.events = [*application.events, *(_settled(application, task, by) for task in changed)]


def _settled(application: Application, task: Task, by: str | None) -> ApplicationTaskSettledV1:
    return ApplicationTaskSettledV1(
        **application.told(),
        task_id=task.task_id,
        task_title=task.title,
        state=task.standing,
        owner=task.owner,
        due=PartialDate(value=task.due.isoformat()) if task.due else None,
        by=by,
        why=task.dropped if task.standing == "dropped" else None,
    )
