"""A risk is rated, reviewed once in each period, and said to be due once for each date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.values import PartialDate
from services.actions.framework import RiskMatrix
from services.actions.plan import Plan
from services.actions.refusal import Refused
from services.actions.risks.cadence import first_review, next_review
from services.actions.risks.risk import RegisteredRisk, ReviewForm, registered

NOW = datetime(2027, 3, 18, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def risk(idrija: Plan) -> RegisteredRisk:
    return registered(idrija, 1, idrija.risks[2], None, date(2026, 11, 24))


def review(risk: RegisteredRisk, today: date = TODAY, **form: Any) -> RegisteredRisk:
    whole = ReviewForm.model_validate({"findings": "Looked at."} | form)
    return risk.review(whole, "coordinator@idrija.example", NOW, today)


def score(likelihood: int, impact: int) -> dict[str, int]:
    return {"likelihood": likelihood, "impact": impact}


def test_the_register_begins_with_what_the_plan_says(risk: RegisteredRisk) -> None:
    assert (risk.risk_id, risk.rating.level, risk.rating.inherent) == ("idrija-iap-2025:R3", "high", None)
    assert risk.reviewed_by is not None and risk.reviewed_by.en == "IAP Steering Committee"
    assert risk.next_review == PartialDate(value="2026-12-31")


@pytest.mark.parametrize(
    ("times", "on", "first", "following"),
    [
        (4, date(2026, 11, 24), "2026-12-31", "2027-03-31"),
        (4, date(2027, 1, 1), "2027-03-31", "2027-06-30"),
        (2, date(2027, 6, 30), "2027-06-30", "2027-12-31"),
        (1, date(2028, 2, 29), "2028-12-31", "2029-12-31"),
        (12, date(2028, 1, 31), "2028-01-31", "2028-02-29"),
    ],
)
def test_a_period_of_the_year_holds_one_review(times: int, on: date, first: str, following: str) -> None:
    assert first_review(on, times).value == first
    assert next_review(on, times).value == following


def test_a_level_is_what_remains_else_the_risk_as_such_else_what_the_plan_states(risk: RegisteredRisk) -> None:
    before = review(risk, inherent=score(4, 5))
    assert (before.rating.level, before.rating.inherent and before.rating.inherent.score) == ("high", 20)
    after = review(before, residual=score(2, 4))
    assert (after.rating.level, after.rating.residual and after.rating.residual.score) == ("medium", 8)
    assert review(after, residual=score(2, 2)).rating.level == "low"
    assert review(risk).rating.level == "high", "nothing scored, nothing made up"


def test_a_review_without_a_change_is_said_with_the_next_date(risk: RegisteredRisk) -> None:
    (said,) = review(risk).events
    told = said.model_dump(mode="json")
    assert told["before"] == told["after"]
    assert (told["reviewed_on"]["value"], told["next_review"]["value"]) == ("2027-03-18", "2027-06-30")


def test_a_due_review_is_said_once_for_each_date(risk: RegisteredRisk) -> None:
    assert risk.tell_review_due(date(2026, 12, 16)) is risk
    told = risk.tell_review_due(date(2026, 12, 17))
    assert len(told.events) == 1
    assert told.tell_review_due(date(2027, 2, 1)) is told
    assert told.late(date(2027, 1, 1)) and not told.late(date(2026, 12, 31))
    reviewed = review(told)
    assert len(reviewed.tell_review_due(date(2027, 6, 20)).events) == len(reviewed.events) + 1


def test_a_closed_risk_waits_for_no_review(risk: RegisteredRisk) -> None:
    closed = review(risk, state="closed")
    assert closed.next_review is None
    assert closed.tell_review_due(date(2040, 1, 1)) is closed
    assert review(closed, state="open").next_review == PartialDate(value="2027-06-30")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"residual": score(1, 1)}, "inherent"),
        ({"inherent": score(2, 2), "residual": score(3, 2)}, "residual"),
        ({"on": {"value": "2027-03-19"}}, "on"),
        ({"on": {"value": "2027-03"}}, "on"),
        ({"next_review": {"value": "2027-03-18"}}, "next_review"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(risk: RegisteredRisk, form: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        review(risk, **form)
    assert refused.value.field == field


def test_no_review_goes_back_behind_the_last(risk: RegisteredRisk) -> None:
    with pytest.raises(Refused, match="the last review was on 2027-03-18"):
        review(review(risk), on={"value": "2027-03-17"})


def test_a_new_version_of_the_plan_keeps_what_reviews_found(idrija: Plan, risk: RegisteredRisk) -> None:
    reviewed = review(risk, inherent=score(4, 5), owner="officer@idrija.example")
    changed = idrija.risks[2].model_copy(update={"level": "low"})
    again = registered(idrija, 2, changed, reviewed, TODAY)
    assert (again.owner, again.stated_level, again.rating.level, len(again.reviews)) == (
        "officer@idrija.example",
        "low",
        "high",
        1,
    )


def test_the_thresholds_are_the_municipalitys_and_the_usual_ones_are_not_stored(idrija: Plan) -> None:
    assert "risk_matrix" not in idrija.model_dump()
    stricter = idrija.model_copy(update={"risk_matrix": RiskMatrix(medium_from=2, high_from=6)})
    assert Plan.model_validate(stricter.model_dump()).risk_matrix.high_from == 6
    risk = registered(stricter, 1, stricter.risks[0], None, TODAY)
    assert review(risk, inherent=score(2, 3)).rating.level == "high"
