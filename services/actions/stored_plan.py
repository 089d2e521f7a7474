"""The aggregate of one plan: its versions, who imported and who approved them, and the events they cause."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from contracts.actions import ActionSummary, PlanApprovedV1, PlanImportedV1
from contracts.registry import Event
from contracts.values import Money
from services.actions.plan import Plan, checksum, counts, estimated_total


class AlreadyApproved(Exception):
    """This version of the plan is approved already."""


class StoredPlan(BaseModel):
    """A plan as it stands, with its history in short. `plan_version` counts changed imports from 1."""

    plan_id: str
    plan_version: int
    checksum: str
    plan: Plan
    imported_at: datetime
    imported_by: str
    approved_version: int | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def approved(self) -> bool:
        """Whether the version that stands is the approved one."""
        return self.approved_version == self.plan_version

    def says_the_same_as(self, plan: Plan) -> bool:
        return self.checksum == checksum(plan)

    def approve(self, by: str, now: datetime) -> StoredPlan:
        """The plan approved as it stands. Raises AlreadyApproved."""
        if self.approved:
            raise AlreadyApproved(f"version {self.plan_version} was approved by {self.approved_by}")
        said = PlanApprovedV1(plan_id=self.plan_id, version=self.plan_version, approved_by=by, approved_at=now)
        return self.model_copy(
            update={
                "approved_version": self.plan_version,
                "approved_by": by,
                "approved_at": now,
                "events": [*self.events, said],
            }
        )


def imported(plan: Plan, before: StoredPlan | None, by: str, now: datetime) -> StoredPlan:
    """`plan` as the next version of what was stored before."""
    stored = StoredPlan(
        plan_id=plan.slug,
        plan_version=1 if before is None else before.plan_version + 1,
        checksum=checksum(plan),
        plan=plan,
        imported_at=now,
        imported_by=by,
        approved_version=None if before is None else before.approved_version,
        approved_by=None if before is None else before.approved_by,
        approved_at=None if before is None else before.approved_at,
        version=0 if before is None else before.version,
    )
    return stored.model_copy(update={"events": [_said(stored)]})


def _said(stored: StoredPlan) -> PlanImportedV1:
    plan = stored.plan
    areas = {area.number: area.title for area in plan.areas}
    objectives = {objective.number: objective.title for objective in plan.objectives}
    numbers = counts(plan)
    return PlanImportedV1(
        plan_id=stored.plan_id,
        title=plan.title,
        version=stored.plan_version,
        checksum=stored.checksum,
        actions=[
            ActionSummary(
                number=action.number,
                title=action.title,
                title_sl=action.title_sl,
                area=areas[action.area],
                objective=objectives[action.objective],
                activities=len(action.activities),
                budget=plainly(action.budget),
                timing=action.timing,
            )
            for action in plan.actions
        ],
        activities=numbers["activities"],
        risks=numbers["risks"],
        estimated=estimated_total(plan),
    )


def plainly(money: Money | None) -> Money | None:
    """A stated amount as the shared value, its phrase kept."""
    return None if money is None else Money.model_validate(money.model_dump())
