"""The aggregate of one activity: what it still needs, and how far it is."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import add
from typing import Literal, get_args

from pydantic import BaseModel, Field

from contracts.actions import ActivityOverdueV1, ActivityStatusChangedV1, NeedChangedV1
from contracts.registry import Event
from contracts.values import LocalText, Money, PartialDate, Timing
from services.actions.plan import Action, Activity, Plan, activity_id, territory_of
from services.actions.stored_plan import plainly

Stage = Literal["not_started", "in_preparation", "under_way", "completed", "continuous", "on_hold", "cancelled"]
STAGES: tuple[Stage, ...] = get_args(Stage)
SETTLED: tuple[Stage, ...] = ("completed", "continuous", "cancelled")
Because = Literal["imported", "committed", "edited", "removed"]


class Need(BaseModel):
    """One activity of a plan, as far as money and progress go. No `estimated` means unknown, not free."""

    activity_id: str
    plan_id: str
    plan_version: int
    number: str
    title: LocalText
    action_number: str
    action_title: LocalText
    estimated: Money | None = None
    commitments: dict[str, Money] = {}
    commitment_sequences: dict[str, int] = Field(default={}, description="The version of each that is counted.")
    themes: list[str] = []
    territory: str
    timing: Timing = Timing()
    responsible: list[str] = []
    funding: str | None = None
    description: str | None = None
    stage: Stage = "not_started"
    removed: bool = False
    overdue_told: list[str] = Field(default=[], description="The promised dates whose passing was told.")
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def committed(self) -> Money | None:
        """Sum of what stands of the commitments; None when nothing does, or when the currencies differ."""
        amounts = [money for money in self.commitments.values() if money.amount]
        if not amounts or len({money.currency for money in amounts}) != 1:
            return None
        return reduce(add, amounts)

    def commit(self, commitment_id: str, standing: Money, sequence: int) -> Need:
        """The need with what stands of one commitment at its version `sequence`; an older version changes nothing."""
        if sequence < self.commitment_sequences.get(commitment_id, 0):
            return self
        if self.commitments.get(commitment_id) == standing:
            return self
        update = {
            "commitments": {**self.commitments, commitment_id: standing},
            "commitment_sequences": {**self.commitment_sequences, commitment_id: sequence},
        }
        return self._changed(update, "committed")

    def move_to(self, stage: Stage, note: str | None, by: str) -> Need:
        """The activity in another stage; the same stage changes nothing."""
        if stage == self.stage:
            return self
        said = ActivityStatusChangedV1(
            activity_id=self.activity_id,
            number=self.number,
            title=self.title.en,
            action_number=self.action_number,
            before=self.stage,
            after=stage,
            note=note,
            changed_by=by,
        )
        return self.model_copy(update={"stage": stage, "events": [*self.events, said]})

    @property
    def promised(self) -> PartialDate | None:
        """By when it is to be there: its due date, or the launch of what then goes on; None without a firm date."""
        match self.timing.kind:
            case "open_ended" | "ongoing":
                return None
            case "launch_then_ongoing":
                return self.timing.start or self.timing.due
            case _:
                return self.timing.due

    def late(self, today: date) -> bool:
        """Whether the last day that its date may mean is past: one promised for '2028' is not late in 2028."""
        settled = self.removed or self.stage in SETTLED
        return not settled and self.promised is not None and self.promised.last_day() < today

    def tell_overdue(self, today: date) -> Need:
        """Say that it is late, once for each promised date; nothing new to say changes nothing."""
        due = self.promised
        if due is None or not self.late(today) or due.value in self.overdue_told:
            return self
        said = ActivityOverdueV1(
            activity_id=self.activity_id,
            number=self.number,
            title=self.title.en,
            title_sl=self.title.sl,
            plan_id=self.plan_id,
            action_number=self.action_number,
            due=due,
            launch=self.timing.kind == "launch_then_ongoing",
            stage=self.stage,
            responsible=self.responsible,
        )
        told = [*self.overdue_told, due.value]
        return self.model_copy(update={"overdue_told": told, "events": [*self.events, said]})

    def drop(self, plan_version: int) -> Need:
        """The need of an activity that a newer plan version no longer has."""
        return self._changed({"removed": True, "plan_version": plan_version}, "removed")

    def _changed(self, update: dict[str, object], because: Because) -> Need:
        changed = self.model_copy(update=update)
        return changed.model_copy(update={"events": [*self.events, said(changed, because)]})


def planned(plan: Plan, plan_version: int, action: Action, activity: Activity, before: Need | None) -> Need:
    """The need of `activity` as this plan version states it; commitments and stage are kept."""
    facts = {
        "plan_version": plan_version,
        "number": activity.number,
        "title": activity.name,
        "action_number": action.number,
        "action_title": action.name,
        "estimated": plainly(activity.cost),
        "themes": list(activity.themes),
        "territory": territory_of(plan, activity),
        "timing": Timing.model_validate(activity.timing.model_dump()),
        "responsible": [*activity.responsible, *activity.together_with],
        "funding": activity.funding.phrase if activity.funding else None,
        "description": " ".join([*activity.details, *(output.phrase for output in activity.outputs)]),
        "removed": False,
    }
    key = activity_id(plan, activity.number)
    need = (
        Need.model_validate({"activity_id": key, "plan_id": plan.slug, **facts})
        if before is None
        else before.model_copy(update=facts)
    )
    return need.model_copy(update={"events": [said(need, "imported")]})


def said(need: Need, because: Because) -> NeedChangedV1:
    """What the others hear of a need."""
    return NeedChangedV1(
        activity_id=need.activity_id,
        number=need.number,
        title=need.title.en,
        title_sl=need.title.sl,
        plan_id=need.plan_id,
        plan_version=need.plan_version,
        action_number=need.action_number,
        action_title=need.action_title.en,
        action_title_sl=need.action_title.sl,
        estimated=need.estimated,
        committed=need.committed,
        themes=need.themes,
        territory=need.territory,
        timing=need.timing,
        responsible=need.responsible,
        funding=need.funding,
        description=need.description,
        removed=need.removed,
        because=because,
    )
