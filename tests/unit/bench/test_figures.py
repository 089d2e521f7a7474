"""The arithmetic and the words of a measurement; what is measured is no test's business."""

from __future__ import annotations

import pytest

from bench.figure import Aim, Figure, number
from bench.rounds import Pairs, in_turns, percentile
from bench.table import table


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.51, 3.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0)]
)
def test_percentile_is_the_smallest_value_not_exceeded_by_that_share(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_ratio_compares_neighbours_in_time() -> None:
    """The medians of the two columns alone would make it 1.0."""
    pairs = Pairs(ours=[50.0, 5.0, 20.0], bare=[100.0, 10.0, 20.0])
    assert pairs.ratio == 0.5
    figure = pairs.figure("a", "events/s")
    assert (figure.ours, figure.bare) == (20.0, 20.0)


async def test_rounds_alternate_and_the_first_of_each_is_not_counted() -> None:
    asked: list[str] = []

    async def ours() -> float:
        asked.append("ours")
        return float(len(asked))

    async def bare() -> float:
        asked.append("bare")
        return float(len(asked))

    pairs = await in_turns(ours, bare, 2)
    assert asked == ["ours", "bare"] * 3
    assert (pairs.ours, pairs.bare) == ([3.0, 5.0], [4.0, 6.0])


@pytest.mark.parametrize(
    ("aim", "met"),
    [
        (Aim("ours", at_least=40), True),
        (Aim("ours", at_least=41), False),
        (Aim("ours", at_most=40), True),
        (Aim("ours", at_most=39), False),
        (Aim("ratio", at_least=0.4), True),
        (Aim("ratio", at_least=0.5), False),
    ],
)
def test_an_aim_bounds_the_figure_or_its_ratio(aim: Aim, met: bool) -> None:
    assert Figure("a", "events/s", ours=40, bare=100, ratio=0.4).met(aim) is met


def test_an_aim_on_a_ratio_needs_one() -> None:
    with pytest.raises(ValueError, match="bare"):
        Figure("a", "s", ours=1).met(Aim("ratio", at_most=1))


def test_each_aim_of_a_figure_has_its_own_verdict() -> None:
    aims = [Aim("ratio", at_least=0.4), Aim("ours", at_least=5_000)]
    figures = [Figure("relay", "events/s", 4_900, 9_800, 0.5, aims), Figure("memory", "MB", 135.2)]
    head, line, first, second = table(figures).splitlines()
    assert [cell.strip() for cell in first.strip("|").split("|")] == [
        "relay",
        "4,900 events/s",
        "9,800 events/s",
        "0.5",
        "ratio ≥ 0.4, ≥ 5,000",
        "yes, no",
    ]
    assert [cell.strip() for cell in second.strip("|").split("|")] == ["memory", "135 MB", "", "", "", ""]
    assert len({len(row) for row in (head, line, first, second)}) == 1


@pytest.mark.parametrize(
    ("value", "text"), [(12_345.6, "12,300"), (100.4, "100"), (17.64, "17.6"), (0.4461, "0.446"), (40, "40")]
)
def test_numbers_keep_three_digits(value: float, text: str) -> None:
    assert number(value) == text
