"""The table of Confluent's JSON Schema compatibility rules, row by row: what is compatible and what is breaking.

A row is: the area, the older schema, the newer one, the rule it must name, and the rule's verdict.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from contracts.compatibility import Verdict

OK, LENIENT, BREAKING = Verdict.COMPATIBLE, Verdict.LENIENT, Verdict.BREAKING
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


class Row(NamedTuple):
    area: str
    old: Any
    new: Any
    rule: str
    verdict: Verdict


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return opened(required, **properties) | {"additionalProperties": False}


def opened(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def partly(rest: Any, **properties: Any) -> dict[str, Any]:
    return opened(**properties) | {"additionalProperties": rest}


def tupled(*items: Any, rest: Any = True) -> dict[str, Any]:
    return {"type": "array", "prefixItems": list(items), "items": rest}


def bound(area: str, kind: dict[str, Any], keyword: str, name: str, *, upper: bool) -> list[Row]:
    low, high, none = kind | {keyword: 3}, kind | {keyword: 5}, kind
    wider, tighter = (
        (("INCREASED", OK), ("DECREASED", BREAKING)) if upper else (("INCREASED", BREAKING), ("DECREASED", OK))
    )
    return [
        Row(area, low, high, f"{name}_{wider[0]}", wider[1]),
        Row(area, high, low, f"{name}_{tighter[0]}", tighter[1]),
        Row(area, low, none, f"{name}_REMOVED", OK),
        Row(area, none, low, f"{name}_ADDED", BREAKING),
    ]


ANNOTATIONS = [
    Row("whole schema", TEXT, {}, "SCHEMA_REMOVED", OK),
    Row("whole schema", TEXT, True, "SCHEMA_REMOVED", OK),
    Row("whole schema", {}, TEXT, "SCHEMA_ADDED", BREAKING),
    Row("whole schema", True, TEXT, "SCHEMA_ADDED", BREAKING),
]
TYPES = [
    Row("type", WHOLE, NUMBER, "TYPE_EXTENDED", OK),
    Row("type", False, TEXT, "TYPE_EXTENDED", OK),
    Row("type", NUMBER, WHOLE, "TYPE_NARROWED", BREAKING),
    Row("type", TEXT, WHOLE, "TYPE_CHANGED", BREAKING),
    Row("type", TEXT, False, "TYPE_NARROWED", BREAKING),
    Row("type", {"minLength": 1}, TEXT | {"minLength": 1}, "TYPE_NARROWED", BREAKING),
    Row("type", TEXT, {"type": ["string", "null"]}, "SUM_TYPE_EXTENDED", OK),
    Row("type", {"type": ["string", "null"]}, TEXT, "SUM_TYPE_NARROWED", BREAKING),
]
STRINGS = [
    *bound("string", TEXT, "maxLength", "MAX_LENGTH", upper=True),
    *bound("string", TEXT, "minLength", "MIN_LENGTH", upper=False),
    Row("string", TEXT | {"pattern": "^a"}, TEXT, "PATTERN_REMOVED", OK),
    Row("string", TEXT, TEXT | {"pattern": "^a"}, "PATTERN_ADDED", BREAKING),
    Row("string", TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}, "PATTERN_CHANGED", BREAKING),
    Row("string", TEXT | {"format": "date"}, TEXT, "FORMAT_REMOVED", OK),
    Row("string", TEXT, TEXT | {"format": "date"}, "FORMAT_ADDED", BREAKING),
    Row("string", TEXT | {"format": "date"}, TEXT | {"format": "uri"}, "FORMAT_CHANGED", BREAKING),
]
NUMBERS = [
    *bound("number", NUMBER, "maximum", "MAXIMUM", upper=True),
    *bound("number", NUMBER, "exclusiveMaximum", "EXCLUSIVE_MAXIMUM", upper=True),
    *bound("number", NUMBER, "minimum", "MINIMUM", upper=False),
    *bound("number", NUMBER, "exclusiveMinimum", "EXCLUSIVE_MINIMUM", upper=False),
    *bound("decimal string", TEXT | {"format": "decimal"}, "maximum", "MAXIMUM", upper=True),
    Row("number", NUMBER | {"multipleOf": 6}, NUMBER | {"multipleOf": 3}, "MULTIPLE_OF_REDUCED", OK),
    Row("number", NUMBER | {"multipleOf": 0.3}, NUMBER | {"multipleOf": 0.1}, "MULTIPLE_OF_REDUCED", OK),
    Row("number", NUMBER | {"multipleOf": 3}, NUMBER, "MULTIPLE_OF_REMOVED", OK),
    Row("number", NUMBER, NUMBER | {"multipleOf": 3}, "MULTIPLE_OF_ADDED", BREAKING),
    Row("number", NUMBER | {"multipleOf": 3}, NUMBER | {"multipleOf": 6}, "MULTIPLE_OF_EXPANDED", BREAKING),
    Row("number", NUMBER | {"multipleOf": 3}, NUMBER | {"multipleOf": 5}, "MULTIPLE_OF_CHANGED", BREAKING),
]
REQUIRED = [
    Row("required", closed(("a",), a=TEXT), closed(a=TEXT), "REQUIRED_ATTRIBUTE_REMOVED", OK),
    Row(
        "required",
        closed(a=TEXT),
        closed(("a",), a=TEXT | {"default": "x"}),
        "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED",
        OK,
    ),
    Row("required", closed(a=TEXT), closed(("a",), a=TEXT), "REQUIRED_ATTRIBUTE_ADDED", BREAKING),
    Row("required", opened(), opened(("a",)), "REQUIRED_ATTRIBUTE_ADDED", BREAKING),
]
ADDED_PROPERTIES = [
    Row("property added", closed(), closed(a=TEXT), "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL", OK),
    Row(
        "property added",
        closed(),
        closed(("a",), a=TEXT | {"default": "x"}),
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL",
        OK,
    ),
    Row(
        "property added",
        partly(TEXT),
        partly(TEXT, a=TEXT),
        "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        OK,
    ),
    Row("property added", opened(), opened(a={}), "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", OK),
    Row(
        "property added",
        closed(),
        closed(("a",), a=TEXT),
        "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
        BREAKING,
    ),
    Row("property added", opened(), opened(("a",), a={}), "REQUIRED_ATTRIBUTE_ADDED", BREAKING),
    Row("property added", opened(), opened(a=TEXT), "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", LENIENT),
    Row(
        "property added",
        opened(),
        opened(a=TEXT | {"default": "x"}),
        "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        LENIENT,
    ),
    Row(
        "property added",
        partly(NUMBER),
        partly(NUMBER, a=TEXT),
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        LENIENT,
    ),
]
REMOVED_PROPERTIES = [
    Row("property removed", opened(a=TEXT), opened(), "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL", OK),
    Row(
        "property removed",
        partly(TEXT, a=TEXT),
        partly(TEXT),
        "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        OK,
    ),
    Row(
        "property removed",
        closed(a=False),
        closed(),
        "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        OK,
    ),
    Row("property removed", closed(a=TEXT), closed(), "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", LENIENT),
    Row(
        "property removed",
        partly(NUMBER, a=TEXT),
        partly(NUMBER),
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        LENIENT,
    ),
]
ADDITIONAL = [
    Row("additionalProperties", closed(), opened(), "ADDITIONAL_PROPERTIES_ADDED", OK),
    Row("additionalProperties", closed(), partly(TEXT), "ADDITIONAL_PROPERTIES_EXTENDED", OK),
    Row("additionalProperties", partly(TEXT), opened(), "ADDITIONAL_PROPERTIES_EXTENDED", OK),
    Row("additionalProperties", opened(), partly(TEXT), "ADDITIONAL_PROPERTIES_NARROWED", LENIENT),
    Row("additionalProperties", opened(), closed(), "ADDITIONAL_PROPERTIES_REMOVED", LENIENT),
    Row(
        "unevaluatedProperties",
        {"type": "object", "unevaluatedProperties": False},
        {"type": "object"},
        "UNEVALUATED_PROPERTIES_ADDED",
        OK,
    ),
    Row(
        "unevaluatedProperties",
        {"type": "object", "unevaluatedProperties": TEXT},
        {"type": "object", "unevaluatedProperties": True},
        "UNEVALUATED_PROPERTIES_EXTENDED",
        OK,
    ),
    Row(
        "unevaluatedProperties",
        {"type": "object"},
        {"type": "object", "unevaluatedProperties": TEXT},
        "UNEVALUATED_PROPERTIES_NARROWED",
        LENIENT,
    ),
    Row(
        "unevaluatedProperties",
        {"type": "object"},
        {"type": "object", "unevaluatedProperties": False},
        "UNEVALUATED_PROPERTIES_REMOVED",
        LENIENT,
    ),
    Row(
        "patternProperties",
        {"type": "object", "patternProperties": {"^x-": TEXT}, "additionalProperties": False},
        {"type": "object", "additionalProperties": False},
        "PATTERN_PROPERTIES_NARROWED",
        BREAKING,
    ),
    Row(
        "patternProperties",
        {"type": "object"},
        {"type": "object", "patternProperties": {"^x-": TEXT}},
        "PATTERN_PROPERTIES_NARROWED",
        BREAKING,
    ),
]


def _array_dependency(keyword: str, *names: str) -> dict[str, Any]:
    return {"type": "object", keyword: {"a": list(names)}}


def _schema_dependency(keyword: str) -> dict[str, Any]:
    return {"type": "object", keyword: {"a": {"required": ["b"]}}}


DEPENDENCIES = [
    row
    for arrays, schemas in (("dependencies", "dependencies"), ("dependentRequired", "dependentSchemas"))
    for row in (
        Row(
            arrays,
            _array_dependency(arrays, "b", "c"),
            _array_dependency(arrays, "b"),
            "DEPENDENCY_ARRAY_NARROWED",
            OK,
        ),
        Row(arrays, _array_dependency(arrays, "b"), {"type": "object"}, "DEPENDENCY_ARRAY_REMOVED", OK),
        Row(schemas, _schema_dependency(schemas), {"type": "object"}, "DEPENDENCY_SCHEMA_REMOVED", OK),
        Row(arrays, {"type": "object"}, _array_dependency(arrays, "b"), "DEPENDENCY_ARRAY_ADDED", BREAKING),
        Row(
            arrays,
            _array_dependency(arrays, "b"),
            _array_dependency(arrays, "b", "c"),
            "DEPENDENCY_ARRAY_EXTENDED",
            BREAKING,
        ),
        Row(
            arrays,
            _array_dependency(arrays, "b"),
            _array_dependency(arrays, "c"),
            "DEPENDENCY_ARRAY_CHANGED",
            BREAKING,
        ),
        Row(schemas, {"type": "object"}, _schema_dependency(schemas), "DEPENDENCY_SCHEMA_ADDED", BREAKING),
    )
]
SIZES = [
    *bound("object size", {"type": "object"}, "maxProperties", "MAX_PROPERTIES", upper=True),
    *bound("object size", {"type": "object"}, "minProperties", "MIN_PROPERTIES", upper=False),
]
_LIST = {"type": "array"}
_WITH_A_TEXT = _LIST | {"contains": TEXT}
ARRAYS = [
    *bound("array", _LIST, "maxItems", "MAX_ITEMS", upper=True),
    *bound("array", _LIST, "minItems", "MIN_ITEMS", upper=False),
    *bound("array", _WITH_A_TEXT, "maxContains", "MAX_CONTAINS", upper=True),
    *bound("array", _WITH_A_TEXT | {"minContains": 3}, "minContains", "MIN_CONTAINS", upper=False)[:2],
    Row("array", _WITH_A_TEXT | {"minContains": 3}, _LIST, "MIN_CONTAINS_REMOVED", OK),
    Row("array", _LIST, _WITH_A_TEXT | {"minContains": 3}, "MIN_CONTAINS_ADDED", BREAKING),
    Row("array", _WITH_A_TEXT, _LIST, "CONTAINS_REMOVED", OK),
    Row("array", _LIST, _WITH_A_TEXT, "CONTAINS_ADDED", BREAKING),
    Row("array", _LIST | {"uniqueItems": True}, _LIST, "UNIQUE_ITEMS_REMOVED", OK),
    Row("array", _LIST, _LIST | {"uniqueItems": True}, "UNIQUE_ITEMS_ADDED", BREAKING),
    Row("array", _LIST | {"items": TEXT}, _LIST | {"items": NUMBER}, "TYPE_CHANGED", BREAKING),
    Row("additionalItems", tupled(TEXT, rest=False), tupled(TEXT), "ADDITIONAL_ITEMS_ADDED", OK),
    Row("additionalItems", tupled(TEXT, rest=TEXT), tupled(TEXT), "ADDITIONAL_ITEMS_EXTENDED", OK),
    Row("additionalItems", tupled(TEXT), tupled(TEXT, rest=TEXT), "ADDITIONAL_ITEMS_NARROWED", BREAKING),
    Row("additionalItems", tupled(TEXT), tupled(TEXT, rest=False), "ADDITIONAL_ITEMS_REMOVED", BREAKING),
    Row(
        "additionalItems, draft 7",
        {"type": "array", "items": [TEXT]},
        {"type": "array", "items": [TEXT], "additionalItems": False},
        "ADDITIONAL_ITEMS_REMOVED",
        BREAKING,
    ),
    Row("unevaluatedItems", _LIST | {"unevaluatedItems": False}, _LIST, "UNEVALUATED_ITEMS_ADDED", OK),
    Row("unevaluatedItems", _LIST | {"unevaluatedItems": TEXT}, _LIST, "UNEVALUATED_ITEMS_EXTENDED", OK),
    Row("unevaluatedItems", _LIST, _LIST | {"unevaluatedItems": TEXT}, "UNEVALUATED_ITEMS_NARROWED", BREAKING),
    Row("unevaluatedItems", _LIST, _LIST | {"unevaluatedItems": False}, "UNEVALUATED_ITEMS_REMOVED", BREAKING),
]
TUPLES = [
    Row("tuple", tupled(rest=False), tupled(TEXT, rest=False), "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL", OK),
    Row(
        "tuple", tupled(rest=TEXT), tupled(TEXT, rest=TEXT), "ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", OK
    ),
    Row("tuple", tupled(), tupled({}), "ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", OK),
    Row("tuple", tupled(TEXT), tupled(), "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL", OK),
    Row(
        "tuple",
        tupled(TEXT, rest=TEXT),
        tupled(rest=TEXT),
        "ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        OK,
    ),
    Row(
        "tuple",
        tupled(TEXT, False, rest=False),
        tupled(TEXT, rest=False),
        "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        OK,
    ),
    Row("tuple", tupled(), tupled(TEXT), "ITEM_ADDED_TO_OPEN_CONTENT_MODEL", BREAKING),
    Row(
        "tuple",
        tupled(TEXT, TEXT, rest=False),
        tupled(TEXT, rest=False),
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        BREAKING,
    ),
    Row(
        "tuple",
        tupled(TEXT, rest=NUMBER),
        tupled(TEXT, TEXT, rest=NUMBER),
        "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        BREAKING,
    ),
    Row(
        "tuple",
        tupled(TEXT, TEXT, rest=NUMBER),
        tupled(TEXT, rest=NUMBER),
        "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        BREAKING,
    ),
]
VALUES = [
    Row("enum", {"enum": ["a"]}, {"enum": ["a", "b"]}, "ENUM_ARRAY_EXTENDED", OK),
    Row("enum", {"const": "a"}, {"enum": ["a", "b"]}, "ENUM_ARRAY_EXTENDED", OK),
    Row("enum", {"enum": ["a", "b"]}, {"enum": ["a"]}, "ENUM_ARRAY_NARROWED", BREAKING),
    Row("enum", TEXT, {"enum": ["a"]}, "ENUM_ARRAY_NARROWED", BREAKING),
    Row("enum", {"enum": ["a", "b"]}, {"enum": ["a", "c"]}, "ENUM_ARRAY_CHANGED", BREAKING),
    Row("const", {"const": "a"}, {"const": "b"}, "CONST_CHANGED", BREAKING),
    Row("uncompared", TEXT, TEXT | {"if": {"minLength": 3}}, "UNCOMPARED_KEYWORD_CHANGED", BREAKING),
]


def _any(*branches: Any) -> dict[str, Any]:
    return {"anyOf": list(branches)}


def _one(*branches: Any) -> dict[str, Any]:
    return {"oneOf": list(branches)}


def _all(*parts: Any) -> dict[str, Any]:
    return {"allOf": list(parts)}


_SHORT, _LONG = {"maxLength": 9}, {"minLength": 2}
_BOOL = {"type": "boolean"}
COMBINED = [
    Row("anyOf", _any(TEXT, NUMBER), _any(TEXT, NUMBER, _BOOL), "SUM_TYPE_EXTENDED", OK),
    Row("oneOf", _one(TEXT, NUMBER), _one(_BOOL, NUMBER, TEXT), "SUM_TYPE_EXTENDED", OK),
    Row("anyOf", TEXT, _any(NUMBER, TEXT), "SUM_TYPE_EXTENDED", OK),
    Row("allOf", _all(_SHORT, _LONG, TEXT), _all(_SHORT, TEXT), "PRODUCT_TYPE_NARROWED", OK),
    Row("allOf", _all(_SHORT, TEXT), TEXT, "PRODUCT_TYPE_NARROWED", OK),
    Row("not", {"not": NUMBER}, {"not": WHOLE}, "NOT_TYPE_NARROWED", OK),
    Row("combined", _one(TEXT, NUMBER), _any(TEXT, NUMBER), "COMBINED_TYPE_EXTENDED", OK),
    Row("combined", _all(TEXT, _SHORT), _any(TEXT, NUMBER), "COMBINED_TYPE_EXTENDED", OK),
    Row("combined", _any(TEXT), _one(TEXT, NUMBER), "SUM_TYPE_EXTENDED", OK),
    Row("anyOf", _any(TEXT, NUMBER, _BOOL), _any(TEXT, NUMBER), "SUM_TYPE_NARROWED", BREAKING),
    Row("anyOf", _any(TEXT, NUMBER), TEXT, "SUM_TYPE_NARROWED", BREAKING),
    Row("allOf", _all(TEXT, _SHORT), _all(TEXT, _SHORT, _LONG), "PRODUCT_TYPE_EXTENDED", BREAKING),
    Row("allOf", TEXT, _all(TEXT, _SHORT), "PRODUCT_TYPE_EXTENDED", BREAKING),
    Row("not", {"not": WHOLE}, {"not": NUMBER}, "NOT_TYPE_EXTENDED", BREAKING),
    Row("not", TEXT, {"not": NUMBER}, "NOT_TYPE_EXTENDED", BREAKING),
    Row("combined", _any(TEXT, NUMBER), _one(TEXT, NUMBER), "COMBINED_TYPE_CHANGED", BREAKING),
    Row("combined", _any(TEXT, NUMBER), _all(TEXT, _SHORT), "COMBINED_TYPE_CHANGED", BREAKING),
    Row("combined", _any(TEXT, NUMBER), _any(TEXT, _BOOL), "COMBINED_TYPE_SUBSCHEMAS_CHANGED", BREAKING),
    Row("combined", _all(TEXT, _SHORT), _all(NUMBER, _SHORT), "COMBINED_TYPE_SUBSCHEMAS_CHANGED", BREAKING),
]

TABLE = [
    *ANNOTATIONS, *TYPES, *STRINGS, *NUMBERS, *REQUIRED, *ADDED_PROPERTIES, *REMOVED_PROPERTIES, *ADDITIONAL,
    *DEPENDENCIES, *SIZES, *ARRAYS, *TUPLES, *VALUES, *COMBINED,
]  # fmt: skip
