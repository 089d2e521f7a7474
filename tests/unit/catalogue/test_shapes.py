"""A JSON Schema as tables: kinds, limits, what may be missing, and nested objects once each."""

from __future__ import annotations

from typing import Any

import pytest

from kit.catalogue.shapes import Kind, shapes


def kind_of(about: dict[str, Any]) -> Kind:
    (shape,) = shapes({"title": "Tested", "properties": {"field": about}, "required": ["field"]})
    return shape.fields[0].kind


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        ({"type": "string"}, Kind("text")),
        ({"type": "string", "format": "date-time"}, Kind("moment")),
        (
            {"type": "string", "format": "decimal", "minimum": 0.0, "maximum": 0.5},
            Kind("decimal", limits=("≥ 0", "≤ 0.5")),
        ),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, Kind("text", limits=("/^[A-Z]{3}$/",))),
        ({"type": "boolean"}, Kind("yes or no")),
        ({"type": "integer", "minimum": 1}, Kind("whole number", limits=("≥ 1",))),
        ({"type": "string", "enum": ["a", "b"]}, Kind("one of", choices=("a", "b"))),
        ({"const": "1.0", "type": "string"}, Kind("always", choices=("1.0",))),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, Kind("number", nullable=True)),
        (
            {"type": "array", "items": {"type": "string"}, "maxItems": 500},
            Kind("list", of=Kind("text"), limits=("≤ 500",)),
        ),
        ({"$ref": "#/$defs/Money"}, Kind("object", shape="Money")),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, Kind("see the schema")),
        ({"type": "object", "additionalProperties": {"type": "string"}}, Kind("see the schema")),
        ({}, Kind("see the schema")),
    ],
)
def test_what_a_field_holds(about: dict[str, Any], kind: Kind) -> None:
    assert kind_of(about) == kind


def test_a_field_that_may_be_missing_says_what_to_read_then() -> None:
    properties = {
        "there": {"type": "string"},
        "null": {"default": None},
        "text": {"default": "EUR"},
        "list": {"default": []},
    }
    (shape,) = shapes({"properties": properties, "required": ["there"]})
    assert [(field.name, field.always_there, field.default) for field in shape.fields] == [
        ("there", True, None),
        ("null", False, "null"),
        ("text", False, '"EUR"'),
        ("list", False, "[]"),
    ]


def test_nested_objects_come_once_each_also_when_they_hold_themselves() -> None:
    node = {"description": "A node.", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}
    money = {"properties": {"amount": {"type": "string"}}}
    schema = {
        "title": "Tree",
        "properties": {
            "root": {"$ref": "#/$defs/Node"},
            "cost": {"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]},
            "price": {"$ref": "#/$defs/Money"},
        },
        "$defs": {"Money": money, "Node": node, "Unused": money},
    }
    drawn = shapes(schema)
    assert [shape.name for shape in drawn] == ["Tree", "Node", "Money"]
    assert drawn[1].description == "A node."
