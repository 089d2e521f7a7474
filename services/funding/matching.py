"""Does a call fit an activity? Gates first, then an explained score; whichever way it falls, the reason is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.funding import CallMatchedV1
from contracts.values import LocalText, Money, Reason
from services.funding import identity
from services.funding.co_financing import own_share
from services.funding.gates import closed_gate
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.scoring import LEAST_SUBSTANCE, reasons, substance_of
from services.funding.triage.learning import Lesson, learnt

THRESHOLD = LEAST_SUBSTANCE


@dataclass(frozen=True, slots=True)
class Match:
    """A call fits an activity. `own_share` is None while the call's rate or the activity's cost is not known."""

    match_id: str
    offer: Offer
    need: Need
    score: int
    reasons_for: list[Reason]
    reasons_against: list[Reason]
    own_share: Money | None

    def event(self) -> CallMatchedV1:
        need = self.need
        return CallMatchedV1(
            match_id=self.match_id,
            call=self.offer.facts,
            activity_id=need.activity_id,
            activity_number=need.number,
            activity_title=need.title,
            activity_title_sl=need.title_sl,
            action_number=need.action_number,
            action_title=need.action_title,
            action_title_sl=need.action_title_sl,
            score=self.score,
            reasons_for=self.reasons_for,
            reasons_against=self.reasons_against,
            open_cost=need.open_cost,
            own_share=self.own_share,
            themes=sorted(self.offer.themes & need.themes),
        )


@dataclass(frozen=True, slots=True)
class NoMatch:
    """A call does not fit an activity, and why. `score` is None where a gate closed before anything was weighed."""

    match_id: str
    call_id: str
    activity_id: str
    reason: Reason
    score: int | None = None
    weighed: tuple[Reason, ...] = ()


def match(
    offer: Offer, need: Need, today: date, *, threshold: int = THRESHOLD, lessons: Sequence[Lesson] = ()
) -> Match | NoMatch:
    """Hold one call against one activity on one day in Slovenia.

    The score is the sum of the reasons' weights within 0 and 100; a match needs `threshold` of them, and
    `LEAST_SUBSTANCE` from what the two are about. `lessons` of past dismissals lower a fit, and end none.
    """
    match_id = identity.match_id(offer.facts.call_id, need.activity_id)
    if closed := closed_gate(offer, need, today):
        return NoMatch(match_id, offer.facts.call_id, need.activity_id, closed)
    weighed = reasons(offer, need, today)
    score = max(0, min(100, sum(reason.weight or 0 for reason in weighed)))
    if short := _falls_short(weighed, score, threshold):
        return NoMatch(match_id, offer.facts.call_id, need.activity_id, short, score, tuple(weighed))
    if lesson := learnt(lessons, match_id, offer, need, spare=score - threshold):
        weighed.append(lesson)
        score += lesson.weight or 0
    return Match(
        match_id=match_id,
        offer=offer,
        need=need,
        score=score,
        reasons_for=[reason for reason in weighed if _speaks_for(reason)],
        reasons_against=[reason for reason in weighed if not _speaks_for(reason)],
        own_share=own_share(need.open_cost, offer.facts.co_financing_rate, offer.facts.max_amount),
    )


# These earn some points, yet a person should read them as warnings.
_WARNINGS = frozenset({"covers_a_part", "small_for_call", "money_may_come_late"})
NOTHING_IN_COMMON = Reason(
    code="nothing_in_common",
    text=LocalText(sl="Razpis in aktivnost nimata skupne teme.", en="The call and the activity share no theme."),
)
TOO_LITTLE_IN_COMMON = Reason(
    code="too_little_in_common",
    text=LocalText(
        sl="Razpis in aktivnost imata premalo skupnega.", en="The call and the activity have too little in common."
    ),
)


def _speaks_for(reason: Reason) -> bool:
    return (reason.weight or 0) > 0 and reason.code not in _WARNINGS


def _falls_short(weighed: list[Reason], score: int, threshold: int) -> Reason | None:
    if not weighed:
        return NOTHING_IN_COMMON
    if substance_of(weighed) < LEAST_SUBSTANCE:
        return TOO_LITTLE_IN_COMMON
    return _below(score, threshold) if score < threshold else None


def _below(score: int, threshold: int) -> Reason:
    return Reason(
        code="below_threshold",
        text=LocalText(
            sl=f"Ujemanje {score} od 100 ne doseže praga {threshold}.",
            en=f"The fit of {score} out of 100 is below the threshold of {threshold}.",
        ),
    )
