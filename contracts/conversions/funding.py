"""From one version of a funding event to the next, and back."""

from __future__ import annotations

from datetime import datetime

from contracts.conversions import converts
from contracts.funding import CallPublishedV1, CallPublishedV2, Deadline


@converts(CallPublishedV1, CallPublishedV2)
def published_in_v2(event: CallPublishedV1, said_at: datetime) -> CallPublishedV2:
    """The one deadline that version 1 knows becomes the only one of a list; what kind it was, nobody can say now."""
    known = event.model_dump(exclude={"deadline", "deadline_phrase"})
    if event.deadline is None:
        return CallPublishedV2(**known, deadline_phrase=event.deadline_phrase)
    return CallPublishedV2(**known, deadlines=[Deadline(at=event.deadline, phrase=event.deadline_phrase)])


@converts(CallPublishedV2, CallPublishedV1)
def published_in_v1(event: CallPublishedV2, said_at: datetime) -> CallPublishedV1:
    """Of several deadlines, version 1 gets the one to meet when the event was said; money by year is left out."""
    return CallPublishedV1(**event.facts_at(said_at).model_dump())
