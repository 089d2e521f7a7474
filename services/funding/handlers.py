"""What the funding service hears: what activities need, and its own calls, to hold one against the other."""

from __future__ import annotations

from contracts.actions import NeedChangedV1
from contracts.funding import CallChangedV1, CallClosedV1, CallPublishedV2, CallReopenedV1, CallWithdrawnV1
from kit.bus.handlers import handles
from kit.clock import uuid7
from kit.store import Work
from services.funding.judging import judge_call, judge_need
from services.funding.needs import Need
from services.funding.store import NEEDS, need_document

# An activity may fit hundreds of calls, a call dozens of activities, and all of a unit is in memory until it commits.
FEW = 4
SOME = 32


@handles(NeedChangedV1, at_once=FEW)
async def hold_need(event: NeedChangedV1, work: Work) -> None:
    """Keep what an activity needs, and hold the live calls against it that have anything in common with it."""
    sequence = work.cause.sequence if work.cause else 0
    known = await work.get(NEEDS, event.activity_id)
    if known is not None and known["sequence"] >= sequence:
        return
    need = Need.of(event)
    said = event.model_dump(mode="python")
    work.put(NEEDS, need_document(need, said, sequence=sequence, stamp=uuid7(), at=work.now))
    await judge_need(need, sequence, work)


@handles(CallPublishedV2, at_once=SOME)
async def match_new_call(event: CallPublishedV2, work: Work) -> None:
    """Hold a call against every activity's need."""
    await judge_call(event.call_id, work)


@handles(CallChangedV1, at_once=SOME)
async def match_changed_call(event: CallChangedV1, work: Work) -> None:
    """A changed call may fit where it did not, and no longer where it did."""
    await judge_call(event.call_id, work)


@handles(CallWithdrawnV1, at_once=SOME)
async def unmatch_withdrawn_call(event: CallWithdrawnV1, work: Work) -> None:
    """A withdrawn call fits nothing; the reason is kept."""
    await judge_call(event.call_id, work)


@handles(CallClosedV1, at_once=SOME)
async def unmatch_closed_call(event: CallClosedV1, work: Work) -> None:
    """A closed call fits nothing, nor does one that goes on under another id."""
    await judge_call(event.call_id, work)


@handles(CallReopenedV1, at_once=SOME)
async def match_reopened_call(event: CallReopenedV1, work: Work) -> None:
    """A call that takes applications again may fit again."""
    await judge_call(event.call_id, work)
