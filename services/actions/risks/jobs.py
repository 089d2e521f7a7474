"""What the risk register does by itself: it says which reviews are due."""

from __future__ import annotations

from kit.clock import now
from kit.service import Context, Job
from kit.store import Work
from services.actions.risks.risk import RegisteredRisk
from services.actions.risks.store import RISKS, keep_register
from services.actions.store import PLANS


async def tell_reviews_due(context: Context) -> None:
    """Say risk.review_due of every risk whose next review is near or past; a day without a run loses nothing.

    One unit of work per risk, so that one that fails does not silence the others.
    """
    await _complete_registers(context)
    zone = context.settings.zone
    today = now().astimezone(zone).date()
    query = {"removed": False, "state": {"$ne": "closed"}}
    risks = [RISKS.to_aggregate(each) async for each in context.store[RISKS].find(query)]
    for risk_id in [each.risk_id for each in risks if each.tell_review_due(today) is not each]:

        async def one(work: Work, risk_id: str = risk_id) -> None:
            risk: RegisteredRisk | None = await work.load(RISKS, risk_id)
            told = risk.tell_review_due(work.now.astimezone(zone).date()) if risk else None
            if told is not None and told is not risk:
                work.save(RISKS, told)

        await context.store.transact(one)


async def _complete_registers(context: Context) -> None:
    """Plans that a version without a register imported get theirs."""
    wanted = {"plan_version": 1, "plan.risks.number": 1}
    async for plan in context.store[PLANS].find({"plan.risks": {"$ne": []}}, wanted):
        query = {"plan_id": plan["_id"], "plan_version": plan["plan_version"]}
        if await context.store[RISKS].find_one(query, {"_id": 1}) is None:

            async def keep(work: Work, plan_id: str = plan["_id"]) -> None:
                stored = await work.load(PLANS, plan_id)
                if stored is not None:
                    await keep_register(stored, work)

            await context.store.transact(keep)


JOBS = [Job("actions-tell-reviews-due", 60, tell_reviews_due)]
