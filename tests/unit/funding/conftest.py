from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.actions import NeedChangedV1
from services.funding.needs import Need
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Payload

SAMPLES = Path(__file__).parents[3] / "examples" / "idrija" / "calls"


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def samples() -> Callable[[str], list[Payload]]:
    return lambda pattern: [Payload(path.name, path.read_bytes()) for path in sorted(SAMPLES.glob(pattern))]


@pytest.fixture
def parsed() -> Callable[..., ParsedCall]:
    def build(**facts: Any) -> ParsedCall:
        return ParsedCall(
            **{"source": "gov.si", "key": "430-1/2026", "title": "Javni razpis", "status": "open", **facts}
        )

    return build


@pytest.fixture
def need() -> Callable[..., Need]:
    def build(**facts: Any) -> Need:
        known: dict[str, Any] = {
            "activity_id": "4.1.1",
            "number": "4.1.1",
            "title": "Establishment of the creative centre",
            "plan_id": "plan",
            "plan_version": 1,
            "action_number": "4.1",
            "action_title": "Creative centre in the old mine",
            "description": "Redevelopment of an abandoned mining site, renovation of its infrastructure.",
            "estimated": {"amount": "1000000"},
            "territory": "SI-036",
            "timing": {"kind": "by", "due": {"value": "2030"}},
        }
        return Need.of(NeedChangedV1.model_validate({**known, **facts}))

    return build
