"""An application as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.funding.applications.application import Application
from services.funding.applications.guards import GUARDS
from services.funding.applications.moves import ASKED_BY, MoveForm, Obstacle
from services.funding.applications.states import STATES, Move
from services.funding.applications.words import MOVE_NAMES, STAGE_NAMES, STATE_NAMES, named
from services.funding.planning.plan import Plan


def shown(application: Application, now: datetime, plan: Plan | None = None) -> dict[str, Any]:
    return {
        "id": application.application_id,
        **application.model_dump(exclude={"application_id"}),
        "state_name": named(STATE_NAMES, application.state),
        "stage": STATES[application.state].stage,
        "deadline": application.deadline(now),
        "moves": [choice(application, move, now) for move in STATES[application.state].moves],
        "revert_to": application.revert_target(),
        "plan": plan,
    }


def choice(application: Application, move: Move, now: datetime) -> dict[str, Any]:
    """One move as an offer: what it asks for, and why it cannot be made now, if it cannot."""
    standing = _standing(application, move, now)
    asking = [guard for guard in move.guards if _asks(application, guard, move, now)]
    return {
        "code": move.code,
        "to": move.to,
        "name": named(MOVE_NAMES, move.code),
        "leads_to": named(STATE_NAMES, move.to),
        "needs": [field for guard in asking for field in ASKED_BY.get(guard, ())],
        "not_now": [obstacle.text for obstacle in standing],
    }


def _standing(application: Application, move: Move, now: datetime) -> list[Obstacle]:
    """What no form could remedy: obstacles that lie in the application or its call."""
    found = application.obstacles(move, MoveForm(move=move.code), now)
    return [obstacle for obstacle in found if obstacle.field == "move"]


def _asks(application: Application, guard: str, move: Move, now: datetime) -> bool:
    """Whether a guard asks for anything at present: a deadline that is still to come asks for nothing."""
    return GUARDS[guard](application, MoveForm(move=move.code), now) is not None


def state_table() -> list[dict[str, Any]]:
    """The whole machine as data: every state, where it may go, and where it may be put back."""
    return [
        {
            "code": state.code,
            "name": named(STATE_NAMES, state.code),
            "stage": state.stage,
            "stage_name": named(STAGE_NAMES, state.stage),
            "moves": [
                {"code": move.code, "to": move.to, "name": named(MOVE_NAMES, move.code), "guards": move.guards}
                for move in state.moves
            ],
            "reverts": state.reverts,
        }
        for state in STATES.values()
    ]
