from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from contracts.values import Money
from services.notifications.subscriptions import Subscription, why_not_found
from services.notifications.subscriptions.territories import may_concern

NOW = datetime(2027, 2, 19, 8, tzinfo=UTC)


def euros(amount: int) -> Money:
    return Money(amount=Decimal(amount))


def code_of(wanted, call):
    reason = why_not_found(Subscription(id="s", person="p", kinds=("call_found",), **wanted), call, NOW)
    return reason.code if reason else None


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"text": "digitalnih inovacij"}, None),
        ({"text": "digitalne kolesarske"}, "other_words"),
        ({"sources": ("ministry",)}, None),
        ({"sources": ("ted",)}, "other_source"),
        ({"programmes": ("načrt za okrevanje",)}, None),
        ({"programmes": ("Interreg", "LIFE")}, "other_programme"),
        ({"applicants": ("government_municipal",)}, None),
        ({"applicants": ("for_profit",)}, "other_applicants"),
        ({"max_amount": euros(20_000)}, None),
        ({"max_amount": euros(9_999)}, "amount_too_large"),
        ({"min_rate": "0.85"}, None),
        ({"min_rate": "0.86"}, "rate_too_low"),
        ({"deadline_within": 40}, None),
        ({"deadline_within": 39}, "other_deadline"),
        ({"deadline_from": "2027-03-31", "deadline_until": "2027-03-31"}, None),
        ({"deadline_from": "2027-04-01"}, "other_deadline"),
        ({"deadline_until": "2027-03-30"}, "other_deadline"),
        ({"min_score": 1}, "fits_nothing_chosen"),
        ({"paused_until": NOW + timedelta(seconds=1)}, "paused"),
        ({"paused_until": NOW}, None),
        ({"deleted_at": NOW}, "subscription_deleted"),
    ],
)
def test_each_filter_turns_away_what_is_known_not_to_meet_it(call, wanted, code):
    told = call.model_copy(
        update={
            "programme": "Načrt za okrevanje in odpornost",
            "eligible_applicants": ["government_municipal"],
            "min_amount": euros(10_000),
        }
    )
    assert code_of(wanted, told) == code


def test_what_is_unknown_turns_nobody_away(call):
    told = call.model_copy(update={"deadline": None, "co_financing_rate": None, "max_amount": None})
    wanted = {
        "programmes": ("LIFE",),
        "applicants": ("for_profit",),
        "min_amount": euros(1),
        "max_amount": euros(2),
        "min_rate": 1,
        "deadline_within": 1,
        "deadline_until": date(2020, 1, 1),
        "territories": ("SI043",),
        "themes": ("energy",),
    }
    assert code_of(wanted, told) is None


@pytest.mark.parametrize(
    ("place", "wanted", "concerned"),
    [
        ("SI", "SI043", True),
        ("SI043", "SI", True),
        ("SI03", "SI043", False),
        ("SI043", "SI-036", True),
        ("SI-020", "SI-036", False),
        ("AT2", "SI-036", False),
        ("INTERREG-IT-SI", "SI-036", True),
        ("EU", "SI", True),
        ("SI04", "EU", True),
        ("Goriška", "goriška", True),
        ("Goriška", "Gorenjska", False),
    ],
)
def test_only_what_is_known_to_be_elsewhere_is_elsewhere(place, wanted, concerned):
    assert may_concern(place, wanted) is concerned


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "in za"}, "no word"),
        ({"text": " ".join(f"beseda{number}" for number in range(13))}, "too many"),
        ({"text": "a" * 201}, "200 characters"),
        ({"deadline_from": "2027-03-02", "deadline_until": "2027-03-01"}, "exchange"),
        ({"deadline_until": "kmalu"}, "deadline_until"),
        ({"min_amount": euros(2), "max_amount": euros(1)}, "exchange"),
        ({"name": "dve\nvrstici"}, "line break"),
        ({"department": "a", "role": "editor"}, "one of them"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_in_words(wrong, said):
    with pytest.raises(ValidationError, match=said):
        Subscription(id="s", person="p", **wrong)


def test_what_release_0_1_stored_is_read():
    stored = {"_id": "s", "id": "s", "person": "p", "kinds": ["call_matched"], "min_score": 10, "enabled": True}
    assert Subscription.model_validate(stored).filters == {"min_score": 10}


def test_missing_words_are_named_as_they_were_written(call):
    search = Subscription(id="s", person="p", kinds=("call_found",), text="digitalnih DEPOJEV in kolesarjem")
    assert why_not_found(search, call, NOW).evidence == "DEPOJEV, kolesarjem"
