"""When a device counts as silent: its rhythm, our own listening, and what is said once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.sensors import DeviceRecoveredV1, DeviceSilentV1
from services.sensors.devices.device import Device
from services.sensors.devices.listening import Listening
from services.sensors.devices.rhythm import ENOUGH, Expectation, Rhythm, expectation
from services.sensors.series import Series, observation
from tests.unit.sensors.test_series import reading

T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rhythm(*minutes: float) -> Rhythm:
    first, *rest = minutes
    learnt = Rhythm.begun_by(first * MINUTE)
    for each in rest:
        learnt = learnt.after(each * MINUTE)
    return learnt


def test_the_rhythm_is_that_of_rfc_6298() -> None:
    # worked by hand: first gap 600 s; then 900 s
    learnt = rhythm(10, 15)
    assert (learnt.typical, learnt.deviation) == (0.875 * 600 + 0.125 * 900, 0.75 * 300 + 0.25 * 300)


def test_what_few_reports_show_is_not_known() -> None:
    assert expectation(None, [rhythm(*[30] * (ENOUGH - 1))]) is None
    assert expectation(None, []) is None


def test_a_steady_device_may_miss_two_reports_but_not_three() -> None:
    known = expectation(None, [rhythm(*[30] * 40), rhythm(*[1440] * 20)])
    assert known == Expectation(every=30 * MINUTE, quiet=90 * MINUTE, basis="learnt")


def test_an_unsteady_device_may_be_quiet_for_longer_and_a_quick_one_for_ten_minutes() -> None:
    assert rhythm(*[10, 120] * 20).quiet_seconds > 4 * 3600
    assert rhythm(*[0.5] * 20).quiet_seconds == 600


def test_an_outage_is_no_rhythm() -> None:
    steady = rhythm(*[30] * 40)
    assert steady.after(timedelta(days=3)).quiet_seconds < 4 * 3600


def test_what_somebody_declared_comes_first() -> None:
    known = expectation(timedelta(days=1), [rhythm(*[30] * 20)])
    assert known is not None and (known.quiet, known.basis) == (timedelta(days=3), "declared")


def test_what_waited_for_us_does_not_quicken_the_rhythm() -> None:
    """Twenty hourly readings that arrive within a second were still measured an hour apart."""
    series = Series.begun_by(reading())
    for hour in range(20):
        time = T0 + hour * HOUR
        one = observation(reading(time="2026-11-20T08:00:00Z")).model_copy(update={"time": time})
        series = series.heard(time, T0 + timedelta(days=3)).record([one])
    assert series.rhythm is not None and series.rhythm.typical == 3600


def test_an_old_reading_is_no_sign_of_life() -> None:
    one = observation(reading(time="2026-11-20T08:00:00Z"))
    series = Series.begun_by(reading()).heard(one.time, T0).record([one])
    assert series.heard(one.time - HOUR, T0 + HOUR).heard_at == T0


@pytest.mark.parametrize(
    ("away", "quiet"),
    [
        pytest.param(MINUTE, 6 * HOUR + MINUTE, id="we listened all the time"),
        pytest.param(8 * HOUR, timedelta(0), id="we were away ourselves, and begin anew"),
    ],
)
def test_nobody_is_silent_while_nobody_listens(away: timedelta, quiet: timedelta) -> None:
    listening = Listening.begun(T0 - HOUR)
    for minute in range(7 * 60 + 1):
        listening = listening.noted(T0 - HOUR + minute * MINUTE, waiting=0)
    listening = listening.noted(listening.until + away, waiting=0)
    assert listening.quiet_for(T0) == quiet


def test_what_waits_to_be_taken_in_may_be_what_it_said() -> None:
    listening = Listening.begun(T0).noted(T0 + MINUTE, waiting=0).noted(T0 + 2 * MINUTE, waiting=7)
    assert listening.quiet_for(T0) == MINUTE


def test_a_silence_is_told_once_and_its_end_once() -> None:
    device = Device.first_heard(reading(device_name="Town hall"), T0).model_copy(update={"events": []})
    known = Expectation.declared(10 * MINUTE)
    silent = device.fell_silent(T0, known, ["plan:2.1.1"], T0 + 31 * MINUTE)
    assert silent.state == "silent"
    assert silent.fell_silent(T0, known, [], T0 + HOUR) is silent
    (event,) = silent.events
    assert isinstance(event, DeviceSilentV1)
    assert (event.last_heard, event.expected_every_seconds, event.silent_after_seconds) == (T0, 600, 1800)

    back = silent.model_copy(update={"events": []}).spoke(T0 + 2 * HOUR, [])
    (event,) = back.events
    assert isinstance(event, DeviceRecoveredV1)
    assert (event.after, event.since, event.lasted_seconds) == ("silence", T0, 7200)
    assert back.model_copy(update={"events": []}).spoke(T0 + 3 * HOUR, []).events == []
