"""Due by the end of a day, done by the end of its date: on time, late, overdue, or not due yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.values import PartialDate, Timing
from services.reporting.on_time import on_time
from tests.unit.reporting.builders import ZONE, activity, by, set_to

DUE = by("2026")
LAST_DAY, DAY_BEFORE = date(2026, 12, 31), date(2026, 12, 30)


def test_done_the_day_after_is_late() -> None:
    found = on_time([set_to("completed", datetime(2027, 1, 1, 8, tzinfo=UTC), timing=DUE)], date(2027, 1, 2), ZONE)
    assert (found.on_time, found.late, found.overdue) == (0, 1, 0)


def test_the_day_is_counted_where_the_reader_lives() -> None:
    past_midnight_in_ljubljana = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    found = on_time([set_to("completed", past_midnight_in_ljubljana, timing=DUE)], date(2027, 1, 2), ZONE)
    assert found.late == 1


@pytest.mark.parametrize(("until", "overdue", "not_due"), [(LAST_DAY, 1, 0), (DAY_BEFORE, 0, 1)])
def test_what_is_not_done_is_overdue_at_the_end_of_its_last_day(until: date, overdue: int, not_due: int) -> None:
    found = on_time([activity(timing=DUE)], until, ZONE)
    assert (found.overdue, found.not_due) == (overdue, not_due)


def test_nothing_due_has_no_share() -> None:
    assert on_time([activity(timing=DUE)], DAY_BEFORE, ZONE).share is None


def test_the_parts_make_the_whole() -> None:
    done_in_time = set_to("completed", datetime(2026, 6, 1, tzinfo=UTC), timing=DUE)
    done_late = set_to("completed", datetime(2027, 2, 1, tzinfo=UTC), timing=DUE)
    found = on_time(
        [done_in_time, done_late, activity(timing=DUE), activity(timing=by("2030"))], date(2027, 3, 1), ZONE
    )
    assert (found.on_time, found.late, found.overdue, found.not_due) == (1, 1, 1, 1)
    assert found.share == Decimal("0.3333")


def test_done_early_counts_when_its_date_arrives() -> None:
    early = set_to("completed", datetime(2026, 6, 1, tzinfo=UTC), timing=DUE)
    assert (on_time([early], DAY_BEFORE, ZONE).due, on_time([early], DAY_BEFORE, ZONE).early) == (0, 1)
    assert on_time([early], LAST_DAY, ZONE).share == 1


def test_done_after_the_reporting_day_was_not_done_then() -> None:
    later = set_to("completed", datetime(2027, 5, 1, tzinfo=UTC), timing=DUE)
    assert on_time([later], LAST_DAY, ZONE).overdue == 1


def test_cancelled_in_time_is_left_out_and_cancelled_later_is_overdue() -> None:
    in_time = set_to("cancelled", datetime(2026, 12, 31, 12, tzinfo=UTC), timing=DUE)
    later = set_to("cancelled", datetime(2027, 1, 2, tzinfo=UTC), timing=DUE)
    found = on_time([in_time, later], date(2027, 3, 1), ZONE)
    assert (found.left_out, found.overdue) == ({"cancelled": 1}, 1)


def test_what_has_no_firm_date_is_left_out_by_reason() -> None:
    timings = [Timing(kind="open_ended"), Timing(kind="ongoing"), Timing(kind="unknown"), Timing(kind="by")]
    found = on_time([activity(timing=timing) for timing in timings], date(2031, 1, 1), ZONE)
    assert (found.due, found.left_out) == (0, {"open_ended": 1, "continuous": 1, "no_date": 2})


def test_a_launch_is_kept_by_running_on() -> None:
    launch = Timing(kind="launch_then_ongoing", start=PartialDate(value="2026"))
    running = set_to("continuous", datetime(2026, 9, 1, tzinfo=UTC), timing=launch)
    assert on_time([running], LAST_DAY, ZONE).on_time == 1
