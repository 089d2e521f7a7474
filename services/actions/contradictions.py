"""Everything a plan says in two ways, for an officer to see and decide. Computed from the plan, never resolved here."""

from __future__ import annotations

from services.actions.finding import Contradiction
from services.actions.money_contradictions import money_contradictions
from services.actions.plan import Plan
from services.actions.target_contradictions import target_contradictions
from services.actions.time_contradictions import time_contradictions
from services.actions.word_contradictions import word_contradictions


def contradictions(plan: Plan) -> list[Contradiction]:
    """All contradictions of a coherent plan: money first, then dates, targets, and words."""
    return [
        *money_contradictions(plan),
        *time_contradictions(plan),
        *target_contradictions(plan),
        *word_contradictions(plan),
    ]
