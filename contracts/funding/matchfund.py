"""What the funding service says of the municipality's own share: reserved on a budget line, released, spent."""

from __future__ import annotations

from pydantic import Field

from contracts.registry import Event, event
from contracts.values import Code, Money


class OwnShare(Event):
    """A part of one year's budget line that is kept for one project. The entity is the reservation."""

    reservation_id: str = Field(description="Id of the reservation: one project on one line.")
    line_id: str = Field(description="Id of the budget line of that year.")
    budget_code: str = Field(description="The municipality's own budget line (proračunska postavka).")
    nrp_item: str | None = Field(default=None, description="Item of the development programme (NRP); null without.")
    year: int = Field(ge=2000, le=2200, description="The budget year.")
    title: str = Field(description="What the money is kept for.")
    amount: Money = Field(description="The part of the line the event speaks of.")
    application_id: str | None = Field(default=None, description="The application it is for, if any.")
    call_id: str | None = Field(default=None, description="The call it is for, if any.")
    activity_id: str | None = Field(default=None, description="The activity of the plan it is for, if any.")
    available: Money | None = Field(
        default=None, description="What is left on the line afterwards; null while its amount is not known."
    )


@event("matchfund.reserved", 1, subject="reservation_id", sent_when="An own share was reserved on a budget line.")
class MatchfundReservedV1(OwnShare):
    """The municipality keeps money of one year's budget line for one project."""


@event(
    "matchfund.released",
    1,
    subject="reservation_id",
    sent_when="A reserved own share, or the rest of one that was spent, is free again.",
)
class MatchfundReleasedV1(OwnShare):
    """Money of a budget line is no longer kept for a project; `amount` is what became free."""

    reason: str
    because: Code = Field(default="released", description="Known: released, spent_less.")


@event("matchfund.spent", 1, subject="reservation_id", sent_when="A reserved own share was paid out.")
class MatchfundSpentV1(OwnShare):
    """The municipality paid its own share; `amount` is what was paid."""
