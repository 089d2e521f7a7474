"""What a person types of a call: as an office writes it or as a program does, and never as something else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.funding.sources.by_hand import Refused, typed_call
from services.funding.typed import typed_deadline, typed_percent, typed_price


@pytest.mark.parametrize(
    ("text", "moment", "hour_stated"),
    [
        ("13. 11. 2025 (14:00)", "2025-11-13T13:00:00+00:00", True),
        ("13. 11. 2025", "2025-11-13T22:59:59+00:00", False),
        ("2027-03-31 12:00", "2027-03-31T10:00:00+00:00", True),
        ("2027-03-31", "2027-03-31T21:59:59+00:00", False),
        ("2027-03-31T12:00Z", "2027-03-31T12:00:00+00:00", True),
        ("28. 3. 2027 (00:00)", "2027-03-27T23:00:00+00:00", True),
        ("28. 3. 2027 (24:00)", "2027-03-28T21:59:59+00:00", True),
        ("31. 10. 2027", "2027-10-31T22:59:59+00:00", False),
    ],
)
def test_a_deadline_is_a_moment_in_slovenia(text: str, moment: str, hour_stated: bool) -> None:
    deadline = typed_deadline(text)
    assert (deadline.at.isoformat(), deadline.hour_stated, deadline.phrase) == (moment, hour_stated, text)


@pytest.mark.parametrize(
    "text", ["28. 3. 2027 (02:30)", "31. 2. 2027", "2027-02-31", "jeseni", "1. 2. 2027 in 1. 3. 2027"]
)
def test_what_is_no_one_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        typed_deadline(text)


def test_thousands_are_not_read_as_cents() -> None:
    assert typed_price("150.000").amount == typed_price("150000 EUR").amount == Decimal("150000.00")
    assert typed_price("1.250.000,50").amount == Decimal("1250000.50")
    for doubtful in ("5,000", "1.25", "-5", "0", "10 USD", "veliko"):
        with pytest.raises(ValueError):
            typed_price(doubtful)


def test_a_share_is_typed_in_per_cent() -> None:
    assert typed_percent("72,5 %") == typed_percent("72.5") == Decimal("0.725")
    for wrong in ("101", "-1", "pol", "NaN"):
        with pytest.raises(ValueError):
            typed_percent(wrong)


def test_the_most_is_not_less_than_the_least() -> None:
    with pytest.raises(Refused) as refused:
        typed_call({"title": "a", "min_amount": {"amount": "50"}, "max_amount": {"amount": "5"}})
    (mistake,) = refused.value.mistakes
    assert (mistake.field, mistake.mend) == ("max_amount", "swap the two, or correct one")
