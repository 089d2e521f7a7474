"""Precision, recall and F1 of a way to match, and the threshold that is best on the half to tune on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.quality.labelled import Pair

Scorer = Callable[[Pair], float]


@dataclass(frozen=True, slots=True)
class Quality:
    """Pairs found rightly and wrongly, and pairs missed; the figures are None where there is nothing to divide by."""

    found: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.found / (2 * self.found + self.wrong + self.missed) if self.found else 0.0


def quality(pairs: Sequence[Pair], says_yes: Callable[[Pair], bool]) -> Quality:
    told = [(says_yes(pair), pair.fits) for pair in pairs]
    return Quality(told.count((True, True)), told.count((True, False)), told.count((False, True)))


def best_threshold(train: Sequence[Pair], scorer: Scorer) -> float:
    """The least score that counts as a fit, so that F1 on `train` is highest; of several, the lowest."""
    scores = {id(pair): scorer(pair) for pair in train}
    candidates = sorted(set(scores.values()) - {0.0})
    return max(candidates, key=lambda least: (quality(train, lambda pair: scores[id(pair)] >= least).f1, -least))
