"""A JSON Schema seen as one of six shapes: anything, nothing, plain keywords, a sum, a product, a negation.

Keywords of one schema object apply together, so `{"type": "object", "allOf": [...]}` is a product whose first part is
the plain keywords; a list of types is a sum of the single types; annotations are no part of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

Schema = dict[str, Any] | bool
SumKind = Literal["anyOf", "oneOf"]

STRING = frozenset({"maxLength", "minLength", "pattern", "format"})
NUMBER = frozenset({"maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "multipleOf"})
OBJECT = frozenset(
    {"properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "required"}
    | {"maxProperties", "minProperties", "dependencies", "dependentRequired", "dependentSchemas", "propertyNames"}
)
ARRAY = frozenset(
    {"items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"}
    | {"maxItems", "minItems", "maxContains", "minContains", "uniqueItems"}
)
UNCOMPARED = frozenset({"if", "then", "else", "propertyNames", "$dynamicRef", "$recursiveRef", "contentSchema"})
_PLAIN = STRING | NUMBER | OBJECT | ARRAY | UNCOMPARED | {"type", "enum", "const"}
_COMBINERS = ("$ref", "anyOf", "oneOf", "allOf", "not")


@dataclass(frozen=True, slots=True)
class Anything:
    """`true` or no assertion at all."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """`false`."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Keywords without combiners; `type`, where present, is one name."""

    keywords: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sum:
    """anyOf or oneOf, two branches or more."""

    kind: SumKind
    branches: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Parts that apply together, two or more."""

    parts: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    schema: Schema


Shape = Anything | Nothing | Plain | Sum | Product | Negation


def shape_of(schema: Schema, root: Schema) -> Shape:
    """The shape of `schema`, whose references point into `root`.

    Raises ValueError for a reference that leaves `root` or only names itself, and for unevaluatedProperties or
    unevaluatedItems beside a combiner, whose meaning depends on the branches.
    """
    seen: set[str] = set()
    while True:
        if isinstance(schema, bool):
            return Anything() if schema else Nothing()
        parts = _parts(schema)
        if not parts:
            return Anything()
        if len(parts) > 1:
            return Product(tuple(parts))
        if parts[0] != schema:
            schema = parts[0]
        elif "$ref" in schema:
            if schema["$ref"] in seen:
                raise ValueError(f"$ref {schema['$ref']!r} leads back to itself: give it a schema of its own")
            seen.add(schema["$ref"])
            schema = resolve(schema["$ref"], root)
        elif len(branches := schema.get("anyOf") or schema.get("oneOf") or []) == 1:
            schema = branches[0]
        else:
            return _single(schema)


def _single(part: dict[str, Any]) -> Shape:
    if "anyOf" in part:
        return Sum("anyOf", tuple(part["anyOf"]))
    if "oneOf" in part:
        return Sum("oneOf", tuple(part["oneOf"]))
    if "not" in part:
        return Negation(part["not"])
    types = _types(part)
    if len(types) > 1:
        return Sum("anyOf", tuple(part | {"type": name} for name in types))
    return Plain(part | {"type": types[0]} if types else part)


def _parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {key: value for key, value in schema.items() if key in _PLAIN}
    combined: list[Any] = [{key: schema[key]} for key in ("$ref", "anyOf", "oneOf", "not") if key in schema]
    combined += schema.get("allOf", [])
    unevaluated = [key for key in ("unevaluatedProperties", "unevaluatedItems") if key in plain]
    if unevaluated and combined:
        raise ValueError(
            f"{unevaluated[0]} beside {next(key for key in _COMBINERS if key in schema)} cannot be compared: "
            "write the properties into one schema and use additionalProperties"
        )
    parts = ([plain] if plain else []) + combined
    return [{"not": {}} if part is False else part for part in parts if part not in (True, {})]


def _types(keywords: dict[str, Any]) -> list[str]:
    """The type names a plain schema allows, read from its values where `type` is absent; empty for any."""
    declared = keywords.get("type")
    if declared is not None:
        return [declared] if isinstance(declared, str) else list(declared)
    values = allowed_values(keywords)
    return [] if values is None else sorted({type_of(value) for value in values})


def allowed_values(keywords: dict[str, Any]) -> list[Any] | None:
    """What `enum` or `const` leaves, or None when neither is there."""
    if "const" in keywords:
        return [keywords["const"]]
    values = keywords.get("enum")
    return None if values is None else list(values)


def type_of(value: Any) -> str:
    """The JSON Schema type of a JSON value; a whole number is an integer."""
    if isinstance(value, bool):
        return "boolean"
    names = {type(None): "null", str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return names[type(value)]


def resolve(reference: str, root: Schema) -> Schema:
    """The schema a local reference points at. Raises ValueError when it leaves the document or finds nothing."""
    if not reference.startswith("#") or (len(reference) > 1 and reference[1] != "/"):
        raise ValueError(f"$ref {reference!r} leaves the schema: only '#/...' can be compared, move it into $defs")
    found: Any = root
    for step in unquote(reference).split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        try:
            found = found[int(key)] if isinstance(found, list) else found[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise ValueError(f"$ref {reference!r} finds nothing at {step!r}") from None
    return found if isinstance(found, bool) else dict(found)


def label(schema: Schema, root: Schema) -> str:
    """A schema in a word or two, for people: `null`, `Money`, `"open"`, `string`."""
    if isinstance(schema, dict) and "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    shape = shape_of(schema, root)
    if not isinstance(shape, Plain):
        return {Sum: "one of several", Product: "a combination", Negation: "an exclusion"}.get(
            type(shape), "anything" if isinstance(shape, Anything) else "nothing"
        )
    return str(shape.keywords.get("type", "anything"))
