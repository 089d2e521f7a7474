"""The schemas in contracts/schemas: generated from the models, and checked against them.

Two schemas say what one contract means:

- The **writer** schema is what producers always write: pydantic's serialisation mode, where a field with a default is
  required because it is always sent, and closed (`additionalProperties: false`), because a producer sends nothing it
  has not declared. It is the file in contracts/schemas, under the event's `dataschema` URN.
- The **reader** schema is what every consumer must be ready for: the same types, but open, and a field with a default
  is optional, because an event from before the field lacks it. It follows from the writer schema alone. It asks no
  less than pydantic's validation mode does of the same model (which would also take a number for a decimal string):
  a consumer generated from the schema in another language is as safe as our own.

A new optional field is therefore welcome both ways: the old writer's event lacks what the new reader does not
require, the new writer's event holds what the old reader may ignore.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from contracts.registry import Contract

Schema = dict[str, Any]
FOLDER = Path(__file__).parent / "schemas"
MEND = "run `python -m contracts.check --write`"
_NO_SCHEMAS = {"released.json"}


class _Written(GenerateJsonSchema):
    """Closed models whose defaults are always written and whose decimals say so."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return super().field_is_required(field, total) or field["schema"]["type"] == "default"

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return {**super().model_schema(schema), "additionalProperties": False}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A string, so that no reader rounds it; its bounds are kept for the compatibility check."""
        bounds = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
        limits = {keyword: float(schema[bound]) for bound, keyword in bounds.items() if bound in schema}  # type: ignore[literal-required]
        return {**super().decimal_schema(schema), "format": "decimal", **limits}


def writer_schema(contract: Contract) -> Schema:
    """The closed JSON Schema (2020-12) of what producers write, keys in a stable order.

    Raises ValueError naming the field when a default is hidden in a factory: readers could not learn it.
    """
    body = contract.model.model_json_schema(mode="serialization", schema_generator=_Written)
    for name, model in {contract.model.__name__: body, **body.get("$defs", {})}.items():
        _defaults_are_shown(contract, name, model)
    head: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": contract.schema_uri,
        "title": contract.model.__name__,
        "description": contract.meaning,
    }
    if contract.sunset:
        head["x-sunset"] = contract.sunset.isoformat()
    order = ("$ref", "type", "properties", "required", "additionalProperties")
    ordered = {key: body[key] for key in order if key in body}
    definitions = {"$defs": dict(sorted(body["$defs"].items()))} if "$defs" in body else {}
    return head | ordered | definitions


def reader_schema(contract: Contract) -> Schema:
    """The open schema of what every consumer of the contract must be ready for."""
    return reader_of(writer_schema(contract))


def reader_of(writer: Schema) -> Schema:
    """The reader schema of a writer schema, also of one frozen long ago."""
    opened = {key: _opened(key, value) for key, value in writer.items()}
    if opened.get("additionalProperties") is False:
        del opened["additionalProperties"]
    if "required" in opened:
        properties = opened.get("properties", {})
        opened["required"] = [name for name in opened["required"] if not _has_default(properties.get(name))]
    return opened


def text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path, contracts: Iterable[Contract]) -> None:
    """Write every contract's writer schema, and remove files that belong to none."""
    wanted = _files(contracts)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")
    for name in _present(folder) - wanted.keys():
        (folder / name).unlink()


def stale(folder: Path, contracts: Iterable[Contract]) -> list[str]:
    """What in `folder` is not what the models say, one message per file with its mend."""
    wanted = _files(contracts)
    present = _present(folder)
    messages = [f"schemas/{name} is missing: {MEND}" for name in sorted(wanted.keys() - present)]
    messages += [f"schemas/{name} belongs to no contract: {MEND}" for name in sorted(present - wanted.keys())]
    messages += [
        f"schemas/{name} is not what its model says: {MEND}"
        for name in sorted(wanted.keys() & present)
        if (folder / name).read_text(encoding="utf-8") != wanted[name]
    ]
    return messages


def _files(contracts: Iterable[Contract]) -> dict[str, str]:
    return {contract.schema_name: text(writer_schema(contract)) for contract in contracts}


def _present(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.json")} - _NO_SCHEMAS


def _opened(key: str, value: Any) -> Any:
    """Open the schemas under a keyword; values that are no schemas, `true` and `false` among them, stay as they are."""
    if key in ("properties", "patternProperties", "$defs"):
        return {name: _opened_schema(schema) for name, schema in value.items()}
    if key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        return [_opened_schema(schema) for schema in value]
    if key in ("items", "additionalProperties"):
        return _opened_schema(value)
    return value


def _opened_schema(schema: Any) -> Any:
    return reader_of(schema) if isinstance(schema, dict) else schema


def _has_default(schema: Any) -> bool:
    return isinstance(schema, dict) and "default" in schema


def _defaults_are_shown(contract: Contract, name: str, model: Schema) -> None:
    properties = model.get("properties", {})
    fields = _optional_fields(contract, name)
    hidden = [field for field in fields if field in properties and "default" not in properties[field]]
    if hidden:
        raise ValueError(
            f"`{hidden[0]}` of {name} in {contract.family}.v{contract.version} has a default that the schema cannot "
            "show: give it a plain default value instead of a factory"
        )


def _optional_fields(contract: Contract, name: str) -> list[str]:
    plain = contract.model.model_json_schema(mode="validation")
    model = plain if name == contract.model.__name__ else plain.get("$defs", {}).get(name, {})
    return [field for field in model.get("properties", {}) if field not in model.get("required", [])]
