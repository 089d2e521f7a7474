from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.funding.applications.application import Application
from services.funding.applications.moves import MoveForm
from services.funding.applications.terms import Date, Terms

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 31, 10, tzinfo=UTC)
SECOND = datetime(2027, 9, 30, 10, tzinfo=UTC)
SINGLE = Terms(title="Javni razpis", status="open", dates=[Date(at=DEADLINE)])
TWO_STAGE = Terms(
    title="Javni razpis v dveh stopnjah",
    status="open",
    dates=[Date(at=DEADLINE, kind="stage"), Date(at=SECOND, kind="stage")],
)
# A form with everything any guard may ask for.
EVERYTHING: dict[str, Any] = {
    "why": "ker",
    "override": "oddano z dopolnitvijo",
    "contract_number": "C1234-27",
    "contract_signed_on": "2027-02-15",
    "score": "62.5",
    "score_of": "100",
    "lessons": "prej zbrati izjave",
    "conditions": [{"text": "gradbeno dovoljenje"}],
}


def form(move: str, **facts: Any) -> MoveForm:
    return MoveForm.model_validate({"move": move, **facts})


def complete(move: str, **facts: Any) -> MoveForm:
    reasons = {"decide_go": ["will_apply"], "decide_no_go": ["no_own_share"]}
    return form(move, **{**EVERYTHING, "reasons": reasons.get(move, []), **facts})


@pytest.fixture
def opened() -> Callable[..., Application]:
    def build(terms: Terms = SINGLE, *moves: str, **facts: Any) -> Application:
        ids = {"application_id": "application-1", "call_id": "call-1"}
        application = Application.opened(by="officer", now=NOW, title="Prijava", terms=terms, **ids, **facts)
        for move in moves:
            application.make(complete(move), by="officer", now=NOW)
        return application

    return build
