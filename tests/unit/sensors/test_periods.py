"""How the periods of a page are divided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.sensors.periods import Period, boundaries

ZONE = ZoneInfo("Europe/Ljubljana")
NOW = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "count", "end"),
    [
        ("24h", 24, datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("7d", 28, datetime(2026, 11, 21, 11, tzinfo=UTC)),
        ("30d", 30, datetime(2026, 11, 21, 23, tzinfo=UTC)),
    ],
)
def test_a_period_ends_after_now(period: Period, count: int, end: datetime) -> None:
    bounds = boundaries(period, NOW, ZONE)
    assert len(bounds) == count + 1
    assert bounds[-1] == end
    assert bounds == sorted(set(bounds))


@pytest.mark.parametrize("period", ["24h", "7d", "30d"])
def test_a_moment_on_a_boundary_is_inside(period: Period) -> None:
    midnight = datetime(2026, 11, 20, 23, tzinfo=UTC)
    bounds = boundaries(period, midnight, ZONE)
    assert bounds[-2] == midnight < bounds[-1]


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    bounds = boundaries("30d", datetime(2026, 10, 25, 12, tzinfo=UTC), ZONE)
    assert bounds[-1] - bounds[-2] == timedelta(hours=25)
    assert bounds[-2] - bounds[-3] == timedelta(hours=24)
