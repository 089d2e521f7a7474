"""The aggregate of one call that fits, or once fitted, one activity: how, why, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import CallMatchedV1, FieldChange, MatchDecidedV1
from contracts.registry import Event
from contracts.values import LocalText, Money, PartialDate, Reason
from services.funding.matching import Match, NoMatch
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.triage.decisions import Decision, NotDecided, changed_since

_JUDGING = ("judged_at", "version", "call_version", "need_sequence", "events", "decision", "earlier", "returned")
_BLIND: dict[str, Any] = dict.fromkeys(_JUDGING, True)
_UNTOLD = {**_BLIND, "leads": True, "source": True, "open_cost": {"phrase"}, "own_share": {"phrase"}}


class StoredMatch(BaseModel):
    """What came of holding one call against one activity. `fits` is False where a reason speaks against it."""

    match_id: str
    call_id: str
    activity_id: str
    activity_number: str
    activity_title: LocalText
    action_number: str = ""
    action_title: LocalText = LocalText(sl="", en="")
    leads: list[str] = []
    call_title: str = ""
    programme: str | None = None
    funder: str | None = None
    source: str = ""
    deadline: AwareDatetime | None = None
    themes: list[str] = []
    call_version: int
    need_sequence: int
    fits: bool
    score: int | None = None
    reasons_for: list[Reason] = []
    reasons_against: list[Reason] = []
    open_cost: Money | None = None
    own_share: Money | None = None
    judged_at: datetime
    decision: Decision | None = None
    earlier: list[Decision] = Field(default=[], description="Decisions that no longer hold, oldest first.")
    returned: list[FieldChange] = Field(default=[], description="Why it is back on the board after it was put aside.")
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def put_aside(self) -> bool:
        return self.decision is not None and self.decision.choice == "not_for_us"

    def differs_from(self, other: StoredMatch) -> bool:
        """Whether a person would read something else here: not merely judged again."""
        return self.model_dump(exclude=_BLIND) != other.model_dump(exclude=_BLIND)

    def tells_other_than(self, other: StoredMatch) -> bool:
        """Whether call.matched would tell something else. Who leads the activity it does not say, nor is an amount
        another one because the plan words it otherwise."""
        return self.model_dump(exclude=_UNTOLD) != other.model_dump(exclude=_UNTOLD)

    def supersedes(self, before: StoredMatch) -> bool:
        """Whether it rests on a newer call or need and on no older one; or on the same, and comes out otherwise."""
        ours, theirs = (self.call_version, self.need_sequence), (before.call_version, before.need_sequence)
        if ours == theirs:
            return self.differs_from(before)
        return all(own >= other for own, other in zip(ours, theirs, strict=True))

    def decide(self, decision: Decision, *, undecided: int) -> Self:
        """The match with this decision; the same one again changes nothing. `undecided`: other open fits of the call.

        Raises NotDecided when the call does not fit any more, which leaves nothing to decide.
        """
        if self.decision is not None and self.decision.same_as(decision):
            return self
        if not self.fits:
            raise NotDecided("match", "the call does not fit this activity any more", "read the match again")
        said = self._decided(decision.choice, decision.by, decision.at, decision.via, undecided, decision)
        return self._with(said, decision=decision, returned=[], earlier=self._history())

    def undo(self, by: str, now: datetime, *, undecided: int, via: str = "board") -> Self:
        """The match without its decision, which stays in the history; nothing changes where there is none."""
        if self.decision is None:
            return self
        said = self._decided("undone", by, now, via, undecided)
        return self._with(said, decision=None, earlier=self._history())

    def remind(self, today: date, now: datetime, *, undecided: int) -> Self:
        """Back on the board on the day that somebody asked to be reminded on."""
        held = self.decision
        if held is None or held.remind_on is None or held.remind_on.first_day() > today:
            return self
        said = self._decided("reminded", held.by, now, "time", undecided, held)
        return self._with(said, decision=None, earlier=self._history())

    def following(self, before: StoredMatch | None, decisive: dict[str, str | None]) -> Self:
        """This fresh verdict with what was decided before it; it speaks of a fit that is new, other, or back again."""
        if before is None:
            return self if self.fits else self._with_events([])
        kept = self.model_copy(
            update={
                "version": before.version,
                "decision": before.decision,
                "earlier": before.earlier,
                "returned": before.returned,
            }
        )
        if not self.fits:
            return kept._with_events([])
        changes = changed_since(before.decision, decisive) if before.decision and before.put_aside else []
        if changes:
            assert before.decision is not None  # noqa: S101
            return kept._back(before.decision, changes, self.judged_at)
        news = (not before.fits or self.tells_other_than(before)) and not before.put_aside
        return kept._with_events(self.events if news else [])

    def _back(self, decision: Decision, changes: list[FieldChange], now: datetime) -> Self:
        words = "; ".join(f"{each.field}: {each.before or '–'} → {each.after or '–'}" for each in changes)
        said = self._decided("reopened", decision.by, now, "change", 0, words=words)
        return self._with(said, decision=None, returned=changes, earlier=self._history())

    def _history(self) -> list[Decision]:
        return [*self.earlier, *([self.decision] if self.decision else [])]

    def _decided(
        self,
        what: str,
        by: str,
        now: datetime,
        via: str,
        undecided: int,
        decision: Decision | None = None,
        words: str | None = None,
    ) -> MatchDecidedV1:
        return MatchDecidedV1(
            match_id=self.match_id,
            call_id=self.call_id,
            call_title=self.call_title,
            activity_id=self.activity_id,
            activity_number=self.activity_number,
            decision=what,
            reason_code=decision.reason_code if decision else None,
            reason=decision.words if decision else words,
            department=decision.department if decision else None,
            remind_on=decision.remind_on if decision else None,
            decided_by=by,
            decided_at=now,
            via=via,
            undecided=undecided,
        )

    def _with(self, event: Event, **changes: Any) -> Self:
        return self.model_copy(update={**changes, "events": [*self.events, event]})

    def _with_events(self, events: list[Event]) -> Self:
        return self.model_copy(update={"events": events})


def judged(
    verdict: Match | NoMatch, offer: Offer, need: Need, *, versions: tuple[int, int], now: datetime
) -> StoredMatch:
    """A verdict as it is stored, saying call.matched where it fits; `versions` are those of the call and the need."""
    facts = offer.facts
    common = {
        "match_id": verdict.match_id,
        "call_id": facts.call_id,
        "activity_id": need.activity_id,
        "activity_number": need.number,
        "activity_title": LocalText(sl=need.title_sl or need.title, en=need.title),
        "action_number": need.action_number,
        "action_title": LocalText(sl=need.action_title_sl or need.action_title, en=need.action_title),
        "leads": list(need.leads),
        "call_title": facts.title,
        "programme": facts.programme,
        "funder": facts.funder,
        "source": facts.source,
        "deadline": None if offer.until_funds_run_out else facts.deadline,
        "themes": sorted(offer.themes & need.themes),
        "call_version": versions[0],
        "need_sequence": versions[1],
        "score": verdict.score,
        "judged_at": now,
    }
    if isinstance(verdict, NoMatch):
        return StoredMatch(fits=False, reasons_against=[verdict.reason, *verdict.weighed], **common)
    said: CallMatchedV1 = verdict.event()
    return StoredMatch(
        fits=True,
        reasons_for=verdict.reasons_for,
        reasons_against=verdict.reasons_against,
        open_cost=said.open_cost,
        own_share=verdict.own_share,
        events=[said],
        **common,
    )


def a_day(value: date) -> PartialDate:
    return PartialDate(value=value.isoformat())


def counted(kept: Sequence[StoredMatch]) -> list[StoredMatch]:
    """Matches of one call as they go out together: each call.matched among them says how many follow it."""
    more = sum(isinstance(event, CallMatchedV1) for match in kept for event in match.events)
    told: list[StoredMatch] = []
    for match in kept:
        more -= sum(isinstance(event, CallMatchedV1) for event in match.events)
        said = [
            each.model_copy(update={"more": more}) if isinstance(each, CallMatchedV1) else each for each in match.events
        ]
        told.append(match.model_copy(update={"events": said}))
    return told
