"""Hypothesis strategies: schemas, changed schemas, and what a schema allows to be written."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Schema = Any
NAMES = ("a", "b", "c", "d")
WORDS = ("", "x", "xy", "yes", "no")
_EXTRA: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from([None, True, 0, 7, 1.5, "x", "yes", [], {}]), max_size=2
)

_texts = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"minLength": st.integers(0, 2), "maxLength": st.integers(2, 5), "pattern": st.sampled_from(["^x", "y"])},
)
_numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": st.integers(-4, 0), "maximum": st.integers(1, 9), "multipleOf": st.sampled_from([1, 2, 4])},
)
_values = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(lambda words: {"enum": words})
_leaves = st.one_of(_texts, _numbers, _values, st.sampled_from([{"type": "boolean"}, {"type": "null"}, True]))


def _models(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    @st.composite
    def build(draw: st.DrawFn) -> Schema:
        properties = draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3))
        model: dict[str, Any] = {"type": "object", "properties": properties}
        if properties:
            model["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True, max_size=3))
        rest = draw(st.sampled_from(["open", "closed", "partly"]))
        if rest != "open":
            model["additionalProperties"] = draw(inner) if rest == "partly" else False
        return model

    return build()


def _lists(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": inner | st.just(False),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "maxItems": st.integers(2, 4),
        },
    )


def _sums(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})


def _products(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.tuples(inner, inner).map(lambda parts: {"allOf": list(parts)})


schemas: st.SearchStrategy[Schema] = st.recursive(
    _leaves,
    lambda inner: st.one_of(_models(inner), _models(inner), _lists(inner), _sums(inner), _products(inner)),
    max_leaves=6,
)


@st.composite
def changed(draw: st.DrawFn, schema: Schema) -> Schema:
    """The schema with one thing here or there dropped, replaced or added, so that many pairs stay compatible."""
    if isinstance(schema, bool) or draw(st.integers(0, 9)) == 0:
        return draw(schemas)
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key not in ("type", "anyOf", "allOf", "enum", "properties") and draw(st.integers(0, 3)) == 0:
            continue
        result[key] = draw(_changed_value(key, value))
    if "properties" in result:
        result["required"] = [name for name in result.get("required", []) if name in result["properties"]]
    return result


@st.composite
def _changed_value(draw: st.DrawFn, key: str, value: Any) -> Any:
    if key == "properties":
        kept = {name: draw(changed(each)) for name, each in value.items() if draw(st.integers(0, 4))}
        return kept | (
            draw(st.dictionaries(st.sampled_from(NAMES), schemas, max_size=1)) if draw(st.booleans()) else {}
        )
    if key in ("anyOf", "allOf", "prefixItems"):
        more = [draw(schemas)] if draw(st.booleans()) else []
        return [draw(changed(each)) for each in value] + more
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return draw(changed(value))
    if key == "enum":
        return list(dict.fromkeys([*value, *draw(st.lists(st.sampled_from(WORDS), max_size=1))]))
    if isinstance(value, int) and not isinstance(value, bool):
        return max(1 if key == "multipleOf" else -9, value + draw(st.sampled_from([0, 0, -1, 1])))
    return "number" if value == "integer" and draw(st.booleans()) else value


def instances(schema: Schema) -> st.SearchStrategy[Any]:
    """Values likely to fit the schema; the caller keeps those that do."""
    if schema is True:
        return st.sampled_from([None, True, 3, "x", [], {}, {"a": 1}])
    if schema is False:
        return st.none()
    if "anyOf" in schema:
        return st.one_of([instances(branch) for branch in schema["anyOf"]])
    if "allOf" in schema:
        return st.one_of([instances(part) for part in schema["allOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return {
        "string": st.sampled_from([*WORDS, "xyxy", "yyyyy"]),
        "integer": st.integers(-5, 12),
        "number": st.integers(-5, 12) | st.sampled_from([0.5, 1.5, 2.0]),
        "boolean": st.booleans(),
        "null": st.none(),
        "array": _arrays(schema),
        "object": _objects(schema),
    }[schema["type"]]


@st.composite
def _arrays(draw: st.DrawFn, schema: Schema) -> list[Any]:
    named = [draw(instances(each)) for each in schema.get("prefixItems", [])]
    named = named[: draw(st.integers(0, len(named)))] if draw(st.booleans()) else named
    return named + draw(st.lists(instances(schema.get("items", True)), max_size=2))


@st.composite
def _objects(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    written = {
        name: draw(instances(each)) for name, each in properties.items() if name in required or draw(st.booleans())
    }
    rest = schema.get("additionalProperties", True)
    if rest is False:
        return written
    extra = draw(_EXTRA if rest is True else st.dictionaries(st.sampled_from(NAMES), instances(rest), max_size=2))
    return extra | written
