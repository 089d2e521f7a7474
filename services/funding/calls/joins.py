"""Two calls that may be one: suggested by likeness, decided by a person, and undone when that was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import FieldChange
from contracts.registry import Event
from contracts.values import Reason
from services.funding.calls.call import Call
from services.funding.identity import join_id

JoinState = Literal["suggested", "confirmed", "refused"]


Changes = tuple[list[FieldChange], list[FieldChange]]
"""What a decision changes in the call that stays, and in the one that goes on as it."""


class Undecidable(ValueError):
    """What was asked of a join cannot be done in the state it is in."""


class Join(BaseModel):
    """`stays` is the call that was known first: its id lives on, from forecast to publication. `moved` are the
    readings (source, key) that came to it from the other one.
    """

    join_id: str
    version: int = 0
    stays: str
    goes: str
    grounds: list[Reason]
    state: JoinState = "suggested"
    suggested_at: AwareDatetime
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    moved: list[tuple[str, str]] = []
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def suggested(cls, one: Call, other: Call, grounds: list[Reason], now: datetime) -> Self:
        stays, goes = sorted((one, other), key=lambda call: (call.first_seen_at, call.call_id))
        return cls(
            join_id=join_id(one.call_id, other.call_id),
            stays=stays.call_id,
            goes=goes.call_id,
            grounds=grounds,
            suggested_at=now,
        )

    def confirm(self, stays: Call, goes: Call, *, by: str, now: datetime) -> Changes:
        """Let the older call speak with the words of both; what that changes in either. Raises Undecidable."""
        self._expect("suggested")
        if stays.joined_into or goes.joined_into:
            raise Undecidable("one of the two already goes on as another call")
        self._decide("confirmed", by, now)
        self.moved = [each.name for each in goes.all_readings()]
        came = stays.join(goes.all_readings(), now)
        return came, goes.go_on_as(stays.call_id, now)

    def refuse(self, *, by: str, now: datetime) -> None:
        """They are two calls; this is not suggested again. Raises Undecidable."""
        self._expect("suggested")
        self._decide("refused", by, now)

    def undo(self, stays: Call, goes: Call, *, by: str, now: datetime) -> Changes:
        """Take the decision back: the suggestion stands again, and what was joined is two calls. Raises Undecidable."""
        if self.state == "suggested":
            raise Undecidable("nothing was decided yet")
        changes: Changes = ([], [])
        if self.state == "confirmed":
            if stays.joined_into:
                raise Undecidable(f"{stays.call_id} itself goes on as {stays.joined_into}; undo that first")
            gone, left = stays.part(self.moved, now)
            changes = left, goes.stand_alone(gone, now)
        self._decide("suggested", by, now)
        self.moved = []
        return changes

    def _decide(self, state: JoinState, by: str, now: datetime) -> None:
        self.state, self.decided_by, self.decided_at = state, by, now

    def _expect(self, state: JoinState) -> None:
        if self.state != state:
            raise Undecidable(f"it is already {self.state}; undo that first")
