"""Backward plans, worked out by hand on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.values import Money
from services.funding.planning.council import CouncilCalendar, Habit, Meeting
from services.funding.planning.plan import Plan, PlannedStep
from services.funding.planning.project import Project
from services.funding.planning.steps import STEPS
from tests.unit.funding.planning.conftest import RENOVATION, own

Planned = Callable[..., Plan]


def steps_of(plan: Plan) -> dict[str, PlannedStep]:
    return {step.code: step for step in plan.steps}


def test_a_renovation_planned_back_over_easter(planned: Planned) -> None:
    steps = steps_of(planned(date(2026, 11, 24)))
    days = {code: (step.latest_start, step.latest_finish) for code, step in steps.items()}
    assert days == {
        # Sent on the day itself; two working days to sign before, over Easter Monday: Friday and Tuesday.
        "submission": (date(2027, 3, 31), date(2027, 3, 31)),
        "signature": (date(2027, 3, 26), date(2027, 3, 30)),
        "council_decision": (date(2027, 3, 25), date(2027, 3, 25)),
        # Papers lie with the council 14 days: from Thursday the 11th.
        "council_papers": (date(2027, 3, 11), date(2027, 3, 24)),
        "own_share": (date(2027, 3, 4), date(2027, 3, 10)),
        "application_form": (date(2027, 3, 12), date(2027, 3, 25)),
        "partner_letters": (date(2027, 3, 12), date(2027, 3, 25)),
        # 30 working days before the papers: 10 March back to 27 January, with Prešeren's day, Monday 8 February, free.
        "ip": (date(2027, 1, 27), date(2027, 3, 10)),
        # 15 more, from 26 January back to the 6th.
        "diip": (date(2027, 1, 6), date(2027, 1, 26)),
    }


def test_on_time_names_the_step_that_decides(planned: Planned) -> None:
    plan = planned(date(2026, 12, 21))
    assert (plan.verdict, plan.blocking) == ("on_time", "diip")
    # 22, 23, 24, 28, 29, 30, 31 December and 4, 5, 6 January.
    assert plan.margin == 10
    assert plan.words.en == "On time: “DIIP (project identification)” must begin by 6 January 2027, in 10 working days."
    assert plan.words.sl == "Pravočasno: korak »DIIP« se mora začeti najpozneje 6. 1. 2027, čez 10 delovnih dni."


def test_tight_begins_below_the_margin(planned: Planned) -> None:
    assert planned(date(2026, 12, 30)).verdict == "tight", "31 December, 4, 5 and 6 January are four days"
    assert planned(date(2026, 12, 29)).verdict == "on_time"
    assert planned(date(2026, 12, 29), own("tight_margin_days", 6)).verdict == "tight"
    today = planned(date(2027, 1, 6))
    assert (today.verdict, today.margin) == ("tight", 0)
    assert today.words.sl.endswith("najpozneje 6. 1. 2027, danes.")


def test_too_late_names_the_step_and_the_days(planned: Planned) -> None:
    plan = planned(date(2027, 1, 8))
    assert (plan.verdict, plan.blocking, plan.margin) == ("too_late", "diip", -2)
    assert plan.words.en == (
        "Too late already: “DIIP (project identification)” should have begun on 6 January 2027, 2 working days ago."
    )
    assert "pred 2 delovnima dnevoma" in plan.words.sl
    # On a Saturday nobody can begin before Monday.
    assert planned(date(2027, 1, 9)).margin == -3


def test_what_is_begun_or_done_counts(planned: Planned) -> None:
    today = date(2027, 1, 8)
    # Begun on 5 January, 15 days of work end on the 25th: one working day before the latest.
    begun = planned(today, begun={"diip": date(2027, 1, 5)})
    assert (begun.verdict, begun.blocking, begun.margin) == ("tight", "diip", 1)
    assert "teče in mora biti končan do 26. 1. 2027" in begun.words.sl
    late = planned(today, begun={"diip": date(2027, 1, 8)})
    assert (late.verdict, late.margin) == ("too_late", -2)
    done = planned(today, done={"diip": date(2027, 1, 7)})
    assert (done.verdict, done.blocking, done.margin) == ("on_time", "ip", 13)
    assert steps_of(done)["diip"].state == "done"
    adopted = planned(today, done={"council_decision": date(2027, 1, 7)})
    assert steps_of(adopted)["council_papers"].state == "overtaken"
    assert steps_of(adopted)["diip"].latest_finish == date(2027, 1, 27), "the application form still needs the IP"
    finished = planned(today, done={step.code: today for step in STEPS})
    assert (finished.verdict, finished.words.en) == ("on_time", "Every step is done.")


def test_documents_follow_the_thresholds(planned: Planned) -> None:
    def documents(amount: int) -> set[str]:
        value = Money(amount=Decimal(amount), vat="included")
        plan = planned(date(2026, 11, 24), project=RENOVATION.model_copy(update={"value": value}))
        return {step.code for step in plan.steps} & {"diip", "piz", "ip"}

    assert documents(20_000) == {"diip"}, "a co-financed investment has a DIIP whatever it costs"
    assert documents(500_000) == {"diip"}, "above, not from, 500,000"
    assert documents(500_001) == {"diip", "ip"}
    assert documents(2_500_001) == {"diip", "piz", "ip"}


def test_a_threshold_that_is_not_on_record_is_not_guessed(planned: Planned) -> None:
    old = own("ip_threshold", 500_000, valid_from="2020-01-01", valid_to="2025-12-31")
    plan = planned(date(2026, 11, 24), old)
    assert steps_of(plan)["ip"].needed is None
    assert "No threshold for the IP is on record for 24 November 2026." in [each.en for each in plan.unknowns]


def test_a_value_without_vat_decides_nothing(planned: Planned) -> None:
    net = Money(amount=Decimal(490_000), vat="excluded")
    plan = planned(date(2026, 11, 24), project=RENOVATION.model_copy(update={"value": net}))
    assert steps_of(plan)["ip"].needed is None
    assert any("with VAT" in each.en for each in plan.unknowns)


def test_a_missing_duration_stops_what_it_bears_on(planned: Planned) -> None:
    gone = own("signature_days", 2, valid_to="2026-01-31")
    plan = planned(date(2026, 11, 24), gone)
    assert plan.verdict == "unknown"
    assert plan.words.en == "Nobody can say. No duration of “Signature of the mayor” is on record for 24 November 2026."
    steps = steps_of(plan)
    assert steps["submission"].latest_start == date(2027, 3, 31)
    assert steps["signature"].latest_start is None
    assert steps["diip"].latest_finish is None


def test_dates_of_the_council_are_unknown_unless_known_or_estimated(planned: Planned) -> None:
    past = CouncilCalendar(meetings=[Meeting(on=date(2026, 11, 12))])
    unknown = planned(date(2026, 11, 24), council=past)
    assert unknown.verdict == "unknown"
    assert "from 24 November 2026 to 25 March 2027 are not known" in unknown.words.en
    guessed = planned(date(2026, 11, 24), council=past.model_copy(update={"habit": Habit(weekday=3, place=-1)}))
    decision = steps_of(guessed)["council_decision"]
    assert (decision.latest_finish, decision.estimated) == (date(2027, 3, 25), True)
    assert any("is an estimate: usually the last Thursday" in each.en for each in guessed.unknowns)
    complete = past.model_copy(update={"complete_until": date(2027, 6, 30)})
    late = planned(date(2026, 11, 24), council=complete)
    assert late.verdict == "too_late"
    assert "extraordinary" in (steps_of(late)["council_decision"].note or late.words).en


def test_what_nobody_has_said_is_asked_and_may_decide(planned: Planned) -> None:
    plan = planned(date(2026, 11, 24), project=Project())
    assert plan.verdict == "unknown"
    assert any(each.en.startswith("Nobody has said whether a building permit") for each in plan.unknowns)
    assert any("If “Procurement of the design” is needed" in each.en for each in plan.unknowns)
    steps = steps_of(plan)
    assert {code for code, step in steps.items() if step.needed} == {
        "own_share", "application_form", "signature", "submission"
    }  # fmt: skip
    assert steps["own_share"].latest_finish == date(2027, 3, 25), "what may be needed does not press on what is"


def test_without_a_deadline_there_is_no_plan(planned: Planned) -> None:
    plan = planned(date(2026, 11, 24), deadline=None)
    assert (plan.verdict, plan.steps) == ("unknown", [])


def test_starting_values_are_named_until_somebody_confirms_them(planned: Planned) -> None:
    unconfirmed = [each.en for each in planned(date(2026, 11, 24)).unknowns if "confirmed" in each.en]
    assert len(unconfirmed) == 1
    assert "Drawing up the DIIP" in unconfirmed[0]
    confirmed = planned(date(2026, 11, 24), own("diip_days", 15)).unknowns
    assert not any("DIIP" in each.en for each in confirmed)


@pytest.mark.parametrize(
    ("deadline", "submission"),
    [
        (datetime(2027, 3, 30, 22, 30, tzinfo=UTC), date(2027, 3, 30)),
        (datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC), date(2027, 10, 29)),
    ],
)
def test_the_clocks_move_and_the_plan_with_them(planned: Planned, deadline: datetime, submission: date) -> None:
    council = CouncilCalendar(habit=Habit(weekday=3, place=-1))
    steps = steps_of(planned(date(2026, 11, 24), deadline=deadline, council=council))
    assert steps["submission"].latest_finish == submission


def test_steps_stand_in_an_order_in_which_each_follows_what_it_needs() -> None:
    seen: set[str] = set()
    for step in STEPS:
        assert set(step.requires) <= seen
        seen.add(step.code)
