"""What applications are stored as, and how they and their calls are found."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Index, Work
from services.funding.applications.application import Application
from services.funding.applications.states import OVER
from services.funding.applications.terms import Terms
from services.funding.calls.call import Call
from services.funding.calls.store import CALLS

APPLICATIONS = Aggregates(
    "applications",
    of=Application,
    key="application_id",
    indexes=[Index([("call_id", 1)]), Index([("state", 1)]), Index([("lead_department", 1)])],
)

LIVE: dict[str, Any] = {"state": {"$nin": list(OVER)}}


def terms_of(call: Call) -> Terms:
    return Terms.of(call.title, call.status, call.deadlines, until_funds_run_out=call.until_funds_run_out)


async def standing_call(call_id: str, work: Work) -> Call | None:
    """The call of that id, or the one it goes on as."""
    call = await work.load(CALLS, call_id)
    return await standing_call(call.joined_into, work) if call and call.joined_into else call


async def found(query: dict[str, Any], work: Work) -> list[Application]:
    return [APPLICATIONS.to_aggregate(document) for document in await work.find(APPLICATIONS, query)]
