"""What the plan says by itself as days go by."""

from __future__ import annotations

from kit.clock import now
from kit.service import Context, Job
from kit.store import Work
from services.actions.needs import SETTLED
from services.actions.store import NEEDS


async def tell_overdue(context: Context) -> None:
    """Say activity.overdue of every activity whose promised date has passed; a day without a run loses nothing.

    One unit of work per activity, so that one that fails does not silence the others.
    """
    zone = context.settings.zone
    today = now().astimezone(zone).date()
    unsettled = {"removed": False, "stage": {"$nin": SETTLED}}
    needs = [NEEDS.to_aggregate(each) async for each in context.store[NEEDS].find(unsettled)]
    for activity_id in [each.activity_id for each in needs if each.tell_overdue(today) is not each]:

        async def one(work: Work, activity_id: str = activity_id) -> None:
            need = await work.load(NEEDS, activity_id)
            told = need.tell_overdue(work.now.astimezone(zone).date()) if need else None
            if told is not None and told is not need:
                work.save(NEEDS, told)

        await context.store.transact(one)


JOBS = [Job("actions-tell-overdue", 60, tell_overdue)]
