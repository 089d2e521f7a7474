"""One activity of a plan: what is done, by whom, for how much, until when."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.values import LocalText
from services.actions.framework import SourceKind
from services.actions.stated import Part, StatedMoney, StatedTiming, Statement, Text
from services.actions.themes import Theme
from services.actions.totals import total_of

ActivityNumber = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Territory = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-\d{3})?$")]


class Titled(Part):
    """Something with a title in the plan's language and in Slovenian."""

    title: Text
    title_sl: Text

    @property
    def name(self) -> LocalText:
        return LocalText(sl=self.title_sl, en=self.title)


class Funding(Part):
    """Where an activity's money may come from: the plan's words, and the source classes they name."""

    phrase: Text
    sources: list[SourceKind] = Field(min_length=1)


class Phase(Part):
    """A part of an activity with its own cost and date."""

    number: Text
    title: Text
    title_sl: Text
    cost: StatedMoney | None = None
    timing: StatedTiming


class Activity(Titled):
    """One activity. No `cost` means the plan does not say what it costs, never that it is free."""

    number: ActivityNumber
    details: list[Text] = Field(min_length=1)
    problems: list[Text] = []
    connected: Text | None = Field(default=None, description="The plan's own words: 'All Actions', 'Action 3 and 4'.")
    responsible: list[Text] = Field(min_length=1)
    together_with: list[Text] = []
    cost: StatedMoney | None = None
    funding: Funding | None = None
    outputs: list[Statement] = Field(min_length=1)
    timing: StatedTiming
    phases: list[Phase] = []
    themes: list[Theme] = Field(min_length=1)
    territory: Territory | None = None

    @model_validator(mode="after")
    def _phases_add_up(self) -> Self:
        costs = [phase.cost for phase in self.phases]
        if not costs or None in costs:
            return self
        total = total_of(costs)
        if self.cost is None or total is None or total.amount != self.cost.amount:
            stated = "no cost" if self.cost is None else str(self.cost.amount)
            summed = "different currencies" if total is None else str(total.amount)
            raise ValueError(f"its phases cost {summed} together but the activity states {stated}; make them equal")
        return self
