from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.values import Money
from services.funding.calls.changes import COMPARED
from services.funding.calls.rules import WHY, rule_for
from services.funding.sources.parsed_call import Deadline


def dates(*months: int) -> list[Deadline]:
    return [Deadline(at=datetime(2027, month, 1, tzinfo=UTC), kind="cut_off") for month in months]


@pytest.mark.parametrize("field", [*COMPARED, "documents"])
def test_every_field_that_is_compared_has_a_rule(field: str) -> None:
    empty: Any = [] if field == "deadlines" else None
    assert rule_for(field, empty, empty).code in WHY


@pytest.mark.parametrize(
    ("field", "before", "after", "code", "material", "urgent"),
    [
        ("deadlines", dates(3), dates(2), "deadline_earlier", True, True),
        ("deadlines", dates(3, 9), dates(2, 9), "deadline_earlier", True, True),
        ("deadlines", dates(3), dates(4), "deadline_later", True, False),
        ("deadlines", dates(9), dates(3, 9), "deadline_later", True, False),
        ("deadlines", dates(5), dates(4, 8), "deadline_earlier", True, True),
        ("deadlines", dates(3, 9), dates(3, 10), "deadline_later", True, False),
        ("deadlines", dates(3, 9), dates(3), "deadline_earlier", True, True),
        ("deadlines", [], dates(4), "deadline_known", True, False),
        ("status", "open", "withdrawn", "withdrawn", True, True),
        ("status", "withdrawn", "open", "reopened", True, True),
        ("status", "forecast", "open", "opened", True, False),
        ("status", "open", "closed", "closed", True, False),
        ("co_financing_rate", Decimal("0.8"), Decimal("0.7"), "grant_lower", True, False),
        ("max_amount", Money(amount=Decimal(1)), Money(amount=Decimal(2)), "grant_other", True, False),
        ("title", "A", "B", "wording", False, False),
    ],
)
def test_a_change_is_judged_by_what_it_means_to_an_applicant(
    field: str, before: Any, after: Any, code: str, material: bool, urgent: bool
) -> None:
    rule = rule_for(field, before, after)
    assert (rule.code, rule.material, rule.urgent) == (code, material, urgent)
