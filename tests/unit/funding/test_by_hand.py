from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from services.funding.sources.by_hand import ByHand, Refused, typed_call
from services.funding.sources.source import Malformed, Payload


def mistake(**form: Any) -> tuple[str | None, str]:
    with pytest.raises(Refused) as refused:
        typed_call({"title": "Call", **form})
    (only,) = refused.value.mistakes
    return only.field, f"{only.reason} | {only.mend}"


def test_a_title_is_enough_and_the_rest_is_unknown() -> None:
    call = typed_call({"title": "Call"})
    assert (call.status, call.deadlines, call.co_financing_rate, call.territory) == ("unknown", [], None, None)


def test_what_was_typed_is_kept_with_its_grounds() -> None:
    call = typed_call(
        {
            "title": "Call",
            "deadline": "2027-03-01T12:00:00+01:00",
            "co_financing_rate": "0.85",
            "max_amount": {"amount": "1500.50"},
            "eligible_applicants": ["občine", "zmaji"],
            "territory": "SI-036",
        }
    )
    assert call.co_financing_rate == Decimal("0.85")
    assert call.eligible_applicants == ["government_municipal", "zmaji"]
    assert call.max_amount is not None
    assert call.max_amount.amount == Decimal("1500.50")
    assert call.grounds["territory"].basis == "by_hand"


@pytest.mark.parametrize(
    ("form", "field", "mend"),
    [
        ({"deadline": "2027-03-01T12:00"}, "deadline", "2027-03-01T12:00:00+01:00"),
        ({"deadline": "2027-03-01"}, "deadline", "names no zone"),
        ({"deadline": "spring"}, "deadline", "is no date"),
        ({"deadline": 1800000000}, "deadline", "write the day, the hour and the zone"),
        ({"co_financing_rate": 85}, "co_financing_rate", "for 85 % write 0.85"),
        ({"co_financing_rate": -1}, "co_financing_rate", "write 0.85 for 85 %"),
        ({"co_financing_rate": "NaN"}, "co_financing_rate", "finite"),
        ({"territory": "si-036"}, "territory", "did you mean SI-036?"),
        ({"themes": ["yout"]}, "themes", "did you mean youth?"),
        ({"deadlin": "x"}, "deadlin", "did you mean deadline?"),
        ({"url": "example"}, "url", "https://example.org/call"),
        ({"max_amount": {"amount": "10", "currency": "euro"}}, "max_amount.currency", "such as EUR"),
        ({"max_amount": {"amount": 0}}, "max_amount.amount", "greater than 0"),
        ({"title": "  "}, "title", "at least 1 character"),
    ],
)
def test_a_mistake_names_its_field_and_its_mend(form: dict[str, Any], field: str, mend: str) -> None:
    named, words = mistake(**form)
    assert named == field
    assert mend in words


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        typed_call({"deadline": "x", "co_financing_rate": 2})
    assert {each.field for each in refused.value.mistakes} == {"title", "deadline", "co_financing_rate"}


@pytest.mark.parametrize("form", [None, [], "Call", 7])
def test_a_form_is_an_object(form: object) -> None:
    with pytest.raises(Refused):
        typed_call(form)


def test_a_bad_form_in_a_list_leaves_the_others() -> None:
    body = json.dumps([{"title": "One"}, {"name": "Two"}, {"title": "One"}]).encode()
    reading = ByHand().read([Payload("notes", body)])
    assert ([call.title for call in reading.calls], reading.merged, reading.seen) == (["One"], 1, 3)
    (rejected,) = reading.rejected
    assert rejected.row == "notes#1"


@pytest.mark.parametrize("body", [b"7", b"[" * 5000, b"\xff"])
def test_another_document_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        ByHand().read([Payload("notes", body)])


def test_the_sample_reads_without_a_refusal(samples: Callable[[str], list[Payload]]) -> None:
    reading = ByHand().read(samples("by-hand.json"))
    assert (reading.rejected, len(reading.calls)) == ([], 2)
