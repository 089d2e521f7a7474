"""What applications hear: that their call changed, was withdrawn, closed or opened again."""

from __future__ import annotations

from contracts.funding import CallChangedV1, CallClosedV1, CallReopenedV1, CallWithdrawnV1
from kit.bus.handlers import handles
from kit.store import Work
from services.funding.applications.replanning import follow_call


@handles(CallChangedV1)
async def follow_changed_call(event: CallChangedV1, work: Work) -> None:
    """A moved deadline moves the plan and its tasks."""
    await follow_call(event.call_id, work)


@handles(CallWithdrawnV1)
async def follow_withdrawn_call(event: CallWithdrawnV1, work: Work) -> None:
    """What was not submitted cannot be submitted any more."""
    await follow_call(event.call_id, work)


@handles(CallClosedV1)
async def follow_closed_call(event: CallClosedV1, work: Work) -> None:
    """A call that goes on under another id takes its applications along."""
    await follow_call(event.call_id, work)


@handles(CallReopenedV1)
async def follow_reopened_call(event: CallReopenedV1, work: Work) -> None:
    """It can be submitted again."""
    await follow_call(event.call_id, work)


HANDLERS = [follow_changed_call, follow_withdrawn_call, follow_closed_call, follow_reopened_call]
