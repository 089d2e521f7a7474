"""What everybody has at hand: a search by keywords, and BM25, both given the texts of both languages that ours has.

BM25 as by Robertson and Zaragoza, The Probabilistic Relevance Framework (2009): the activity is the query, the calls
are the documents. It stems words as ours does, so that what is compared is the method, not the stemmer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

from bench.quality.labelled import Pair
from services.funding.calls import Call
from services.funding.morphology import words

_STOP = frozenset(
    word.casefold()
    for line in (
        "the a an of and to in for with by on at is are be as from or that this it its which who such than into their",
        "in za na v z s ter ali ki je so se do od pri po ob kot tudi njihov njihovo naj bo",
        "activity activities project projects razpis javni sofinanciranje leto letih call support",
    )
    for word in line.split()
)


def plain_words(text: str) -> set[str]:
    return {word.written.casefold() for word in words(text)} - _STOP


def keyword_search(pair: Pair) -> float:
    """The share of the activity's own words, title and description in both languages, that the call's text has."""
    query = plain_words(_activity(pair))
    return len(query & plain_words(_text(pair.call))) / len(query)


class Bm25:
    """Scores a pair by the call's text; `k1` and `b` as in the literature, to be tuned."""

    def __init__(self, calls: Sequence[Call], k1: float, b: float) -> None:
        self._k1, self._b = k1, b
        self._texts = {call.call_id: Counter(_stems(_text(call))) for call in calls}
        self._mean = sum(map(Counter.total, self._texts.values())) / len(self._texts)
        self._in = Counter(stem for counts in self._texts.values() for stem in counts)

    def __call__(self, pair: Pair) -> float:
        counts = self._texts[pair.call.call_id]
        norm = self._k1 * (1 - self._b + self._b * counts.total() / self._mean)
        return sum(
            self._idf(stem) * counts[stem] * (self._k1 + 1) / (counts[stem] + norm)
            for stem in set(_stems(_activity(pair)))
            if counts[stem]
        )

    def _idf(self, stem: str) -> float:
        with_it = self._in[stem]
        return math.log(1 + (len(self._texts) - with_it + 0.5) / (with_it + 0.5))


@cache
def _stems(text: str) -> tuple[str, ...]:
    """Both stems of every word: a text does not say which of its words are of which language."""
    kept = [word for word in words(text) if word.written.casefold() not in _STOP]
    return tuple(stem for word in kept for stem in {f"sl:{word.slovenian}", f"en:{word.english}"})


def _activity(pair: Pair) -> str:
    said = pair.said
    return " ".join(
        filter(None, [said.title, said.title_sl, said.action_title, said.action_title_sl, said.description])
    )


def _text(call: Call) -> str:
    return " ".join([call.title, *call.keywords, call.description or ""])
