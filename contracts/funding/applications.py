"""What the funding service says of applications: what was asked for, and what became of it."""

from __future__ import annotations

from decimal import Decimal

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, LocalText, Money, PartialDate, Value


class AppliedFor(Value):
    """An activity of the plan an application is to pay for."""

    activity_id: str
    number: str = Field(description="The activity's number in the plan, such as 2.1.1.")
    title: LocalText = Field(description="The activity's title in the plan.")


class ApplicationFacts(Value):
    """Which application an event speaks of."""

    application_id: str = Field(description="Id of the application; it stays when its call moves to another id.")
    call_id: str
    call_title: str = Field(description="The call's title, in the language of its source.")
    title: str = Field(description="What the application is called here.")
    lead_department: str | None = Field(default=None, description="The department that leads it; null if none does.")


@event("application.opened", 1, subject="application_id", sent_when="Somebody opened an application for a call.")
class ApplicationOpenedV1(Event, ApplicationFacts):
    """A call is being considered or applied for, for which activities, and who leads it."""

    activities: list[AppliedFor] = Field(default=[], description="What it is to pay for.")
    deadline: AwareDatetime | None = Field(default=None, description="The next date to submit by; null if unknown.")
    opened_by: str = Field(description="Who opened it: the name the person signs in with.")


@event(
    "application.state_changed",
    1,
    subject="application_id",
    sent_when="An application moved to another state, or was put back to an earlier one.",
)
class ApplicationStateChangedV1(Event, ApplicationFacts):
    """An application changed its state: from where to where, why, and what has to be submitted by when now."""

    activities: list[AppliedFor] = Field(default=[], description="What it is to pay for.")
    move: Code = Field(description="Known: those of GET /api/funding/application-states, and revert.")
    before: Code = Field(description="Known: those of GET /api/funding/application-states.")
    after: Code = Field(description="Known: those of GET /api/funding/application-states.")
    reverted: bool = Field(default=False, description="Whether a move was taken back.")
    why: str | None = Field(default=None, description="What the person wrote about it.")
    reasons: list[Code] = Field(default=[], description="Short names of the reasons to apply, or not to.")
    deadline: AwareDatetime | None = Field(default=None, description="What must be met in the new state; null if none.")
    happened_at: AwareDatetime = Field(description="When it happened, which may be before it was recorded.")
    changed_by: str
    contract_number: str | None = Field(default=None, description="The number of the contract with the funder.")
    contract_signed_on: PartialDate | None = Field(default=None, description="The day the contract was signed.")
    granted: Money | None = Field(default=None, description="What the funder grants; null where nobody entered it.")
    score: Decimal | None = Field(default=None, description="The points the funder gave; null where it gave none.")
    score_of: Decimal | None = Field(default=None, description="The most points there were to be had.")
    lessons: str | None = Field(default=None, description="What is to be done otherwise next time.")
    before_name: LocalText | None = Field(default=None, description="The state before, in words.")
    after_name: LocalText | None = Field(default=None, description="The state after, in words.")


@event("application.task_due", 1, subject="application_id", sent_when="A task's due day came near, came, or passed.")
class ApplicationTaskDueV1(Event, ApplicationFacts):
    """Somebody has to finish something for an application by a day."""

    task_id: str = Field(description="Id of the task within its application.")
    task_title: LocalText = Field(description="What is to be done.")
    owner: str | None = Field(default=None, description="Who is to do it; null while nobody is named.")
    due: PartialDate = Field(description="The day by which it has to be done.")
    days_left: int = Field(description="Calendar days until it is due; negative once it is overdue.")
    step: Code | None = Field(default=None, description="The step of the backward plan the task stands for.")


@event(
    "application.task_settled", 1, subject="application_id", sent_when="A task was done or dropped, or is open again."
)
class ApplicationTaskSettledV1(Event, ApplicationFacts):
    """Nobody needs to do a task of an application any more, or somebody has to after all."""

    task_id: str = Field(description="Id of the task within its application.")
    task_title: LocalText = Field(description="What is, or was, to be done.")
    state: Code = Field(description="Known: done, dropped, open.")
    owner: str | None = Field(default=None, description="Who is, or was, to do it; null while nobody is named.")
    due: PartialDate | None = Field(default=None, description="The day by which it had to be done; null if none.")
    by: str | None = Field(default=None, description="Who said so; null: the plan, computed anew.")
    why: LocalText | None = Field(default=None, description="Why nobody needs to do it, where it was dropped.")


class TaskMoved(Value):
    """A task whose due day moved with the plan."""

    task_id: str = Field(description="Id of the task within its application.")
    task_title: LocalText = Field(description="What is to be done.")
    before: PartialDate | None = Field(default=None, description="The due day before; null for a new task.")
    after: PartialDate | None = Field(default=None, description="The due day now; null where it cannot be computed.")


@event(
    "application.replanned",
    1,
    subject="application_id",
    sent_when="A deadline, a council date or a duration moved, and with it what must be done by when.",
)
class ApplicationReplannedV1(Event, ApplicationFacts):
    """The backward plan of an application was computed anew, with another result."""

    because: Code = Field(description="Known: deadline, council, parameters, project, decision, time.")
    deadline_before: AwareDatetime | None = Field(default=None, description="The deadline before, where it moved.")
    deadline: AwareDatetime | None = Field(default=None, description="The next date to submit by; null if unknown.")
    verdict: Code = Field(description="Known: on_time, tight, too_late, unknown.")
    words: LocalText = Field(description="The verdict in words, with the step that decides.")
    blocking: Code | None = Field(default=None, description="The step that decides.")
    margin: int | None = Field(default=None, description="Working days of slack in that step; negative: too late.")
    tasks: list[TaskMoved] = Field(default=[], description="The tasks whose due days moved, and new ones.")
