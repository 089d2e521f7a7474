"""The small evaluator says what Prometheus would, so that the drills of the alerts can be believed."""

from __future__ import annotations

import pytest

from tests.deploy.promql import firing, gone, scrape

BEFORE = scrape(0, 'hits_total{code="2xx"} 10\nhits_total{code="5xx"} 0\n', pod="a")
AFTER = scrape(60, 'hits_total{code="2xx"} 20\nhits_total{code="5xx"} 5\n', pod="a")
RESTARTED = scrape(120, 'hits_total{code="2xx"} 3\nhits_total{code="5xx"} 0\n', pod="a")


@pytest.mark.parametrize(
    ("expression", "fires"),
    [
        ('sum by (pod) (increase(hits_total{code=~"5.."}[5m])) > 4', True),
        ('sum by (pod) (increase(hits_total{code=~"5.."}[5m])) > 5', False),
        ('sum by (pod) (increase(hits_total{code!~"5.."}[5m])) == 13', True),
        ('sum by (pod) (rate(hits_total{code="5xx"}[5m])) / sum by (pod) (rate(hits_total[5m])) > 0.27', True),
        ('sum by (pod) (rate(hits_total{code="5xx"}[5m])) / sum by (pod) (rate(hits_total[5m])) > 0.28', False),
        ("hits_total > 2 * 1", True),
        ("hits_total > 2 and up == 1", False),
        ("hits_total > 2 and on (pod) up == 1", True),
        ("up == 0 or hits_total == 3", True),
        ("absent(misses_total)", True),
        ("absent(hits_total)", False),
        ("changes(hits_total[5m]) > 1", True),
        ("changes(hits_total[1m]) > 1", False),
        ('hits_total{code="5xx"} offset 1m == 5', True),
        ("hits_total unless hits_total offset 2m", False),
        ("hits_total unless hits_total offset 3m", True),
    ],
)
def test_what_an_expression_gives(expression: str, fires: bool) -> None:
    assert bool(firing(expression, [BEFORE, AFTER, RESTARTED])) is fires


def test_a_target_that_is_gone() -> None:
    assert firing("up == 0", [gone(0, pod="b")]) == [{"pod": "b"}]


@pytest.mark.parametrize("expression", ["sum(hits_total)", "topk(3, hits_total)", "hits_total >"])
def test_what_it_does_not_know_is_refused(expression: str) -> None:
    with pytest.raises((ValueError, IndexError, StopIteration)):
        firing(expression, [AFTER])
