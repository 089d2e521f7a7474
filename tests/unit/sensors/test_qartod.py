"""QARTOD's tests on the published vectors of `ioos_qc` 3.0.0; a dash is a missing value."""

from __future__ import annotations

import pytest

from services.sensors.quality.qartod import Flag, Method, aggregate, flat_line, gross_range, spike

LONG = "3 4.99 5 6 8 6 6 6.75 6 6 5.3 6 6 9 5 - 4 4"


def values(text: str) -> list[float | None]:
    return [None if word == "-" else float(word) for word in text.split()]


def flags(text: str) -> list[int]:
    return [int(word) for word in text.split()]


@pytest.mark.parametrize(
    ("suspect", "fail", "method", "given", "expected"),
    [
        (25, 50, "average", "10 12 999.99 13 15 40 9 9", "2 4 4 4 1 3 1 2"),
        (25, 50, "average", "-10 -12 -999.99 -13 -15 -40 -9 -9", "2 4 4 4 1 3 1 2"),
        (25, 50, "average", "10 12 999.99 13 15 40 9 9 - 10 10 999.99 10 -", "2 4 4 4 1 3 1 2 9 2 4 4 2 9"),
        (25, 50, "average", "-100 -99 -99 -98", "2 1 1 2"),
        (0.5, 1, "average", LONG, "2 3 1 1 4 3 1 3 1 1 3 1 4 4 2 9 2 2"),
        (0.5, 1, "differential", LONG, "2 1 1 1 4 1 1 3 1 1 3 1 1 4 2 9 2 2"),
        (0.5, 1, "differential", LONG.replace("-", "5"), "2 1 1 1 4 1 1 3 1 1 3 1 1 4 1 1 1 2"),
    ],
)
def test_spike(suspect: float, fail: float, method: Method, given: str, expected: str) -> None:
    assert spike(values(given), suspect, fail, method) == flags(expected)


@pytest.mark.parametrize(
    ("suspect", "fail", "tolerance", "step", "given", "expected"),
    [
        (
            *(3000, 4800, 0.01, 900),
            "1 2 2.0001 2 2.0001 2 2.0001 2 4 5 3 3.0001 3.0005 3.00001",
            "1 1 1 1 3 3 4 4 1 1 1 1 1 3",
        ),
        (
            *(3000, 4800, 0.01, 900),
            "1 - - 2 2.0001 2 2.0001 2 4 - 3 - - 3.00001",
            "1 9 9 1 3 3 4 4 1 9 1 9 9 3",
        ),
        (3, 5, 0.1, 1, "5 5 5 5 5 5", "1 1 1 3 3 4"),
        (3, 6, 4, 1, "1 1 1 1 1 6 5 4 3 2", "1 1 1 3 3 1 1 1 3 3"),
        (1, 2, 4, 1, "1 1", "1 1"),
    ],
)
def test_flat_line(suspect: float, fail: float, tolerance: float, step: int, given: str, expected: str) -> None:
    points = values(given)
    seconds = [float(step * index) for index in range(len(points))]
    assert flat_line(seconds, points, suspect, fail, tolerance) == flags(expected)


def test_gross_range() -> None:
    assert gross_range(values("1 2 3 4 8 -"), (0, 5), (1, 4)) == flags("1 1 1 1 4 9")
    assert gross_range(values("0.9 4.1 5 5.1 -1"), (0, 5), (1, 4)) == flags("3 3 3 4 4")
    assert gross_range(values("-1 1e9"), (0, None)) == flags("4 1")


def test_the_gravest_verdict_wins() -> None:
    assert aggregate([Flag.MISSING, Flag.UNKNOWN]) is Flag.UNKNOWN
    assert aggregate([Flag.UNKNOWN, Flag.GOOD]) is Flag.GOOD
    assert aggregate([Flag.GOOD, Flag.SUSPECT]) is Flag.SUSPECT
    assert aggregate([Flag.FAIL, Flag.SUSPECT]) is Flag.FAIL
    assert aggregate([]) is Flag.UNKNOWN
