"""The writer schema is what producers write, the reader schema what consumers must be ready for."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from contracts import freeze
from contracts.compatibility import compatible
from contracts.registry import Event, contracts
from contracts.values import Money, Value
from tests.unit.contracts.contract_of import contract_of
from tests.unit.contracts.validation import fits, refusals


class Funder(Value):
    name: str
    country: str = "SI"


class Sample(Event):
    """One of everything."""

    call_id: str
    rate: Decimal = Field(ge=0, le=1)
    funder: Funder
    cost: Money | None = None
    themes: list[str] = []


class Smaller(Event):
    """The same without themes."""

    call_id: str
    rate: Decimal = Field(ge=0, le=1)
    funder: Funder
    cost: Money | None = None


class HiddenDefault(Event):
    """A default that only code can see."""

    call_id: str
    themes: list[str] = Field(default_factory=list)


SAMPLE = Sample(call_id="c", rate=Decimal("0.7"), funder=Funder(name="F"))


def written(event: Event) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(event.model_dump_json())
    return document


def test_a_writer_schema_has_a_name_a_meaning_and_a_stable_order() -> None:
    schema = freeze.writer_schema(contract_of(Sample, sunset=date(2028, 1, 1)))
    assert schema["$id"] == "urn:cinnabar:schema:funding.call.tested.v1"
    assert (schema["title"], schema["description"]) == ("Sample", "A call was tested.")
    assert schema["x-sunset"] == "2028-01-01"
    assert list(schema) == [
        *("$schema", "$id", "title", "description", "x-sunset", "type", "properties", "required"),
        *("additionalProperties", "$defs"),
    ]
    assert refusals(schema, written(SAMPLE)) == []


def test_a_writer_writes_every_field_and_nothing_else_at_every_depth() -> None:
    schema = freeze.writer_schema(contract_of(Sample))
    document = written(SAMPLE)
    assert fits(schema, document)
    for name in document:
        assert not fits(schema, {key: value for key, value in document.items() if key != name})
    assert not fits(schema, document | {"new": 1})
    assert not fits(schema, document | {"funder": document["funder"] | {"new": 1}})
    assert not fits(schema, document | {"funder": {"name": "F"}})


def test_a_reader_is_ready_for_less_and_for_more() -> None:
    schema = freeze.reader_schema(contract_of(Sample))
    least = {"call_id": "c", "rate": "0.7", "funder": {"name": "F", "new": 1}, "new": 1}
    assert fits(schema, least)
    assert Sample.model_validate(least) == SAMPLE
    for name in ("call_id", "rate", "funder"):
        assert not fits(schema, {key: value for key, value in least.items() if key != name})


def test_opening_a_schema_leaves_the_writer_as_it_is() -> None:
    writer = freeze.writer_schema(contract_of(Sample))
    before = json.dumps(writer)
    freeze.reader_of(writer)
    assert json.dumps(writer) == before


def test_a_property_called_required_or_properties_is_only_a_property() -> None:
    text = {"type": "string", "default": ""}
    schema = {"type": "object", "properties": {"properties": text, "required": text}, "required": ["properties"]}
    assert freeze.reader_of(schema) == schema | {"required": []}


def test_a_decimal_is_a_string_that_says_so_and_keeps_its_bounds() -> None:
    rate = freeze.writer_schema(contract_of(Sample))["properties"]["rate"]
    assert (rate["type"], rate["format"], rate["minimum"], rate["maximum"]) == ("string", "decimal", 0, 1)


def test_a_default_hidden_in_a_factory_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"`themes` of HiddenDefault in funding\.call\.tested\.v1"):
        freeze.writer_schema(contract_of(HiddenDefault))


@pytest.mark.parametrize("contract", list(contracts()), ids=lambda contract: contract.type)
def test_our_own_readers_take_all_that_the_reader_schema_promises(contract: Any) -> None:
    own = contract.model.model_json_schema(mode="validation")
    unmarked = json.loads(json.dumps(freeze.reader_schema(contract)).replace('"format": "decimal"', '"x-format": ""'))
    assert compatible(freeze.writer_schema(contract), freeze.reader_schema(contract))
    assert compatible(_without_decimal_bounds(unmarked), own)


def _without_decimal_bounds(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_decimal_bounds(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    bounds = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} if "x-format" in schema else set()
    return {key: _without_decimal_bounds(value) for key, value in schema.items() if key not in bounds}


def test_generated_files_are_current_until_a_model_changes(tmp_path: Path) -> None:
    freeze.write(tmp_path, [contract_of(Sample)])
    assert freeze.stale(tmp_path, [contract_of(Sample)]) == []
    assert freeze.stale(tmp_path, [contract_of(Smaller)]) == [
        "schemas/funding.call.tested.v1.json is not what its model says: run `python -m contracts.check --write`"
    ]


def test_missing_edited_and_left_over_files_are_named(tmp_path: Path) -> None:
    first, second = contract_of(Sample), contract_of(Sample, version=2)
    freeze.write(tmp_path, [first])
    (tmp_path / "released.json").write_text("{}")
    assert "funding.call.tested.v2.json is missing" in freeze.stale(tmp_path, [first, second])[0]
    assert "funding.call.tested.v1.json belongs to no contract" in freeze.stale(tmp_path, [])[0]
    (tmp_path / first.schema_name).write_text("{}")
    assert "funding.call.tested.v1.json is not what its model says" in freeze.stale(tmp_path, [first])[0]
    freeze.write(tmp_path, [second])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["funding.call.tested.v2.json", "released.json"]
