"""What the calls hear of themselves: a new call is held against those of other sources."""

from __future__ import annotations

from contracts.funding import CallPublishedV2
from contracts.values import Reason
from kit.bus.handlers import handles
from kit.store import Work
from services.funding.calls.call import Call
from services.funding.calls.joins import Join
from services.funding.calls.likeness import grounds_to_join, same_name
from services.funding.calls.names import shared_names
from services.funding.calls.store import CALLS, JOINS, NAMES, perhaps_the_same
from services.funding.identity import join_id


@handles(CallPublishedV2)
async def suggest_joins(event: CallPublishedV2, work: Work) -> None:
    """Suggest to a person that a new call and a known one may be one; what was decided before is not asked again."""
    call = await work.load(CALLS, event.call_id)
    if call is None or call.joined_into:
        return
    grounds = await _same_names(call, work)
    others = {each.call_id: each for each in await perhaps_the_same(call, work)}
    for other in others.values():
        grounds.setdefault(other.call_id, grounds_to_join(call, other))
    for call_id, reasons in grounds.items():
        known = await work.get(JOINS, join_id(call.call_id, call_id)) if reasons else None
        other_call = others.get(call_id) or await work.load(CALLS, call_id)
        if reasons and known is None and other_call is not None:
            work.save(JOINS, Join.suggested(call, other_call, reasons, work.now))


async def _same_names(call: Call, work: Work) -> dict[str, list[Reason]]:
    names = sorted({name for each in call.readings for name in shared_names(each.facts)})
    owners = await work.find(NAMES, {"_id": {"$in": names}, "call_id": {"$ne": call.call_id}})
    return {each["call_id"]: [same_name(each["_id"])] for each in owners}
