"""Key figures, each from its own vector; what cannot be known says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.reporting.kpi_words import DEFINITIONS
from services.reporting.kpis import Kpi, key_figures, public_only
from services.reporting.read_model import CallToAlert, Device, Known
from services.reporting.told import Told
from tests.unit.reporting.builders import NOW, ZONE, activity, by, call, commitment, euros, known, match, plan, set_to


def _figure(name: str, seen: Known, now: datetime = NOW) -> Kpi:
    return next(each for each in key_figures(seen, now, ZONE) if each.name == name)


def _funded() -> Known:
    return known(
        plan=plan(("2.1", euros(200)), ("3.1", None)),
        activities=[activity("2.1.1")],
        commitments=[commitment(euros(50)), commitment(euros(7), "9.9.9")],
    )


def test_every_definition_has_its_figure_and_the_other_way_round() -> None:
    assert [each.name for each in key_figures(known(), NOW, ZONE)] == list(DEFINITIONS)


def test_without_anything_known_no_figure_pretends_to_be_zero() -> None:
    for figure in key_figures(known(), NOW, ZONE):
        assert figure.value is None
        assert figure.because is not None and figure.because.sl != figure.because.en


def test_committed_share() -> None:
    figure = _figure("committed_share", _funded())
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("0.25"), Decimal(50), Decimal(200))
    assert (figure.counted, figure.unknown, figure.because) == (1, 1, None)


def test_funding_committed_is_in_the_currency_of_the_plan() -> None:
    figure = _figure("funding_committed", _funded())
    assert (figure.value, figure.unit, figure.counted) == (Decimal(50), "EUR", 1)


def test_activities_on_time_counts_to_the_end_of_yesterday() -> None:
    seen = known(
        plan=plan(("2.1", None)),
        activities=[
            set_to("completed", datetime(2026, 5, 1, tzinfo=UTC), timing=by("2026")),
            activity("2.1.2", timing=by("2026")),
        ],
    )
    on_the_last_day = _figure("activities_on_time", seen, datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert on_the_last_day.value is None
    assert on_the_last_day.because is not None and on_the_last_day.because.en == "None is due yet."
    the_day_after = _figure("activities_on_time", seen, datetime(2027, 1, 1, 12, tzinfo=UTC))
    assert (the_day_after.value, the_day_after.numerator, the_day_after.denominator) == (
        Decimal("0.5"),
        Decimal(1),
        Decimal(2),
    )


def test_matches_per_open_call() -> None:
    seen = known(calls=[call("a"), call("b"), call("c", status="forecast")], matches=[match("a"), match("c")])
    assert _figure("matches_per_open_call", seen).value == Decimal("0.5")
    assert _figure("matches_per_open_call", known(calls=[call("a")])).value == 0


def test_hours_to_alert_is_the_median_over_calls() -> None:
    alerted = [
        CallToAlert(call_id=f"c{hours}", published_at=NOW, delivered_at=NOW + timedelta(hours=hours))
        for hours in (1, 3, 50)
    ]
    waiting = CallToAlert(call_id="waiting", published_at=NOW)
    figure = _figure("hours_to_alert", known(alerted=[*alerted, waiting]))
    assert (figure.value, figure.counted, figure.unknown) == (Decimal(3), 3, 1)


def test_devices_reporting_in_the_last_thirty_days() -> None:
    heard = {"now": NOW, "then": NOW - timedelta(days=31), "never": None}
    devices = [Device(device_id=name, name=name, heard_at=at) for name, at in heard.items()]
    figure = _figure("devices_reporting", known(devices=devices))
    assert (figure.value, figure.denominator, figure.unknown) == (Decimal(1), Decimal(3), 1)


def test_the_public_sees_what_rests_on_public_things() -> None:
    names = {each.name for each in public_only(key_figures(known(), NOW, ZONE))}
    assert "committed_share" in names
    assert "hours_to_alert" not in names


def test_a_figure_is_told_once_and_again_when_it_changes() -> None:
    figure = _figure("committed_share", _funded())
    told = Told(name=figure.name).computed(figure)
    assert told is not None
    assert [event.model_dump()["value"] for event in told.events] == [Decimal("0.25")]
    stored = told.model_copy(update={"version": 1, "events": []})
    later = figure.model_copy(update={"as_of": NOW + timedelta(days=1), "value": Decimal("0.2500")})
    assert stored.computed(later) is None
    assert stored.computed(figure.model_copy(update={"value": Decimal("0.3")})) is not None


def test_a_figure_that_can_no_longer_be_known_is_told_so_but_not_at_the_start() -> None:
    unknown = _figure("committed_share", known())
    assert Told(name=unknown.name).computed(unknown) is None
    told = Told(name=unknown.name).computed(_figure("committed_share", _funded()))
    assert told is not None
    withdrawn = told.model_copy(update={"version": 1}).computed(unknown)
    assert withdrawn is not None and withdrawn.value is None
