"""As much of PromQL as the rules of deploy/k8s use, over scrapes kept in memory; it refuses the rest.

A vector is {labels: value}. Ranges take the first and the last scrape within them, and count resets as Prometheus does.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, nan

from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = Vector | float

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?(?:e\d+)?|\"[^\"]*\"|\[\w+\]|=~|!~|!=|==|>=|<=|[-+*/<>(){},=]|[a-zA-Z_:][\w:]*)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_LEVELS: list[set[str]] = [{"or"}, {"and", "unless"}, set(_COMPARE), {"+", "-"}, {"*", "/"}]
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {"sum": sum, "max": max, "min": min, "count": len}
_RANGES = {"rate", "increase", "changes"}


@dataclass(frozen=True)
class Scrape:
    """What one look at the targets gave, at `at` seconds."""

    at: float
    vector: Mapping[tuple[str, Labels], float]


def scrape(at: float, text: str, **target: str) -> Scrape:
    """A page of /metrics; `target` are the labels that Prometheus adds, such as pod."""
    found = {
        (sample.name, frozenset({**sample.labels, **target}.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return Scrape(at, {**found, ("up", frozenset(target.items())): 1.0})


def gone(at: float, **target: str) -> Scrape:
    """A target that did not answer."""
    return Scrape(at, {("up", frozenset(target.items())): 0.0})


def firing(expression: str, scrapes: list[Scrape]) -> list[dict[str, str]]:
    """The labels of every element that `expression` gives after the last of `scrapes`. Raises ValueError for what it
    does not understand."""
    parser = _Parser(expression, scrapes)
    value = parser.level(0)
    if parser.tokens:
        raise ValueError(f"not understood: {' '.join(parser.tokens)}")
    return [dict(labels) for labels in value] if isinstance(value, dict) else []


class _Parser:
    def __init__(self, expression: str, scrapes: list[Scrape]) -> None:
        self.tokens = _TOKEN.findall(expression)
        if "".join(self.tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", expression):
            raise ValueError(f"not understood: {expression}")
        self._scrapes = scrapes

    def level(self, place: int) -> Value:
        if place == len(_LEVELS):
            return self._atom()
        left = self.level(place + 1)
        while self.tokens and self.tokens[0] in _LEVELS[place]:
            sign = self.tokens.pop(0)
            matched = self._matching()
            left = _combine(sign, left, self.level(place + 1), matched)
        return left

    def _matching(self) -> set[str] | None:
        if self.tokens[0] != "on":
            return None
        self.tokens.pop(0)
        return self._names()

    def _names(self) -> set[str]:
        self._take("(")
        names = set()
        while (token := self.tokens.pop(0)) != ")":
            names |= {token} - {","}
        return names

    def _take(self, token: str) -> None:
        if (found := self.tokens.pop(0)) != token:
            raise ValueError(f"{token} was expected, {found} came")

    def _atom(self) -> Value:
        token = self.tokens.pop(0)
        if token == "(":
            value = self.level(0)
            self._take(")")
            return value
        if token[0].isdigit():
            return float(token)
        if token in _AGGREGATES:
            return self._aggregate(token)
        if token in _RANGES:
            self._take("(")
            ranged = self._range(token)
            self._take(")")
            return ranged
        if token == "absent":
            self._take("(")
            found = self.level(0)
            self._take(")")
            return {} if found else {frozenset(): 1.0}
        if token == "histogram_quantile":
            self._take("(")
            wanted = self.level(0)
            self._take(",")
            buckets = self.level(0)
            self._take(")")
            return _quantile(wanted, buckets)
        return self._instant(token)

    def _instant(self, name: str) -> Vector:
        """As of now, or of `offset` ago, where there may be nothing yet."""
        matchers = self._matchers()
        at = self._scrapes[-1].at
        if self.tokens[:1] == ["offset"]:
            at -= _seconds("".join(self.tokens[1:3]))
            del self.tokens[:3]
        return (_select(name, matchers, [each for each in self._scrapes if each.at <= at][-1:]) or [{}])[-1]

    def _aggregate(self, name: str) -> Vector:
        self._take("by")
        kept = self._names()
        self._take("(")
        value = self.level(0)
        self._take(")")
        groups: dict[Labels, list[float]] = {}
        for labels, each in _vector(value).items():
            groups.setdefault(_only(labels, kept), []).append(each)
        return {labels: float(_AGGREGATES[name](each)) for labels, each in groups.items()}

    def _range(self, function: str) -> Vector:
        name = self.tokens.pop(0)
        matchers = self._matchers()
        seconds = _seconds(self.tokens.pop(0).strip("[]"))
        inside = [each for each in self._scrapes if each.at >= self._scrapes[-1].at - seconds]
        vectors = _select(name, matchers, inside)
        found: Vector = {}
        for labels in {each for vector in vectors for each in vector}:
            values = [vector[labels] for vector in vectors if labels in vector]
            steps = list(pairwise(values))
            if function == "changes":
                found[labels] = sum(before != after for before, after in steps)
            elif steps:
                grown = sum(after - before if after >= before else after for before, after in steps)
                found[labels] = grown / seconds if function == "rate" else grown
        return found

    def _matchers(self) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        if self.tokens[:1] != ["{"]:
            return found
        self.tokens.pop(0)
        while (label := self.tokens.pop(0)) != "}":
            if label != ",":
                found.append((label, self.tokens.pop(0), self.tokens.pop(0).strip('"')))
        return found


def _seconds(length: str) -> int:
    return int(length[:-1]) * _UNITS[length[-1]]


def _select(name: str, wanted: list[tuple[str, str, str]], scrapes: list[Scrape]) -> list[Vector]:
    return [
        {
            labels: value
            for (metric, labels), value in each.vector.items()
            if metric == name and all(_fits(dict(labels).get(label, ""), *how) for label, *how in wanted)
        }
        for each in scrapes
    ]


def _fits(value: str, how: str, wanted: str) -> bool:
    same = value == wanted if how in ("=", "!=") else re.fullmatch(wanted, value) is not None
    return same is not how.startswith("!")


def _vector(value: Value) -> Vector:
    if not isinstance(value, dict):
        raise ValueError("a vector was expected")
    return value


def _only(labels: Labels, kept: set[str]) -> Labels:
    return frozenset(each for each in labels if each[0] in kept)


def _combine(sign: str, left: Value, right: Value, matched: set[str] | None) -> Value:
    def key(labels: Labels) -> Labels:
        return labels if matched is None else _only(labels, matched)

    if sign == "or":
        ours = {key(labels) for labels in _vector(left)}
        return {**_vector(left), **{each: value for each, value in _vector(right).items() if key(each) not in ours}}
    if sign in ("and", "unless"):
        theirs = {key(labels) for labels in _vector(right)}
        return {each: value for each, value in _vector(left).items() if (key(each) in theirs) is (sign == "and")}
    if not isinstance(left, dict):
        if isinstance(right, dict):
            return {labels: _number(sign, left, value) for labels, value in right.items()}
        return _number(sign, left, right)
    there = {key(labels): value for labels, value in right.items()} if isinstance(right, dict) else None
    found: Vector = {}
    for labels, value in left.items():
        other = right if there is None else there.get(key(labels))
        if not isinstance(other, float):
            continue
        if sign in _COMPARE:
            if _COMPARE[sign](value, other):
                found[labels] = value
        else:
            found[labels] = _number(sign, value, other)
    return found


def _number(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else (nan if not left else inf)
    raise ValueError(f"{sign} between two numbers")


def _quantile(wanted: Value, buckets: Value) -> Vector:
    """The upper end of the bucket in which the quantile lies."""
    series: dict[Labels, list[tuple[float, float]]] = {}
    for labels, value in _vector(buckets).items():
        rest = frozenset(each for each in labels if each[0] != "le")
        series.setdefault(rest, []).append((float(dict(labels)["le"]), value))
    found: Vector = {}
    for labels, each in series.items():
        ends = sorted(each)
        if isinstance(wanted, float) and ends[-1][1]:
            found[labels] = next(end for end, count in ends if count >= wanted * ends[-1][1])
    return found
