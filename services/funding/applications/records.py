"""What an application keeps beside its state: the decision, people, partners, tasks, documents, and how it ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from contracts.values import Code, LocalText, Money, Value
from services.funding.planning.days import Day

DocumentState = Literal["missing", "requested", "in_preparation", "ready", "not_needed"]


class Activity(Value):
    """An activity of the plan the application is to pay for."""

    activity_id: str
    number: str
    title: LocalText


class HistoryEntry(Value):
    """One change of state: who made it, when it was recorded, when it happened, and why."""

    kind: Literal["opened", "move", "revert"]
    move: Code
    before: Code | None
    after: Code
    by: str
    at: AwareDatetime
    happened_at: AwareDatetime
    why: str | None = None
    deadline: AwareDatetime | None = None
    answer_by: AwareDatetime | None = None
    overridden: str | None = Field(default=None, description="Why it was submitted with documents missing.")


class Decision(Value):
    """The decision to apply or not, with its reasons as codes."""

    go: bool
    reasons: list[Code]
    why: str | None = None
    by: str
    at: AwareDatetime
    verdict: Code | None = Field(default=None, description="What the backward plan said at that moment.")


class Role(Value):
    """Who does what: a role of `planning.steps.ROLES` or a word of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Code
    person: str = Field(min_length=1, max_length=200)
    department: str | None = Field(default=None, max_length=200)


class Partner(Value):
    """Somebody who applies with us. `share` of the whole cost, 0 to 1; None while it is not agreed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(min_length=1, max_length=300)
    role: Literal["lead", "partner", "associated", "supplier"] = "partner"
    share: Decimal | None = Field(default=None, ge=0, le=1)


class DueChange(Value):
    """A due date that moved, and why."""

    at: AwareDatetime
    before: Day | None
    after: Day | None
    why: LocalText


class Task(Value):
    """Something one person has to do by a day. `step`: the step of the backward plan it stands for."""

    task_id: str
    title: LocalText
    owner: str | None = None
    role: Code | None = None
    start_by: Day | None = None
    due: Day | None = None
    fixed: bool = Field(default=False, description="Somebody set the due day; the plan moves it only to be earlier.")
    step: Code | None = None
    begun_on: Day | None = None
    done_at: AwareDatetime | None = None
    done_by: str | None = None
    dropped: LocalText | None = Field(default=None, description="Why nobody needs to do it any more.")
    changes: list[DueChange] = []
    reminded: list[str] = Field(default=[], description="Which reminders were sent, as due day and days before.")

    @property
    def standing(self) -> Literal["open", "done", "dropped"]:
        if self.done_at is not None:
            return "done"
        return "open" if self.dropped is None else "dropped"

    @property
    def open(self) -> bool:
        return self.standing == "open"


class Document(Value):
    """One document of the checklist. `grounds`: why it is on it; a mandatory one holds the submission back."""

    document_id: str
    title: LocalText
    grounds: Literal["call", "typical", "by_hand"]
    step: Literal[1, 2] | None = Field(default=None, description="The step of a two-stage call it belongs to.")
    mandatory: bool = False
    state: DocumentState = "missing"
    link: str | None = None
    note: str | None = None
    set_by: str | None = None
    set_at: AwareDatetime | None = None

    @property
    def open(self) -> bool:
        return self.state not in {"ready", "not_needed"}


class Note(Value):
    """A remark somebody left."""

    text: str
    by: str
    at: AwareDatetime


class Contract(Value):
    """The contract with the funder. `granted` is None where nobody has entered the amount."""

    number: str
    signed_on: Day
    granted: Money | None = None


class Outcome(Value):
    """How a refused application was judged, and what we learn from it. Without a score, `no_score` says why."""

    score: Decimal | None = None
    score_of: Decimal | None = None
    no_score: str | None = None
    lessons: str


class Condition(Value):
    """What the funder wants before it signs."""

    text: str
    due: Day | None = None


class DeadlineMove(Value):
    """The call's deadline for this application moved."""

    at: AwareDatetime
    before: AwareDatetime | None
    after: AwareDatetime | None
