from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.values import Money, PartialDate
from services.funding.parameters import DatedValue, Parameter
from services.funding.planning.council import CouncilCalendar, Meeting
from services.funding.planning.parameters import OnDay, overlaid
from services.funding.planning.plan import Plan, Situation
from services.funding.planning.project import Project
from services.funding.planning.verdict import plan

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
# A renovation for 800,000 EUR: DIIP and IP, the council decides, partners sign, nothing is built anew.
RENOVATION = Project(
    investment=True,
    value=Money(amount=Decimal(800_000), vat="included"),
    building_permit=False,
    land=False,
    partners=True,
    procurement=False,
    council=True,
)
COUNCIL = CouncilCalendar(
    meetings=[Meeting(on=date(2027, 1, 28)), Meeting(on=date(2027, 2, 25)), Meeting(on=date(2027, 3, 25))],
    complete_until=date(2027, 6, 30),
)


def own(code: str, value: int, **dated: str) -> Parameter:
    holds = {name: PartialDate(value=day) for name, day in {"valid_from": "2026-01-01", **dated}.items()}
    known = DatedValue(value_id="own", number=Decimal(value), source="sklep župana 12/2026", **holds)
    return Parameter(parameter_id=code, code=code, values=[known])


@pytest.fixture
def planned() -> Callable[..., Plan]:
    """A plan for Wednesday 31 March 2027, 12:00, unless told otherwise."""

    def build(today: date, *parameters: Parameter, **facts: Any) -> Plan:
        situation = {
            "deadline": datetime(2027, 3, 31, 10, tzinfo=UTC),
            "project": RENOVATION,
            "council": COUNCIL,
            "zone": LJUBLJANA,
            "parameters": OnDay(overlaid(parameters), today),
            **facts,
        }
        return plan(Situation(**situation), today)

    return build
