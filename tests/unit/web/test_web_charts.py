"""Charts never draw the unknown as zero, and money bars add up."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money, PartialDate
from kit.web.charts import Series, bar_widths, line_plot, money_parts, nice_ticks, span, spark, summary

LABELS = ["2024", "2025", "2026"]
amounts = st.decimals(min_value=0, max_value=10**9, places=2).map(lambda amount: Money(amount=amount))


def euros(amount: int) -> Money:
    return Money(amount=Decimal(amount))


def test_an_unknown_value_leaves_a_gap() -> None:
    (line,) = line_plot([*LABELS, "2027"], [Series("a", (1, None, 3, 4))]).lines
    assert [mark.label for mark in line.marks] == ["2024", "2026", "2027"]
    assert [(a.label, b.label) for a, b in line.segments] == [("2026", "2027")]


def test_higher_values_stand_higher() -> None:
    (line,) = line_plot(LABELS, [Series("a", (1, 5, 3))]).lines
    low, high, middle = (mark.y for mark in line.marks)
    assert high < middle < low


def test_names_of_lines_do_not_stand_on_each_other() -> None:
    plot = line_plot(LABELS, [Series(name, (1, 2, 3)) for name in "abcd"])
    heights = sorted(line.name_y for line in plot.lines if line.name_y is not None)
    assert len(heights) == 4
    assert all(b - a >= 8.9 for a, b in itertools.pairwise(heights))


def test_a_series_without_any_value_has_no_place() -> None:
    (line,) = line_plot(LABELS, [Series("a", (None, None, None))]).lines
    assert (line.marks, line.segments, line.name_y) == ((), (), None)


def test_too_many_series_or_values_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 4 series, not 5"):
        line_plot(LABELS, [Series(str(n), (1, 2, 3)) for n in range(5)])
    with pytest.raises(ValueError, match="2 values for 3 labels"):
        line_plot(LABELS, [Series("a", (1, 2))])


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False), min_size=1, max_size=20))
def test_the_axis_encloses_the_values(values: list[float]) -> None:
    ticks = nice_ticks(values)
    assert len(ticks) >= 2
    assert ticks[0] <= min(values) + 1e-6
    assert ticks[-1] >= max(values) - 1e-6


def test_an_axis_starts_at_zero_unless_the_values_lie_far_above() -> None:
    assert nice_ticks([1, 7]) == (0, 2, 4, 6, 8)
    assert nice_ticks([980, 1000])[0] > 0


def test_a_trend_shows_the_last_twelve() -> None:
    assert len(spark([*range(20)]).marks) == 12
    assert spark([None, None]).marks == ()


def test_bars_start_at_zero_and_unknown_has_no_bar() -> None:
    assert bar_widths([50, 200, 0, None]) == [25, 100, 0, None]
    assert bar_widths([0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="negative"):
        bar_widths([-1])


def test_summary_skips_the_unknown() -> None:
    facts = summary(LABELS, [None, 4, 2])
    assert facts is not None
    assert (facts.first, facts.last, facts.highest, facts.lowest) == (
        ("2025", 4),
        ("2026", 2),
        ("2025", 4),
        ("2026", 2),
    )
    assert summary(LABELS, [None, None, None]) is None


def test_money_parts() -> None:
    parts = money_parts(euros(100), euros(45), euros(30))
    assert (parts.open, parts.over) == (euros(25), None)
    assert (parts.committed_width, parts.applied_width, parts.open_width) == (45, 30, 25)


def test_money_beyond_the_estimate_is_told() -> None:
    parts = money_parts(euros(100), euros(80), euros(30))
    assert parts.over == euros(10)
    assert parts.open.amount == 0
    assert parts.open_width == pytest.approx(0, abs=0.01)


@given(amounts, amounts, amounts)
def test_shares_of_money_fill_the_bar(estimated: Money, committed: Money, applied: Money) -> None:
    parts = money_parts(estimated, committed, applied)
    assert parts.committed_width + parts.applied_width + parts.open_width == pytest.approx(100)
    assert min(parts.committed_width, parts.applied_width) >= 0
    covered = parts.committed.amount + parts.applied.amount + parts.open.amount
    assert covered - (parts.over.amount if parts.over else 0) == estimated.amount


def test_other_currencies_are_not_added_up() -> None:
    with pytest.raises(ValueError, match="exchange rate"):
        money_parts(euros(1), Money(amount=Decimal(1), currency="CHF"), None)


def test_a_year_is_drawn_whole() -> None:
    assert span(PartialDate(value="2026"), PartialDate(value="2030"), 2026, 2030) == (0, 100)
    left, width = span(date(2027, 1, 1), date(2027, 12, 31), 2026, 2027)
    assert (left, width) == (50, 50)


def test_a_period_outside_the_strip_is_cut_at_its_edge() -> None:
    assert span(PartialDate(value="2020"), PartialDate(value="2040"), 2026, 2030) == (0, 100)
    assert span(PartialDate(value="2031"), PartialDate(value="2032"), 2026, 2030) == (100, 0)
