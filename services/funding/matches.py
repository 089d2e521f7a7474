"""The aggregate of one call held against one activity: the fit, or the reason why there is none."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from contracts.funding import CallMatchedV1
from contracts.registry import Event
from contracts.values import LocalText, Money, Reason
from services.funding.matching import Match, NoMatch


class StoredMatch(BaseModel):
    """What came of holding one call against one activity. `fits` is False where a reason speaks against it."""

    match_id: str
    call_id: str
    activity_id: str
    activity_number: str
    activity_title: LocalText
    call_version: int
    need_sequence: int
    fits: bool
    score: int | None = None
    reasons_for: list[Reason] = []
    reasons_against: list[Reason] = []
    open_cost: Money | None = None
    own_share: Money | None = None
    judged_at: datetime
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def differs_from(self, other: StoredMatch) -> bool:
        """Whether a person would read something else: not merely judged again."""
        blind = {"judged_at", "version", "call_version", "need_sequence", "events"}
        return self.model_dump(exclude=blind) != other.model_dump(exclude=blind)

    def supersedes(self, before: StoredMatch) -> bool:
        """Whether it rests on a newer call or need and on no older one; or on the same, and comes out otherwise."""
        ours, theirs = (self.call_version, self.need_sequence), (before.call_version, before.need_sequence)
        if ours == theirs:
            return self.differs_from(before)
        return all(own >= other for own, other in zip(ours, theirs, strict=True))


def judged(
    verdict: Match | NoMatch,
    before: StoredMatch | None,
    *,
    number: str,
    title: LocalText,
    versions: tuple[int, int],
    now: datetime,
) -> StoredMatch:
    """The verdict as the next version of what was stored before; it says call.matched when the fit is new or other.

    `versions` are those of the call and the need that were held against each other.
    """
    facts = {
        "activity_number": number,
        "activity_title": title,
        "call_version": versions[0],
        "need_sequence": versions[1],
        "judged_at": now,
        "version": 0 if before is None else before.version,
    }
    if isinstance(verdict, NoMatch):
        return StoredMatch(
            match_id=verdict.match_id,
            call_id=verdict.call_id,
            activity_id=verdict.activity_id,
            fits=False,
            score=verdict.score,
            reasons_against=[verdict.reason, *verdict.weighed],
            **facts,
        )
    said: CallMatchedV1 = verdict.event()
    fit = StoredMatch(
        match_id=verdict.match_id,
        call_id=said.call.call_id,
        activity_id=said.activity_id,
        fits=True,
        score=verdict.score,
        reasons_for=verdict.reasons_for,
        reasons_against=verdict.reasons_against,
        open_cost=said.open_cost,
        own_share=verdict.own_share,
        **facts,
    )
    if before is None or not before.fits or fit.differs_from(before):
        fit.events = [said]
    return fit
