from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from contracts.values import Money
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription, why_not

NOW = datetime(2027, 2, 19, 8, tzinfo=UTC)


def euros(amount: int, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, None),
        ({"enabled": False}, "subscription_off"),
        ({"kinds": ("call_changed",)}, "other_kind"),
        ({"min_score": 70}, None),
        ({"min_score": 71}, "score_too_low"),
        ({"themes": ("digital",)}, None),
        ({"themes": ("culture",)}, "other_theme"),
        ({"actions": ("3.1",)}, None),
        ({"actions": ("2.1",)}, "other_activity"),
        ({"activities": ("3.1.2",)}, None),
        ({"activities": ("activity-3.1.2",)}, None),
        ({"actions": ("2.1",), "activities": ("3.1.2",)}, None),
        ({"activities": ("3.1",)}, "other_activity"),
        ({"territories": ("SI043",)}, None),
        ({"territories": ("SI",)}, None),
        ({"territories": ("SI03",)}, "other_territory"),
        ({"territories": ("Italija",)}, "other_territory"),
        ({"min_amount": euros(150_000)}, None),
        ({"min_amount": euros(150_001)}, "amount_too_small"),
        ({"min_amount": euros(999_999, "CHF")}, None),
    ],
)
def test_the_first_filter_not_met_is_the_reason(match, call, wanted, code):
    event = match(call=call.model_copy(update={"themes": ["Digital"], "territory": "SI04"}))
    reason = why_not(Subscription(id="s", person="p", **wanted), event, NOW)
    assert (reason.code if reason else None) == code


def test_what_is_unknown_turns_nobody_away(match, call):
    picky = Subscription(id="s", person="p", themes=("digital",), territories=("SI",), min_amount=euros(1_000_000))
    silent_call = call.model_copy(update={"max_amount": None, "territory": None, "themes": []})
    assert why_not(picky, match(call=silent_call), NOW) is None


@pytest.mark.parametrize(
    "address",
    [
        "ana@obcina.si\r\nBcc: all@example.si",
        "ana@obcina.si\n",
        "Ana <ana@obcina.si>",
        "ana@a.si, b@b.si",
        "ana",
        "@obcina.si",
        "ana@",
        "",
        "žiga@obcina.si",
        "ana\x00@obcina.si",
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused_by_name(address):
    with pytest.raises(ValidationError, match="address"):
        Person(id="p", address=address)


def test_a_domain_with_slovenian_letters_is_kept_in_its_ascii_form():
    assert Person(id="p", address="ana@šola.si").address == "ana@xn--ola-zza.si"


@pytest.mark.parametrize(("field", "value"), [("name", "Ana\r\nBcc: x@y.si"), ("zone", "Mars/Olympus"), ("zone", "")])
def test_other_bad_fields_of_a_person_are_refused_by_name(field, value):
    with pytest.raises(ValidationError, match=field):
        Person(id="p", address="ana@obcina.si", **{field: value})
