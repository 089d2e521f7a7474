"""Which activity a call fits, and what the person told decided about it."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.funding import CallMatchedV1
from contracts.values import Code, LocalText, Money, PartialDate, Reason, Value

Choice = Literal["apply", "not_for_us", "hand_over", "remind_me", "seen", "taken"]
"""`taken`: somebody takes care of a matter that is no call."""


class Fit(Value):
    """One activity that a call fits: how well, why, and why it may not."""

    match_id: str
    activity_id: str
    activity_number: str
    activity_title: LocalText
    action_number: str
    action_title: LocalText
    score: int = Field(ge=0, le=100)
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...] = ()
    open_cost: Money | None = None
    own_share: Money | None = None
    found_at: AwareDatetime
    unmailed: Reason | None = Field(default=None, description="Why no mail speaks of this fit; null when one does.")


def fit_of(event: CallMatchedV1, found_at: AwareDatetime, unmailed: Reason | None = None) -> Fit:
    """The fit that a match tells of."""
    return Fit(
        match_id=event.match_id,
        activity_id=event.activity_id,
        activity_number=event.activity_number,
        activity_title=_local(event.activity_title, event.activity_title_sl),
        action_number=event.action_number,
        action_title=_local(event.action_title, event.action_title_sl),
        score=event.score,
        reasons_for=tuple(event.reasons_for),
        reasons_against=tuple(event.reasons_against),
        open_cost=event.open_cost,
        own_share=event.own_share,
        found_at=found_at,
        unmailed=unmailed,
    )


def _local(title: str, in_slovenian: str | None) -> LocalText:
    return LocalText(sl=in_slovenian or title, en=title)


class Decision(Value):
    """What somebody decided to do with an alert. The last one holds; the earlier ones stay as history."""

    choice: Choice
    by: str = Field(description="Id of the person who decided; a deputy may decide for somebody.")
    at: AwareDatetime
    reason: str | None = Field(default=None, description="Why it is not for us, or to whom it was handed over.")
    reason_code: str | None = Field(default=None, description="Why not, as funding's board knows it.")
    remind_on: PartialDate | None = Field(default=None, description="The day on which to speak of it again.")
    via: Code = Field(default="inbox", description="Known: inbox, own, board, together.")
    undone: bool = Field(default=False, description="Whether it takes the decision before it back.")


def best_first(fits: tuple[Fit, ...]) -> list[Fit]:
    """Highest score first; equal scores in the order of the plan's numbering ('2.1.9' before '2.1.10')."""
    return sorted(fits, key=lambda fit: (-fit.score, _plan_order(fit.activity_number)))


def _plan_order(number: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 0, part) for part in number.split(".")]
