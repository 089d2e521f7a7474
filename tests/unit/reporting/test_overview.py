"""The overview computed from what is known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from contracts.values import Money
from services.reporting.overview import overview
from services.reporting.read_model import Device, Known, Series, Source
from services.reporting.rows import activity_rows, by_number
from tests.unit.reporting.builders import NOW, ZONE, activity, by, call, commitment, euros, known, match, plan


def _two_actions() -> Known:
    return known(
        plan=plan(("2.1", euros(6000)), ("4.1", euros(54000))),
        activities=[
            activity("2.1.1", estimated=euros(1000)),
            activity("2.1.2", estimated=None, timing=by("2028")),
            activity("4.1.1", estimated=euros(50000), stage="completed"),
        ],
        commitments=[
            commitment(euros(400), "2.1.1"),
            commitment(euros(200), "2.1.2", source_class="municipal"),
            commitment(euros(9), "9.9.9"),
        ],
    )


def test_every_action_is_a_row_with_its_money() -> None:
    first, second = overview(_two_actions(), NOW, ZONE).actions
    assert (first.budget, first.committed.known) == (euros(6000), euros(600))
    assert first.open is not None and first.open.amount == 5400
    assert (first.activities_estimated.known, first.activities_estimated.unknown) == (euros(1000), 1)
    assert first.activities == {"none_due": 2}
    assert first.next_due is not None and first.next_due.value == "2028"
    assert (second.delivery, second.next_due) == ("done", None)


def test_totals_add_what_belongs_to_the_plan_and_say_what_does_not() -> None:
    totals = overview(_two_actions(), NOW, ZONE).totals
    assert totals is not None
    assert totals.estimated == euros(60000)
    assert totals.committed.known == euros(600)
    assert totals.committed_elsewhere == 1
    assert {source: each.known for source, each in totals.committed_by_source.items()} == {
        "eu": euros(400),
        "municipal": euros(200),
    }
    assert totals.coverage == Decimal("0.01")
    assert totals.heaviest is not None and (totals.heaviest.number, totals.heaviest.share) == ("4.1", Decimal("0.9"))


def test_too_much_for_one_action_leaves_the_others_as_open_as_they_were() -> None:
    seen = known(
        plan=plan(("2.1", euros(100)), ("3.1", euros(100))),
        activities=[activity("2.1.1"), activity("3.1.1")],
        commitments=[commitment(euros(150), "2.1.1")],
    )
    totals = overview(seen, NOW, ZONE).totals
    assert totals is not None and totals.open.known == euros(100)


def test_without_a_budget_the_activities_say_what_is_open_and_without_costs_nobody_can() -> None:
    seen = known(
        plan=plan(("2.1", None), ("3.1", None)), activities=[activity("2.1.1"), activity("3.1.1", estimated=None)]
    )
    costed, uncosted = overview(seen, NOW, ZONE).actions
    assert costed.open == euros(1000)
    assert uncosted.open is None


def test_without_a_plan_there_are_no_totals_but_counts() -> None:
    seen = overview(known(calls=[call()], devices=[Device(device_id="d", name="D")]), NOW, ZONE)
    assert (seen.plan, seen.totals, seen.actions) == (None, None, [])
    assert (seen.counts.calls_open, seen.counts.devices) == (1, 1)


def test_calls_are_counted_as_they_stand_now() -> None:
    calls = [
        call("a", deadline=NOW + timedelta(hours=1)),
        call("b", deadline=NOW - timedelta(hours=1)),
        call("c", status="forecast"),
        call("d", withdrawn=True),
        call("e"),
    ]
    counts = overview(known(calls=calls), NOW, ZONE).counts
    assert (counts.calls_open, counts.calls_forecast) == (2, 1)


def test_a_match_waits_until_somebody_decides_or_its_call_is_over() -> None:
    calls = [call("a"), call("b"), call("c", deadline=NOW - timedelta(days=1))]
    seen = known(calls=calls, matches=[match("a"), match("b"), match("c")], decided_calls=frozenset({"b"}))
    assert overview(seen, NOW, ZONE).counts.matches_waiting == 1


def test_the_public_is_not_told_zero_of_what_it_may_not_see() -> None:
    counts = overview(known(internal=False), NOW, ZONE).counts
    assert (counts.matches_waiting, counts.alerts_unacknowledged, counts.sources_failing) == (None, None, None)


def test_a_source_fails_until_it_gives_a_call_or_nobody_can_say_any_more() -> None:
    def source(name: str, **fields: object) -> Source:
        return Source(**{"source": name, "kind": "zero_rows", "reason": "none", "failed_at": NOW, **fields})

    sources = [
        source("fails"),
        source("partly", kind="partial", heard_at=NOW + timedelta(seconds=1)),
        source("works", heard_at=NOW + timedelta(seconds=1)),
        source("long ago", failed_at=NOW - timedelta(hours=49)),
    ]
    assert overview(known(sources=sources), NOW, ZONE).counts.sources_failing == 2


def test_the_newest_calls_come_first_with_what_they_fit_best() -> None:
    calls = [call(f"call-{age}", published_at=NOW - timedelta(days=age)) for age in range(7)]
    seen = known(calls=calls, matches=[match("call-0", "2.1.1", 60), match("call-0", "3.1.1", 90)])
    latest = overview(seen, NOW, ZONE).calls
    assert [each.call_id for each in latest] == [f"call-{age}" for age in range(5)]
    assert latest[0].best is not None
    assert (latest[0].best.activity_number, latest[0].best.matches) == ("3.1.1", 2)
    assert latest[1].best is None


def test_activities_are_sorted_as_people_count() -> None:
    seen = known(plan=plan(("2.1", None)), activities=[activity("2.1.10"), activity("2.1.9"), activity("10.1.1")])
    assert [row.number for row in activity_rows(seen, NOW, ZONE)] == ["2.1.9", "2.1.10", "10.1.1"]
    assert by_number("2.1.a") > by_number("2.1.99")


def test_a_commitment_in_another_currency_is_unknown_not_nothing() -> None:
    francs = Money(amount=Decimal(5), currency="CHF")
    seen = known(plan=plan(("2.1", euros(100))), activities=[activity()], commitments=[commitment(francs)])
    row = activity_rows(seen, NOW, ZONE)[0]
    assert (row.committed.known, row.committed.unknown, row.open) == (None, 1, None)


def test_a_series_is_named_after_its_device() -> None:
    series = [Series(series_id="d--pm10", device_id="d", observed_property="pm10", unit="ug/m3")]
    seen = overview(known(series=series, devices=[Device(device_id="d", name="Town hall")]), NOW, ZONE)
    assert (seen.readings[0].device_name, seen.readings[0].reading) == ("Town hall", None)
