"""A call as an opportunity, and a search as a question to the store."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from common_grants_sdk.schemas.pydantic.models import OpportunityBase

from contracts.values import Money, PartialDate
from services.funding import identity
from services.funding.calls import Call
from services.funding.common_grants.ids import call_id_of, uuid_of
from services.funding.common_grants.opportunity import opportunity
from services.funding.common_grants.searching import NotUnderstood, search_of
from services.funding.sources.parsed_call import Deadline, ParsedCall

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NO_AMOUNT = {"amount": "x", "currency": "EUR"}
SUMMER = datetime(2027, 6, 30, 10, tzinfo=UTC)


def _call(**facts: Any) -> Call:
    return Call.first_seen(ParsedCall(source="by-hand", key="k", title="Oprema", **facts), NOW)


def test_an_id_goes_there_and_back_and_another_uuid_means_no_call() -> None:
    for key in ("a", "b", "ž"):
        call_id = identity.call_id("gov.si", key)
        assert call_id_of(uuid_of(call_id)) == call_id
        assert (uuid_of(call_id).version, uuid_of(call_id).variant) == (8, "specified in RFC 4122")
    assert call_id_of(uuid4()) is None


def test_what_is_not_known_is_left_out() -> None:
    shown = opportunity(_call(), NOW)
    assert set(shown) == {"id", "title", "status", "description", "createdAt", "lastModifiedAt"}
    assert shown["status"] == {"value": "custom", "customValue": "unknown"}


def test_what_is_known_is_what_the_official_models_read() -> None:
    call = _call(
        status="open",
        opens=PartialDate(value="2027-01"),
        deadlines=[
            Deadline(at=SUMMER, kind="cut_off"),
            Deadline(at=datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC), kind="cut_off", hour_stated=False),
        ],
        co_financing_rate=Decimal("0.85"),
        max_amount=Money(amount=Decimal("150000.5")),
        eligible_applicants=["government_municipal", "farm"],
        url="https://gov.example/razpis",
    )
    shown = opportunity(call, NOW)
    read = OpportunityBase.model_validate(shown)
    assert read.key_dates is not None
    assert shown["keyDates"]["closeDate"]["time"] == "12:00:00"
    assert "time" not in shown["keyDates"]["otherDates"]["deadline2"]
    assert shown["keyDates"]["otherDates"]["deadline2"]["date"] == "2027-12-31"
    assert shown["keyDates"]["postDate"] == {"eventType": "other", "name": "Opens", "details": "2027-01"}
    assert shown["funding"]["maxAwardAmount"] == {"amount": "150000.50", "currency": "EUR"}
    assert shown["customFields"]["costSharing"]["value"]["percentage"] == 15
    assert [each["value"] for each in shown["acceptedApplicantTypes"]] == ["government_municipal", "custom"]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"colour": {"operator": "in", "value": []}}, "colour: this server has no such filter"),
        ({"status": {"operator": "in", "value": ["posted"]}}, "status: operator is in or notIn"),
        ({"status": "open"}, "status: it is an object"),
        ({"closeDateRange": {"operator": "between", "value": {"min": "31. 3. 2027"}}}, "no date such as"),
        (
            {"maxAwardAmountRange": {"operator": "between", "value": {"min": {"amount": "x", "currency": "EUR"}}}},
            "text",
        ),
        ({"customFilters": {"sector": {"operator": "in", "value": []}}}, "customFilters.sector"),
    ],
)
def test_a_filter_that_is_not_understood_is_told_and_left_out(filters: dict[str, Any], told: str) -> None:
    search = search_of({"filters": filters})
    assert len(search.filter_errors) == 1
    assert told in search.filter_errors[0]
    assert search.query == search_of({}).query


def test_an_unknown_order_is_told_and_the_newest_change_comes_first() -> None:
    search = search_of({"sorting": {"sortBy": "colour", "sortOrder": "asc"}})
    assert search.sort_errors
    assert search.sort == [("last_changed_at", 1), ("_id", 1)]


def test_a_body_that_is_no_search_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        search_of({"search": {"$gt": ""}})
