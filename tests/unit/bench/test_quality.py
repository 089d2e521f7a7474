"""The labelled set is in order, and what it measures does not fall; docs/matching.md has the figures."""

from __future__ import annotations

import pytest

from bench.quality.labelled import HALVES, Half, Pair, pairs
from bench.quality.score import Quality, best_threshold, quality
from bench.quality.table import compared


@pytest.fixture(scope="module")
def ways() -> dict[str, dict[Half, Quality]]:
    return compared()


def test_held_out_quality_does_not_fall(ways: dict[str, dict[Half, Quality]]) -> None:
    own = ways["ours"]["held_out"]
    assert own.precision >= 0.53
    assert own.recall >= 0.58


@pytest.mark.parametrize(
    "other", ["keyword search", "BM25", "keyword search behind our gates", "BM25 behind our gates"]
)
def test_it_beats_what_everybody_has_at_hand(ways: dict[str, dict[Half, Quality]], other: str) -> None:
    for half in HALVES:
        assert ways["ours"][half].f1 > 1.3 * ways[other][half].f1


def test_the_halves_share_no_call_and_the_labels_say_why() -> None:
    halves = {half: pairs(half) for half in HALVES}
    calls = [{pair.call.title for pair in each} for each in halves.values()]
    assert not calls[0] & calls[1]
    told = [pair for each in halves.values() for pair in each if pair.why]
    assert len(told) >= 120
    assert all(pair.why for each in halves.values() for pair in each if pair.fits)


def test_a_threshold_is_the_best_of_all_that_part_the_pairs() -> None:
    some: list[Pair] = pairs("train")[:60]
    scores = {id(pair): float(number % 7) for number, pair in enumerate(some)}
    best = best_threshold(some, lambda pair: scores[id(pair)])
    reached = quality(some, lambda pair: scores[id(pair)] >= best).f1
    for least in range(1, 7):
        assert quality(some, lambda pair, least=least: scores[id(pair)] >= least).f1 <= reached  # type: ignore[misc]


def test_quality_of_nothing_found_is_nought_and_no_error() -> None:
    assert (Quality(0, 0, 3).precision, Quality(0, 0, 3).recall, Quality(0, 2, 3).f1) == (0.0, 0.0, 0.0)
