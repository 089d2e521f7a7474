"""Bringing stored applications in line with their plans when their call or the municipality's procedure changes."""

from __future__ import annotations

from datetime import datetime

from kit.store import Work
from services.funding.applications.application import Application
from services.funding.applications.store import APPLICATIONS, LIVE, found, standing_call, terms_of
from services.funding.applications.work_plan import is_planned, plan_of, take_plan
from services.funding.planning.plan import Procedure
from services.funding.planning.store import procedure_of


async def replan(application: Application, because: str, work: Work, deadline_before: datetime | None = None) -> None:
    """Bring the tasks of one application in line with its plan."""
    if is_planned(application):
        _take(application, because, await procedure_of(work.database), work, deadline_before)


async def replan_all(because: str, procedure: Procedure, work: Work) -> None:
    """The same for every live application, with a procedure that is being stored by this very unit of work."""
    for application in await found(LIVE, work):
        before = application.model_copy()
        _take(application, because, procedure, work)
        if application.tasks != before.tasks:
            work.save(APPLICATIONS, application)


async def follow_call(call_id: str, work: Work) -> None:
    """Give the call's terms, as they stand now, to every live application to it."""
    for application in await found({"call_id": call_id, **LIVE}, work):
        if await take_call(application, work):
            work.save(APPLICATIONS, application)


async def take_call(application: Application, work: Work) -> bool:
    """Take the call of one application as it stands now; whether that changed the application."""
    call = await standing_call(application.call_id, work)
    if call is None or (application.call_id, application.terms) == (call.call_id, terms_of(call)):
        return False
    before = application.deadline(work.now)
    application.call_id = call.call_id
    if application.follow(terms_of(call), work.now):
        await replan(application, "deadline", work, before)
    return True


def _take(
    application: Application, because: str, procedure: Procedure, work: Work, deadline_before: datetime | None = None
) -> None:
    computed = plan_of(application, procedure, work.now)
    if computed is not None:
        take_plan(application, computed, because, work.now, deadline_before)
