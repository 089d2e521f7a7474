"""The composition root of the actions service."""

from __future__ import annotations

from pathlib import Path

from kit.service import Context, Service
from kit.store import Work
from services.actions import api, handlers, pages, store
from services.actions.jobs import JOBS
from services.actions.plan_file import read_plan
from services.actions.risks.jobs import JOBS as RISK_JOBS


async def load_example(context: Context, folder: Path) -> None:
    """The example municipality's plan, imported and approved."""
    file = folder / "plan.yaml"
    plan = read_plan(file.read_text("utf-8"), file.name)

    async def bring_in(work: Work) -> None:
        await store.import_plan(plan, work)

    async def approve(work: Work) -> None:
        stored = await work.load(store.PLANS, plan.slug)
        if stored is not None and not stored.approved:
            work.save(store.PLANS, stored.approve("approver@idrija.example", work.now))

    await context.store.transact(bring_in, actor="coordinator@idrija.example")
    await context.store.transact(approve, actor="approver@idrija.example")


service = Service(
    name="actions",
    title="Action plan",
    collections=store.ALL,
    api=api.router,
    pages=pages.router,
    templates=Path(__file__).parent / "pages",
    handlers=[handlers.count_commitment, handlers.count_withdrawal],
    jobs=[*JOBS, *RISK_JOBS],
    load_example=load_example,
)
