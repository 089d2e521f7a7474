"""The bodies that may decide: those the plan's governance names, and those every municipality has."""

from __future__ import annotations

from typing import Final

from contracts.values import LocalText
from services.actions.plan import Plan
from services.actions.refusal import Refused

EVERYWHERE: Final = (LocalText(sl="Občinski svet", en="Municipal Council"), LocalText(sl="Župan", en="Mayor"))


def bodies_of(plan: Plan) -> list[LocalText]:
    """From the plan's strategic level down, then those the law gives every municipality."""
    return [*(LocalText(sl=level.body_sl, en=level.body) for level in plan.governance), *EVERYWHERE]


def body_called(name: str, plan: Plan) -> LocalText:
    """The body of that name in either language. Raises Refused naming those there are."""
    known = bodies_of(plan)
    for body in known:
        if name.casefold() in (body.sl.casefold(), body.en.casefold()):
            return body
    names = ", ".join(body.en for body in known)
    raise Refused("body", f"no body is called “{name}”", f"choose among {names}")
