"""Objects: properties, what is required, what stands beside them, and dependencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contracts.compatibility.content import Model, added, removed, rest_differences
from contracts.compatibility.difference import Difference
from contracts.compatibility.shapes import Schema, resolve

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison

Keywords = dict[str, Any]


def differences(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    return (
        _properties(compare, written, read, path)
        + _required(compare, written, read, path)
        + _patterns(compare, written, read, path)
        + rest_differences(compare, _family(written, read), _rest(written), _rest(read), path)
        + _dependencies(compare, written, read, path)
    )


def _properties(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = written.get("properties", {}), read.get("properties", {})
    changed: list[Difference] = []
    for name in before | after:
        here = f"{path}.{name}" if path else name
        if name not in after:
            changed.append(removed(compare, "PROPERTY", before[name], _model(read, name), here))
        elif name in before:
            changed += compare.differences(before[name], after[name], here)
        elif name not in read.get("required", []) or not _model(written, name).closed:
            changed.append(added(compare, "PROPERTY", after[name], _model(written, name), here))
    return changed


def _required(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = written.get("required", []), read.get("required", [])
    changed = []
    for name in dict.fromkeys([*before, *after]):
        here = f"{path}.{name}" if path else name
        if name not in after:
            changed.append(Difference("REQUIRED_ATTRIBUTE_REMOVED", here))
        elif name not in before:
            changed.append(Difference(_requirement(compare, written, read, name), here))
    return changed


def _requirement(compare: Comparison, written: Keywords, read: Keywords, name: str) -> str:
    known = name in written.get("properties", {})
    if _has_default(read.get("properties", {}).get(name, True), compare.read_root):
        prefix = "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED"
        return prefix if known else "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL"
    unopen = not known and not _model(written, name).open
    return "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL" if unopen else "REQUIRED_ATTRIBUTE_ADDED"


def _has_default(schema: Schema, root: Schema) -> bool:
    if isinstance(schema, bool):
        return False
    return "default" in schema or ("$ref" in schema and _has_default(resolve(schema["$ref"], root), root))


def _patterns(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = written.get("patternProperties", {}), read.get("patternProperties", {})
    changed: list[Difference] = []
    for pattern in before | after:
        here = f"{path}./{pattern}/" if path else f"/{pattern}/"
        if pattern in before and pattern in after:
            changed += compare.differences(before[pattern], after[pattern], here)
        elif pattern in before:
            if not compare.accepts(before[pattern], _rest(read)):
                changed.append(Difference("PATTERN_PROPERTIES_NARROWED", here, "a pattern", "none"))
        elif not all(compare.accepts(source, after[pattern]) for source in _sources(written, pattern)):
            changed.append(Difference("PATTERN_PROPERTIES_NARROWED", here, "no pattern", "a pattern"))
    return changed


def _sources(written: Keywords, pattern: str) -> list[Schema]:
    """Every schema whose values a new pattern may meet."""
    named = [schema for name, schema in written.get("properties", {}).items() if re.search(pattern, name)]
    return [*named, *written.get("patternProperties", {}).values(), _rest(written)]


def _model(keywords: Keywords, name: str) -> Model:
    patterns: dict[str, Schema] = keywords.get("patternProperties", {})
    matching = tuple(schema for pattern, schema in patterns.items() if re.search(pattern, name))
    return Model(matching or (_rest(keywords),), patterned=bool(patterns))


def _rest(keywords: Keywords) -> Schema:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in keywords:
            rest: Schema = keywords[keyword]
            return rest
    return True


def _family(written: Keywords, read: Keywords) -> str:
    additional = "additionalProperties" in written or "additionalProperties" in read
    unevaluated = "unevaluatedProperties" in written or "unevaluatedProperties" in read
    return "UNEVALUATED_PROPERTIES" if unevaluated and not additional else "ADDITIONAL_PROPERTIES"


def _dependencies(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    changed: list[Difference] = []
    before, after = _dependent_names(written), _dependent_names(read)
    for name in before | after:
        rule = _array_rule(before.get(name), after.get(name))
        if rule:
            here = f"{path}.{name}" if path else name
            changed.append(Difference(rule, here, ", ".join(before.get(name, [])), ", ".join(after.get(name, []))))
    schemas, read_schemas = _dependent_schemas(written), _dependent_schemas(read)
    for name in schemas | read_schemas:
        here = f"{path}.{name}" if path else name
        if name in schemas and name in read_schemas:
            changed += compare.differences(schemas[name], read_schemas[name], here)
        else:
            changed.append(Difference(f"DEPENDENCY_SCHEMA_{'REMOVED' if name in schemas else 'ADDED'}", here))
    return changed


def _array_rule(before: list[str] | None, after: list[str] | None) -> str | None:
    if before is None or after is None:
        return "DEPENDENCY_ARRAY_ADDED" if before is None else "DEPENDENCY_ARRAY_REMOVED"
    old, new = set(before), set(after)
    if old == new:
        return None
    return f"DEPENDENCY_ARRAY_{'NARROWED' if new < old else 'EXTENDED' if new > old else 'CHANGED'}"


def _dependent_names(keywords: Keywords) -> dict[str, list[str]]:
    named: dict[str, list[str]] = dict(keywords.get("dependentRequired", {}))
    return named | {name: value for name, value in keywords.get("dependencies", {}).items() if isinstance(value, list)}


def _dependent_schemas(keywords: Keywords) -> dict[str, Schema]:
    schemas: dict[str, Schema] = dict(keywords.get("dependentSchemas", {}))
    mixed = keywords.get("dependencies", {})
    return schemas | {name: value for name, value in mixed.items() if not isinstance(value, list)}
