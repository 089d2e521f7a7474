"""The aggregate of one decision: which body decided what, when, and which activities it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, Field

from contracts.actions import DecidedActivity, DecisionRecordedV1
from contracts.registry import Event
from contracts.values import LocalText, PartialDate
from services.actions.governance.bodies import body_called
from services.actions.needs import Need
from services.actions.plan import Plan
from services.actions.refusal import Refused
from services.actions.stated import Part, Text


class DecisionForm(Part):
    """A decision as somebody records it. `activities` are numbers of the plan, such as 2.1.1."""

    body: Text = Field(max_length=200)
    decided_on: PartialDate
    title: Text = Field(max_length=300)
    text: Text = Field(max_length=20_000)
    reference: Text | None = Field(default=None, max_length=100, description="The number of the resolution or minutes.")
    activities: list[Text] = Field(default=[], max_length=200)


class Decision(BaseModel):
    """One decision. It is recorded once and stays: who decides otherwise later records another."""

    decision_id: str
    plan_id: str
    body: LocalText
    decided_on: PartialDate
    title: str
    text: str
    reference: str | None = None
    activities: list[DecidedActivity] = []
    recorded_by: str
    recorded_at: datetime
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)


def recorded(
    form: DecisionForm, decision_id: str, plan: Plan, needs: Mapping[str, Need], by: str, now: datetime, today: date
) -> Decision:
    """The decision that `form` records. `needs` are the plan's activities by number. Raises Refused."""
    if form.decided_on.first_day() > today:
        raise Refused("decided_on", f"{form.decided_on.value} is yet to come", "write the day on which it was decided")
    if unknown := [number for number in form.activities if number not in needs]:
        raise Refused(
            "activities", f"the plan has no activity {unknown[0]}", "take numbers from the plan, such as 2.1.1"
        )
    concerned = [needs[number] for number in dict.fromkeys(form.activities)]
    decision = Decision(
        decision_id=decision_id,
        plan_id=plan.slug,
        body=body_called(form.body, plan),
        decided_on=form.decided_on,
        title=form.title,
        text=form.text,
        reference=form.reference,
        activities=[_concerned(need) for need in concerned],
        recorded_by=by,
        recorded_at=now,
    )
    return decision.model_copy(update={"events": [_said(decision)]})


def _concerned(need: Need) -> DecidedActivity:
    return DecidedActivity(
        activity_id=need.activity_id,
        number=need.number,
        title=need.title,
        action_number=need.action_number,
        responsible=need.responsible,
    )


def _said(decision: Decision) -> DecisionRecordedV1:
    return DecisionRecordedV1.model_validate(decision.model_dump(exclude={"recorded_at", "version"}))
