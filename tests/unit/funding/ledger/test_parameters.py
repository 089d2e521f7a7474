"""Dated parameters: the value of a day, its history, and no value where none is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.values import PartialDate
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.state_share import state_share
from services.funding.parameters import (
    Missing,
    Parameter,
    ParameterForm,
    Parameters,
    new_parameter,
)
from services.funding.shipped_parameters import starting

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOMAZ = "coordinator@idrija.example"
BANDS: list[dict[str, str | None]] = [
    {"low": None, "high": "0.89", "share": "1"},
    {"low": "0.90", "high": "0.99", "share": "0.9"},
    {"low": "1.05", "high": "1.09", "share": "0.8"},
    {"low": "1.30", "high": None, "share": "0.5"},
]


def form(code: str = "development_coefficient", scope: str = "idrija", **facts: Any) -> ParameterForm:
    start = PartialDate(value=facts.pop("start", "2026-01-01"))
    end = facts.pop("end", None)
    return ParameterForm.model_validate(
        {
            "code": code,
            "scope": scope,
            "valid_from": start,
            "valid_to": PartialDate(value=end) if end else None,
            "source": "Ministry of Finance",
            **facts,
        }
    )


def recorded(*forms: ParameterForm) -> Parameters:
    parameters: dict[tuple[str, str], Parameter] = {}
    for number, each in enumerate(forms):
        known = parameters.get((each.code, each.scope), new_parameter(each.code, each.scope))
        parameters[each.code, each.scope] = known.record(each, f"v{number}", TOMAZ, NOW)
    return Parameters(list(parameters.values()))


def test_each_day_has_the_value_that_holds_on_it() -> None:
    known = recorded(
        form(number="1.10", start="2024-01-01", end="2025-12-31"), form(number="1.06", start="2026", end="2027")
    )
    values = [known.number("development_coefficient", day, "idrija") for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert values == [Decimal("1.10"), Decimal("1.06")]
    with pytest.raises(Missing, match="no value of idrija is recorded for 2028-01-01"):
        known.number("development_coefficient", date(2028, 1, 1), "idrija")
    with pytest.raises(Missing):
        known.number("development_coefficient", date(2026, 1, 1), "cerkno")


def test_an_open_end_gives_way_but_a_stated_period_does_not() -> None:
    open_end = recorded(form(number="1.1", start="2024"), form(number="1.2", start="2026"))
    assert open_end.number("development_coefficient", date(2025, 6, 1), "idrija") == Decimal("1.1")
    with pytest.raises(Contradicted, match="already says what holds"):
        recorded(form(number="1.1", start="2024", end="2026-06-30"), form(number="1.2", start="2026"))
    with pytest.raises(Contradicted):
        recorded(form(number="1.1", start="2026"), form(number="1.2", start="2024", end="2026"))


def test_what_was_wrong_is_replaced_and_stays_readable() -> None:
    first = new_parameter("development_coefficient", "idrija").record(form(number="1.6"), "v0", TOMAZ, NOW)
    with pytest.raises(Refused, match="without a reason"):
        first.record(form(number="1.06", replaces="v0"), "v1", TOMAZ, NOW)
    second = first.record(form(number="1.06", replaces="v0", reason="digits swapped"), "v1", TOMAZ, NOW)
    assert second.on(date(2026, 5, 1)) == second.values[1]
    assert (second.values[0].number, second.values[0].replaced_because) == (Decimal("1.6"), "digits swapped")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (form(code="luck", number="7"), "code"),
        (form(scope="", number="1.1"), "scope"),
        (form(code="claim_every_months", number="3"), "scope"),
        (form(code="claim_every_months", scope="", number="2.5"), "number"),
        (form(code="claim_every_months", scope="", number="0"), "number"),
        (form(code="nrp_mayor_may_raise", scope="", number="20"), "number"),
        (form(code="state_share_bands", scope="", number="1"), "bands"),
        (
            form(code="state_share_bands", scope="", bands=[*BANDS, {"low": "1.09", "high": "1.2", "share": "1"}]),
            "bands",
        ),
        (form(number="1.1", start="2026-05-01", end="2026-04-30"), "valid_to"),
    ],
)
def test_a_value_no_formula_could_use_is_refused(stated: ParameterForm, field: str) -> None:
    with pytest.raises(Refused) as caught:
        recorded(stated)
    assert field in {mistake.field for mistake in caught.value.mistakes}


@pytest.mark.parametrize(
    ("coefficient", "share"), [("0.31", "1"), ("0.89", "1"), ("0.90", "0.9"), ("1.08", "0.8"), ("1.34", "0.5")]
)
def test_the_states_share_follows_the_coefficient(coefficient: str, share: str) -> None:
    known = recorded(form(number=coefficient), form("state_share_bands", "", bands=BANDS))
    assert state_share(known, "idrija", date(2026, 5, 1)).share == Decimal(share)


def test_between_two_known_bands_nothing_is_guessed() -> None:
    known = recorded(form(number="1.02"), form("state_share_bands", "", bands=BANDS))
    with pytest.raises(Refused, match=r"do not say which share holds at coefficient 1.02"):
        state_share(known, "idrija", date(2026, 5, 1))


def test_a_shipped_value_gives_way_to_what_somebody_records() -> None:
    recorded = form("diip_days", "", number=Decimal(20), start="2027-01-01")
    parameter = starting("diip_days", "").record(recorded, "own", TOMAZ, NOW)
    before, after = parameter.on(date(2026, 12, 31)), parameter.on(date(2027, 1, 1))
    assert before is not None and (before.number, before.confirmed) == (15, False)
    assert after is not None and (after.number, after.confirmed) == (20, True)
