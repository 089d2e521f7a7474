"""What happens to calls by itself: dates pass, and news that missed its call by a moment finds it."""

from __future__ import annotations

from kit.clock import now
from kit.service import Context, Job
from kit.store import Work
from services.funding.calls.fetching import fetch_documents
from services.funding.calls.intake import take_waiting
from services.funding.calls.store import CALLS, keep

_AT_ONCE = 200


async def let_time_pass(context: Context) -> None:
    """Close calls whose last deadline has passed, and tell which cut-off is the next one."""
    due = {"joined_into": None, "status": {"$in": ["open", "unknown"]}, "next_deadline": {"$lt": now()}}
    ids = [each["_id"] async for each in context.store[CALLS].find(due, {"_id": 1})]
    for start in range(0, len(ids), _AT_ONCE):
        await _pass(context, ids[start : start + _AT_ONCE])


async def _pass(context: Context, ids: list[str]) -> None:
    async def change(work: Work) -> None:
        for document in await work.find(CALLS, {"_id": {"$in": ids}}):
            call = CALLS.to_aggregate(document)
            before = (call.status, call.next_deadline)
            changes = call.time_passes(work.now)
            if before != (call.status, call.next_deadline):
                keep(call, changes, work)

    await context.store.transact(change)


async def match_waiting_news(context: Context) -> None:
    """Amendments that came before their call, or at the same moment."""
    await context.store.transact(take_waiting)


JOBS = [
    Job("funding-calls-time", 60, let_time_pass),
    Job("funding-calls-waiting-news", 300, match_waiting_news),
    Job("funding-calls-documents", 600, fetch_documents),
]
