"""What applications do by themselves: follow the calendar, and remind of tasks."""

from __future__ import annotations

from kit.service import Context, Job
from kit.store import Work
from services.funding.applications.guards import LJUBLJANA
from services.funding.applications.reminders import remind
from services.funding.applications.replanning import replan
from services.funding.applications.store import APPLICATIONS, LIVE


async def remind_of_tasks(context: Context) -> None:
    """Replan what the passing of time changed (a cut-off gone by, a value that now holds), then remind.

    One unit of work per application, so that one that fails does not silence the others.
    """
    ids = [document["_id"] async for document in context.store[APPLICATIONS].find(LIVE, {"_id": 1})]
    for application_id in ids:

        async def one(work: Work, application_id: str = application_id) -> None:
            application = await work.load(APPLICATIONS, application_id)
            if application is None:
                return
            await replan(application, "time", work)
            remind(application, work.now.astimezone(LJUBLJANA).date())
            if application.events:
                work.save(APPLICATIONS, application)

        await context.store.transact(one)


JOBS = [Job("funding-remind-of-tasks", 3600, remind_of_tasks)]
