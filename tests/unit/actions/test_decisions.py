"""A decision names a body that exists, a day that has come and activities of the plan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.actions.governance.bodies import bodies_of
from services.actions.governance.decision import Decision, DecisionForm, recorded
from services.actions.needs import planned
from services.actions.plan import Plan
from services.actions.refusal import Refused

NOW = datetime(2027, 3, 18, 9, 0, tzinfo=UTC)
FORM = {
    "body": "IAP Steering Committee",
    "decided_on": {"value": "2027-03-18"},
    "title": "The podcast studio first",
    "text": "The workshop follows when its money is won.",
}


def decide(plan: Plan, **form: Any) -> Decision:
    needs = {each.number: planned(plan, 1, action, each, None) for action in plan.actions for each in action.activities}
    return recorded(DecisionForm.model_validate(FORM | form), "one", plan, needs, "c@x.example", NOW, NOW.date())


def test_a_decision_says_whom_its_activities_concern(idrija: Plan) -> None:
    decision = decide(idrija, activities=["2.1.1", "2.1.1", "3.1.2"])
    (said,) = decision.events
    told = said.model_dump(mode="json")
    assert [each["number"] for each in told["activities"]] == ["2.1.1", "3.1.2"]
    assert "Municipality of Idrija" in told["activities"][1]["responsible"]
    assert told["body"]["sl"] == "Usmerjevalni odbor akcijskega načrta"


def test_a_body_goes_by_its_name_in_either_language(idrija: Plan) -> None:
    assert decide(idrija, body="občinski svet").body.en == "Municipal Council"
    assert len(bodies_of(idrija)) == 5


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"body": "Committee of Nothing"}, "body"),
        ({"decided_on": {"value": "2027-03-19"}}, "decided_on"),
        ({"decided_on": {"value": "2028"}}, "decided_on"),
        ({"activities": ["9.9.9"]}, "activities"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(idrija: Plan, form: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(idrija, **form)
    assert refused.value.field == field


def test_a_decision_of_a_past_month_is_known_to_the_month(idrija: Plan) -> None:
    assert decide(idrija, decided_on={"value": "2026-12"}).decided_on.precision == "month"
