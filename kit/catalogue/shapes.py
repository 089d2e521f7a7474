"""A JSON Schema as tables for people: the event's own fields first, then every object they hold. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

_DEFINITIONS = "#/$defs/"
_FORMATS = {"date-time": "moment", "date": "date", "decimal": "decimal"}
_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "array": "list"}
_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minItems": "≥ {}",
    "maxItems": "≤ {}",
    "minLength": "≥ {}",
    "maxLength": "≤ {}",
    "pattern": "/{}/",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field holds: a word such as `text`, `moment`, `list` or `object`.

    `of` is what a list holds, `shape` names the object's own table, `nullable` says that null means unknown.
    """

    word: str
    nullable: bool = False
    of: Kind | None = None
    shape: str | None = None
    choices: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `default` is the JSON a reader takes where the field is missing, None where it never is."""

    name: str
    kind: Kind
    default: str | None
    description: str | None

    @property
    def always_there(self) -> bool:
        return self.default is None


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the event itself (`name` is the model's) or one its fields hold."""

    name: str
    description: str | None
    fields: tuple[Field, ...]


def shapes(schema: Schema) -> list[Shape]:
    """The event and every object it holds, each once, in the order a reader meets them."""
    definitions: dict[str, Schema] = schema.get("$defs", {})
    met: dict[str, Shape] = {}
    waiting = [(str(schema.get("title", "event")), schema)]
    while waiting:
        name, body = waiting.pop(0)
        if name in met:
            continue
        met[name] = _shape(name, body)
        waiting += [(each, definitions[each]) for each in _held(met[name]) if each in definitions]
    return list(met.values())


def _shape(name: str, body: Schema) -> Shape:
    required = set(body.get("required", ()))
    fields = tuple(_field(field, about, field in required) for field, about in body.get("properties", {}).items())
    return Shape(name, body.get("description"), fields)


def _field(name: str, about: Schema, required: bool) -> Field:
    default = None if required else json.dumps(about.get("default"), ensure_ascii=False)
    return Field(name, _kind(about), default, about.get("description"))


def _kind(about: Schema) -> Kind:
    choices = [each for each in about.get("anyOf", ()) if each.get("type") != "null"]
    if len(choices) == 1 and len(about["anyOf"]) == 2:
        kind = _kind(choices[0])
        return Kind(kind.word, True, kind.of, kind.shape, kind.choices, kind.limits)
    if "$ref" in about:
        return Kind("object", shape=about["$ref"].removeprefix(_DEFINITIONS))
    if "const" in about:
        return Kind("always", choices=(str(about["const"]),))
    if "enum" in about:
        return Kind("one of", choices=tuple(map(str, about["enum"])))
    limits = tuple(form.format(_plain(about[keyword])) for keyword, form in _LIMITS.items() if keyword in about)
    word = _FORMATS.get(about.get("format", "")) or _TYPES.get(str(about.get("type")), "see the schema")
    return Kind(word, of=_kind(about.get("items", {})) if word == "list" else None, limits=limits)


def _plain(limit: Any) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def _held(shape: Shape) -> Iterator[str]:
    for field in shape.fields:
        kind: Kind | None = field.kind
        while kind is not None:
            if kind.shape:
                yield kind.shape
            kind = kind.of
