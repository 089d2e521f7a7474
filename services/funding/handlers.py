"""What the funding service hears: what activities need, and its own calls, to hold one against the other."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.actions import NeedChangedV1
from contracts.funding import CallChangedV1, CallPublishedV2, CallWithdrawnV1
from contracts.values import LocalText
from kit.bus.handlers import handles
from kit.store import Work
from services.funding import identity
from services.funding.calls import Call
from services.funding.matches import judged
from services.funding.matching import match
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA, Offer
from services.funding.prepared import need_of, offer_of
from services.funding.store import CALLS, MATCHES, NEEDS, live_calls, matches_of, need_document


@handles(NeedChangedV1)
async def hold_need(event: NeedChangedV1, work: Work) -> None:
    """Keep what an activity needs, and hold every live call against it."""
    sequence = work.cause.sequence if work.cause else 0
    known = await work.get(NEEDS, event.activity_id)
    if known is not None and known["sequence"] >= sequence:
        return
    work.put(NEEDS, need_document(event, sequence))
    calls = [(call, offer_of(call, work.now)) for call in await live_calls(work)]
    await judge(calls, [(Need.of(event), sequence)], work)


@handles(CallPublishedV2)
async def match_new_call(event: CallPublishedV2, work: Work) -> None:
    """Hold a call against every activity's need."""
    await match_call(event.call_id, work)


@handles(CallChangedV1)
async def match_changed_call(event: CallChangedV1, work: Work) -> None:
    """A changed call may fit where it did not, and no longer where it did."""
    await match_call(event.call_id, work)


@handles(CallWithdrawnV1)
async def unmatch_withdrawn_call(event: CallWithdrawnV1, work: Work) -> None:
    """A withdrawn call fits nothing; the reason is kept."""
    await match_call(event.call_id, work)


async def match_call(call_id: str, work: Work) -> None:
    """Hold one call, as it stands now, against every need."""
    call = await work.load(CALLS, call_id)
    if call is not None:
        needs = [need_of(document) for document in await work.find(NEEDS, {})]
        await judge([(call, offer_of(call, work.now))], needs, work)


async def judge(calls: Iterable[tuple[Call, Offer]], needs: list[tuple[Need, int]], work: Work) -> None:
    """Hold calls against needs and store every verdict, so that silence has a reason, too."""
    pairs = [(call, offer, need, sequence) for call, offer in calls for need, sequence in needs]
    ids = [identity.match_id(call.call_id, need.activity_id) for call, _, need, _ in pairs]
    known = await matches_of({"_id": {"$in": ids}}, work)
    today = work.now.astimezone(LJUBLJANA).date()
    for match_id, (call, offer, need, sequence) in zip(ids, pairs, strict=True):
        before = known.get(match_id)
        verdict = judged(
            match(offer, need, today),
            before,
            number=need.number,
            title=LocalText(sl=need.title_sl or need.title, en=need.title),
            versions=(call.version, sequence),
            now=work.now,
        )
        if before is None or verdict.supersedes(before):
            work.save(MATCHES, verdict)
