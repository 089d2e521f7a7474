"""From the funding service: calls, how they fit the plan, money committed, and sources that failed."""

from __future__ import annotations

from contracts.funding import (
    CallChangedV1,
    CallFacts,
    CallMatchedV1,
    CallPublishedV2,
    CallWithdrawnV1,
    CommitmentMadeV1,
    CommitmentWithdrawnV1,
    SourceFailedV1,
)
from kit.bus.handlers import handles
from kit.store import Work
from services.reporting.projections.newest import cause_of, keep_highest, keep_newest
from services.reporting.store import CALLS, COMMITMENTS, MATCHES, SOURCES

# Long texts that no figure and no list of this service shows.
_UNSHOWN = {"summary", "eligible_applicants", "deadline_phrase"}
_MATCH = {
    *("activity_id", "activity_number", "activity_title", "activity_title_sl", "action_number"),
    *("score", "open_cost", "own_share"),
}


@handles(CallPublishedV2)
async def call_published(event: CallPublishedV2, work: Work) -> None:
    said_at = cause_of(work).time
    _keep_facts(work, event.facts_at(said_at))
    keep_newest(work, CALLS, event.call_id, "published", {"at": said_at})


@handles(CallChangedV1)
async def call_changed(event: CallChangedV1, work: Work) -> None:
    _keep_facts(work, event.call)


@handles(CallWithdrawnV1)
async def call_withdrawn(event: CallWithdrawnV1, work: Work) -> None:
    keep_newest(work, CALLS, event.call_id, "withdrawn", {"title": event.title, "reason": event.reason})


@handles(CallMatchedV1)
async def call_matched(event: CallMatchedV1, work: Work) -> None:
    match = {"call_id": event.call.call_id, **event.model_dump(include=_MATCH)}
    keep_newest(work, MATCHES, event.match_id, "match", match)


@handles(CommitmentMadeV1)
async def commitment_made(event: CommitmentMadeV1, work: Work) -> None:
    commitment = event.model_dump(exclude={"commitment_id"})
    keep_newest(work, COMMITMENTS, event.commitment_id, "commitment", commitment)


@handles(CommitmentWithdrawnV1)
async def commitment_withdrawn(event: CommitmentWithdrawnV1, work: Work) -> None:
    """What still stands takes the place of what was once committed, in whatever order the two are heard."""
    keep_newest(work, COMMITMENTS, event.commitment_id, "withdrawn", {"remaining": event.remaining.model_dump()})


@handles(SourceFailedV1)
async def source_failed(event: SourceFailedV1, work: Work) -> None:
    """Failures rank by when they happened: what is said of a source has no version of its own everywhere."""
    failure = {"at": event.occurred_at, "kind": event.kind, "reason": event.reason}
    keep_highest(work, SOURCES, event.source, {"failure": failure})


def _keep_facts(work: Work, call: CallFacts) -> None:
    facts = call.model_dump(include=set(CallFacts.model_fields) - _UNSHOWN)
    keep_newest(work, CALLS, call.call_id, "facts", facts)
    keep_highest(work, SOURCES, call.source, {"heard_at": cause_of(work).time})


HANDLERS = [
    call_published,
    call_changed,
    call_withdrawn,
    call_matched,
    commitment_made,
    commitment_withdrawn,
    source_failed,
]
