"""The comparison as a table, and as figures: thresholds and BM25's two numbers are chosen on the train half alone."""

from __future__ import annotations

from collections.abc import Callable

from bench.figure import Figure
from bench.quality.labelled import HALVES, TODAY, Half, Pair, pairs
from bench.quality.score import Quality, Scorer, best_threshold, quality
from bench.quality.searches import Bm25, keyword_search
from services.funding.gates import closed_gate
from services.funding.matching import Match, match

Rule = Callable[[Pair], bool]
_K1, _B = (0.9, 1.2, 1.6, 2.0), (0.3, 0.5, 0.75)


def ours(pair: Pair) -> bool:
    return isinstance(match(pair.offer, pair.need, TODAY), Match)


def compared() -> dict[str, dict[Half, Quality]]:
    """Every way's quality on both halves."""
    halves = {half: pairs(half) for half in HALVES}
    calls = {half: list({pair.call.call_id: pair.call for pair in each}.values()) for half, each in halves.items()}

    def tuned(scorer_of: Callable[[Half], Scorer]) -> dict[Half, Rule]:
        least = best_threshold(halves["train"], scorer_of("train"))
        scorers = {half: scorer_of(half) for half in HALVES}
        return {half: lambda pair, score=scorers[half]: score(pair) >= least for half in HALVES}  # type: ignore[misc]

    def bm25(k1: float, b: float, *, gated: bool) -> dict[Half, Rule]:
        models = {half: Bm25(calls[half], k1, b) for half in HALVES}
        return tuned(lambda half: behind_gates(models[half]) if gated else models[half])

    def best_bm25(*, gated: bool) -> dict[Half, Rule]:
        tried = [bm25(k1, b, gated=gated) for k1 in _K1 for b in _B]
        return max(tried, key=lambda rules: quality(halves["train"], rules["train"]).f1)

    ways: dict[str, dict[Half, Rule]] = {
        "ours": dict.fromkeys(HALVES, ours),
        "keyword search": tuned(lambda _: keyword_search),
        "BM25": best_bm25(gated=False),
        "keyword search behind our gates": tuned(lambda _: behind_gates(keyword_search)),
        "BM25 behind our gates": best_bm25(gated=True),
    }
    return {name: {half: quality(halves[half], rules[half]) for half in HALVES} for name, rules in ways.items()}


def behind_gates(scorer: Scorer) -> Scorer:
    """The same search, for those calls only that our eligibility gates let through."""
    return lambda pair: 0.0 if closed_gate(pair.offer, pair.need, TODAY) else scorer(pair)


def table(ways: dict[str, dict[Half, Quality]]) -> str:
    head = f"{'':34}" + "".join(f"| {half.replace('_', '-'):^28} " for half in HALVES)
    names = f"{'way':34}" + f"| {'precision':>9} {'recall':>8} {'F1':>9} " * len(HALVES)
    rows = [
        f"{name:34}" + "".join(f"| {q.precision:>9.2f} {q.recall:>8.2f} {q.f1:>9.2f} " for q in by_half.values())
        for name, by_half in ways.items()
    ]
    return "\n".join([head, names, *rows])


def figures(ways: dict[str, dict[Half, Quality]]) -> list[Figure]:
    """F1 of ours on the held-out half beside each of the others."""
    own = ways["ours"]["held_out"].f1
    others = {name: by_half["held_out"].f1 for name, by_half in ways.items() if name != "ours"}
    return [Figure(f"held-out F1, per {name}", "", own, f1, own / f1 if f1 else None) for name, f1 in others.items()]
