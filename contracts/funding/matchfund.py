"""What the funding service says of the municipality's own share: reserved on a budget line, released, spent."""

from __future__ import annotations

from pydantic import Field

from contracts.registry import Event, event
from contracts.values import Code, Money


class OwnShare(Event):
    """A part of one year's budget line that is kept for one project. The entity is the reservation."""

    reservation_id: str
    line_id: str
    budget_code: str = Field(description="The municipality's own budget line (proračunska postavka).")
    nrp_item: str | None = Field(default=None, description="Item of the development programme (NRP); null without.")
    year: int = Field(ge=2000, le=2200)
    title: str = Field(description="What the money is kept for.")
    amount: Money
    application_id: str | None = None
    call_id: str | None = None
    activity_id: str | None = None
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
