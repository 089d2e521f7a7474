"""Every row of the compatibility table, both columns, under the strict and the lenient set."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility import LENIENT, STRICT, VERDICTS, Verdict, compatible, differences
from tests.unit.contracts.rows import TABLE, TEXT, Row, closed


@pytest.mark.parametrize("row", TABLE, ids=[f"{row.area}-{row.rule}" for row in TABLE])
def test_a_row_names_its_rule_and_gives_its_verdict(row: Row) -> None:
    assert row.rule in {each.rule for each in differences(row.old, row.new)}
    assert VERDICTS[row.rule] is row.verdict
    assert compatible(row.old, row.new, allowed=STRICT) is (row.verdict is Verdict.COMPATIBLE)
    assert compatible(row.old, row.new, allowed=LENIENT) is (row.verdict is not Verdict.BREAKING)


def test_every_rule_has_a_row() -> None:
    assert {row.rule for row in TABLE} == set(VERDICTS)


@pytest.mark.parametrize("keyword", ["$id", "title", "description", "default", "examples", "x-sunset"])
def test_annotations_are_no_difference(keyword: str) -> None:
    assert differences(TEXT | {keyword: "a"}, TEXT | {keyword: "b"}) == []


@pytest.mark.parametrize("row", TABLE, ids=[f"{row.area}-{row.rule}" for row in TABLE])
def test_a_schema_is_compatible_with_itself(row: Row) -> None:
    kept = "UNCOMPARED" not in row.rule
    assert compatible(row.old, row.old)
    assert compatible(row.new, row.new) or not kept


def test_a_bound_of_another_type_is_no_difference() -> None:
    assert differences({"type": "integer"}, {"type": "integer", "maxLength": 3}) == []


def test_references_are_followed_on_both_sides() -> None:
    old = {"$ref": "#/$defs/Old", "$defs": {"Old": closed(a={"$ref": "#/$defs/Word"}, b=TEXT), "Word": TEXT}}
    new = {"$ref": "#/$defs/New", "$defs": {"New": closed(a=TEXT | {"maxLength": 3}, b=TEXT)}}
    assert [(each.rule, each.path) for each in differences(old, new)] == [("MAX_LENGTH_ADDED", "a")]


def test_a_recursive_model_is_walked_once() -> None:
    def tree(leaf: dict[str, Any]) -> dict[str, Any]:
        node = closed(leaf=leaf, children={"type": "array", "items": {"$ref": "#/$defs/Node"}})
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert compatible(tree(TEXT), tree(TEXT))
    assert [(each.rule, each.path) for each in differences(tree(TEXT), tree({"type": "integer"}))] == [
        ("TYPE_CHANGED", "leaf")
    ]


def test_a_change_inside_an_optional_model_is_told_where_it_stands() -> None:
    def optional(amount: dict[str, Any]) -> dict[str, Any]:
        money = {"$defs": {"Money": closed(amount=amount)}}
        return closed(cost={"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]}) | money

    found = differences(optional(TEXT), optional({"type": "number"}))
    assert [(each.rule, each.path) for each in found] == [("TYPE_CHANGED", "cost.amount")]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$ref": "other.json#/Money"}, "leaves the schema"),
        ({"$ref": "#/$defs/Money"}, "finds nothing"),
        ({"$ref": "#/$defs/Loop", "$defs": {"Loop": {"$ref": "#/$defs/Loop"}}}, "leads back to itself"),
        ({"allOf": [TEXT, {"minLength": 1}], "unevaluatedProperties": False}, "cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_reason(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        differences(schema, TEXT)
