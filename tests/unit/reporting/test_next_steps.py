"""What needs doing next, the most pressing first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.reporting.next_steps import SHOWN, next_steps
from services.reporting.read_model import FailedAlert, Known, Source
from tests.unit.reporting.builders import NOW, ZONE, activity, by, call, commitment, euros, known, match, plan


def _kinds(seen: Known) -> list[str]:
    return [step.kind for step in next_steps(seen, NOW, ZONE).first]


def test_everything_is_ranked_by_its_date_and_what_has_none_is_due_today() -> None:
    seen = known(
        plan=plan(("2.1", None), version=2, approved=False, waiting=2),
        activities=[
            activity("2.1.1", timing=by("2026")),
            activity("2.1.2", timing=by("2026-10"), stage="under_way"),
            activity("2.1.3", timing=by("2027")),
        ],
        calls=[call("soon", deadline=NOW + timedelta(days=3)), call("later", deadline=NOW + timedelta(days=60))],
        matches=[match("soon"), match("later")],
        sources=[Source(source="gov-si", kind="zero_rows", reason="none", failed_at=NOW)],
        failed_alerts=[FailedAlert(alert_id="a", title="Call", reason="550", failed_at=NOW)],
    )
    assert _kinds(seen) == [
        "activity_late",
        "source_failing",
        "alert_failed",
        "plan_waiting",
        "call_deadline",
        "activity_unfunded",
        "call_deadline",
        "activity_unfunded",
    ]


def test_a_year_is_due_on_its_last_day_and_says_that_it_is_a_year() -> None:
    step = next_steps(known(activities=[activity(timing=by("2026"))]), NOW, ZONE).first[0]
    assert step.due is not None
    assert (step.due.value, step.due.precision, step.due.last_day.isoformat()) == ("2026", "year", "2026-12-31")


def test_only_what_lacks_money_and_comes_soon_asks_for_it() -> None:
    seen = known(
        activities=[
            activity("2.1.1", timing=by("2027")),
            activity("2.1.2", timing=by("2028")),
            activity("2.1.3", timing=by("2027"), stage="completed"),
            activity("2.1.4", timing=by("2027")),
        ],
        commitments=[commitment(euros(1), "2.1.4")],
    )
    assert [step.about for step in next_steps(seen, NOW, ZONE).first] == ["2.1.1"]


def test_a_deadline_keeps_its_moment_and_its_day_where_the_reader_lives() -> None:
    late_evening = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    seen = known(calls=[call(deadline=late_evening)], matches=[match(score=70), match(number="3.1.1", score=90)])
    step = next_steps(seen, NOW, ZONE).first[0]
    assert (step.at, step.due and step.due.value) == (late_evening, "2027-02-01")
    assert "3.1.1 (and 1 more)" in step.title.en
    assert "3.1.1 (in še 1)" in step.title.sl
    assert step.link == "/funding/calls/call-a"


def test_decided_closed_and_unmatched_calls_ask_for_nothing() -> None:
    seen = known(
        calls=[
            call("decided", deadline=NOW + timedelta(days=1)),
            call("over", deadline=NOW - timedelta(days=1)),
            call("unmatched", deadline=NOW + timedelta(days=1)),
        ],
        matches=[match("decided"), match("over")],
        decided_calls=frozenset({"decided"}),
    )
    assert _kinds(seen) == []


def test_a_long_list_is_cut_and_says_how_long_it_is() -> None:
    many = [activity(f"2.1.{number}", timing=by("2026")) for number in range(1, SHOWN + 4)]
    steps = next_steps(known(activities=many), NOW, ZONE)
    assert (len(steps.first), steps.in_all) == (SHOWN, SHOWN + 3)


def test_the_public_is_not_asked_to_approve() -> None:
    assert _kinds(known(internal=False, plan=plan(("2.1", None), waiting=2))) == []
