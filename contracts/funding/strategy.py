"""What the funding service says of the living funding strategy."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Money, PartialDate


@event("strategy.revised", 1, subject="revision_id", sent_when="A revision of the funding strategy was approved.")
class StrategyRevisedV1(Event):
    """The funding strategy was revised: what is new, changed and gone since the last revision, and what is short."""

    revision_id: str = Field(description="The quarter, such as 2026-Q4; a second revision of it ends in -2.")
    number: int = Field(ge=1, description="Which revision it is, counted from 1.")
    quarter: str = Field(description="The quarter it is for, such as 2026-Q4.")
    previous: str | None = Field(default=None, description="The revision it starts from; null for the first one.")
    approved_by: str = Field(description="Who approved it: the name the person signs in with.")
    approved_at: AwareDatetime
    decided_by: str = Field(description="The body that decided it.")
    decided_on: PartialDate = Field(description="The day it was decided.")
    reference: str | None = Field(default=None, description="The number of the decision.")
    opportunities: int = Field(default=0, description="How many calls fit the plan.")
    new: list[str] = Field(default=[], description="Ids of calls that were not in the last revision.")
    changed: list[str] = Field(default=[], description="Ids of calls that changed since the last revision.")
    gone: list[str] = Field(default=[], description="Ids of calls of the last revision that fit no more.")
    applications: int = Field(default=0, description="How many applications it tells of.")
    without_money: int = Field(default=0, description="How many activities lack money.")
    open_need: Money | None = Field(default=None, description="What they need, as far as it is known.")
    open_need_unknown: int = Field(default=0, description="How many of them have no known cost.")
    own_share_short: Money | None = Field(default=None, description="Own shares no budget stands for, as far as known.")
