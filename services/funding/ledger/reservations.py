"""A part of a budget line that is kept for one project, and the states it goes through."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import AwareDatetime

from contracts.values import Money, Value
from services.funding.ledger.refusal import Contradicted

State = Literal["planned", "reserved", "released", "spent"]
STATES: tuple[State, ...] = get_args(State)
# Planned money is a wish and takes nothing from a line; reserved and spent money does.
TAKES: frozenset[State] = frozenset({"reserved", "spent"})
MOVES: dict[State, frozenset[State]] = {
    "planned": frozenset({"reserved", "released"}),
    "reserved": frozenset({"released", "spent"}),
    "released": frozenset(),
    "spent": frozenset(),
}


class Step(Value):
    """One change of a reservation's state."""

    state: State
    at: AwareDatetime
    by: str
    note: str | None = None


class Purpose(Value):
    """What own share is kept for."""

    title: str
    application_id: str | None = None
    call_id: str | None = None
    financing_id: str | None = None
    activity_id: str | None = None


class Reservation(Value):
    """`amount` is null only while a planned share is not known. Once spent, it is what was paid."""

    reservation_id: str
    purpose: Purpose
    amount: Money | None
    state: State
    steps: list[Step]

    def moved(self, state: State, at: AwareDatetime, by: str, note: str | None, amount: Money | None) -> Reservation:
        """In another state. Raises Contradicted when its state allows no such step."""
        if state not in MOVES[self.state]:
            allowed = ", ".join(sorted(MOVES[self.state])) or "nothing more"
            raise Contradicted.at(
                "state",
                f"it is {self.state} and cannot become {state}",
                f"from here it can become: {allowed}",
                "V tem stanju rezervacije to ni več mogoče.",
            )
        step = Step(state=state, at=at, by=by, note=note)
        return self.model_copy(update={"state": state, "amount": amount, "steps": [*self.steps, step]})
