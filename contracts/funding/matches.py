"""What the funding service says of decisions on fits: who takes a call up, puts it aside, or wants to hear again."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, PartialDate


@event("match.decided", 1, subject="match_id", sent_when="Somebody decided on a fit, took it back, or it came back.")
class MatchDecidedV1(Event):
    """What the municipality does about one call for one activity."""

    match_id: str
    call_id: str
    call_title: str = Field(description="The call's title, in the language of its source.")
    activity_id: str
    activity_number: str
    decision: Code = Field(
        description="Known: apply, not_for_us, hand_over, remind_me; undone: somebody took the decision back; "
        "reopened: the call changed materially after it was put aside; reminded: the day asked for has come."
    )
    reason_code: Code | None = Field(
        default=None,
        description="Why not. Known: not_applicable, inadequate_capacity, unable_to_implement, lack_match_ability, "
        "unfeasible_to_partner, unsustainable, cannot_meet_state_deadlines, no_authority, cannot_meet_deadline, other.",
    )
    reason: str | None = Field(default=None, description="The person's own words, or what changed.")
    department: str | None = Field(default=None, description="To whom it was handed over.")
    remind_on: PartialDate | None = Field(default=None, description="The day on which to speak of it again.")
    decided_by: str = Field(description="Who decided: the name the person signs in with.")
    decided_at: AwareDatetime = Field(description="When it was decided.")
    via: Code = Field(default="board", description="Where it was decided. Known: board, inbox, time, change.")
    undecided: int = Field(default=0, description="Fits of the same call that nobody has decided on yet.")
