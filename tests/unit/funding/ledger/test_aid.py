"""Aid ceilings: over any three years, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.values import Money, PartialDate
from services.funding.ledger.aid import AidForm, Recipient, room
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.parameters import Missing, ParameterForm, Parameters, new_parameter

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MAJA = "officer@idrija.example"


def de_minimis() -> Parameters:
    values = {"aid_ceiling": "300000", "aid_window_years": "3"}
    return Parameters(
        [
            new_parameter(code, "de_minimis").record(
                ParameterForm(
                    code=code,
                    scope="de_minimis",
                    number=Decimal(number),
                    valid_from=PartialDate(value="2024-01-01"),
                    valid_to=PartialDate(value="2030-12-31"),
                    source="Regulation (EU) 2023/2831",
                ),
                "v0",
                MAJA,
                NOW,
            )
            for code, number in values.items()
        ]
    )


def given(recipient: Recipient, amount: str, day: str, basis: str = "de_minimis") -> Recipient:
    form = AidForm(
        undertaking_id="SI12345678",
        undertaking_name="Zavod",
        legal_basis=basis,
        amount=Money(amount=Decimal(amount)),
        granted_on=PartialDate(value=day),
        grantor="Občina Idrija",
        source="register",
    )
    return recipient.grant(form, f"aid-{day}", de_minimis(), MAJA, NOW)


NOBODY = Recipient(undertaking_id="SI12345678", name="Zavod")


def test_exactly_the_ceiling_is_allowed_and_one_cent_more_is_not() -> None:
    full = given(given(NOBODY, "200000", "2024-06-01"), "100000", "2026-06-01")
    with pytest.raises(Contradicted, match=r"0.01 EUR beyond the ceiling.*200000 EUR on 2024-06-01 by Občina Idrija"):
        given(full, "0.01", "2026-06-02")


def test_the_window_moves_with_the_day() -> None:
    once = given(NOBODY, "300000", "2024-06-01")
    with pytest.raises(Contradicted):
        given(once, "1", "2027-05-31")
    assert len(given(once, "300000", "2027-06-01").aid) == 2, "three years later to the day it no longer counts"


def test_aid_recorded_late_may_not_break_a_later_window() -> None:
    later = given(NOBODY, "300000", "2026-06-01")
    with pytest.raises(Contradicted, match="up to 2026-06-01"):
        given(later, "1", "2025-01-01")


def test_room() -> None:
    left = room(given(NOBODY, "200000", "2024-06-01"), "de_minimis", date(2026, 1, 1), de_minimis())
    assert (left.granted.amount, left.room.amount, left.ceiling_source) == (
        Decimal(200000), Decimal(100000), "Regulation (EU) 2023/2831",
    )  # fmt: skip


def test_no_ceiling_no_grant() -> None:
    with pytest.raises(Missing, match="aid_ceiling"):
        given(NOBODY, "1", "2026-06-01", "gber_53")
    with pytest.raises(Missing):
        given(NOBODY, "1", "2031-01-01")
    with pytest.raises(Refused, match="is not a day"):
        given(NOBODY, "1", "2026")
    with pytest.raises(Refused, match="no aid in euros"):
        given(NOBODY, "-1", "2026-06-01")
