"""The AsyncAPI document says of every contract where it travels, in what, and how it looks."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from contracts import asyncapi
from contracts.registry import Event
from contracts.values import Value
from tests.unit.contracts.contract_of import contract_of


class Funder(Value):
    name: str


class Sample(Event):
    """A test."""

    call_id: str
    funder: Funder
    note: str | None = None


KEY = "funding.call.tested.v1"


def document(*contracts: Any) -> dict[str, Any]:
    return asyncapi.document(contracts, "1.2.3", {})


def test_a_channel_has_its_subject_its_parameter_and_its_stream() -> None:
    channel = document(contract_of(Sample))["channels"][KEY]
    assert channel["address"] == "cinnabar.{municipality}.funding.call.tested.v1"
    assert list(channel["parameters"]) == ["municipality"]
    assert channel["x-nats-stream"] == "FUNDING"


def test_an_operation_sends_the_channels_message() -> None:
    operation = document(contract_of(Sample))["operations"][f"send.{KEY}"]
    assert operation["action"] == "send"
    assert operation["messages"] == [{"$ref": f"#/channels/{KEY}/messages/{KEY}"}]
    assert operation["tags"] == [{"name": "funding"}]


def test_a_payload_is_a_reader_schema_whose_references_stay_inside_the_document() -> None:
    schemas = document(contract_of(Sample))["components"]["schemas"]
    assert schemas[KEY]["properties"]["funder"] == {"$ref": "#/components/schemas/Funder"}
    assert schemas[KEY]["required"] == ["call_id", "funder"]
    assert "additionalProperties" not in schemas[KEY]
    assert schemas["Funder"]["properties"] == {"name": {"type": "string"}}


def test_definitions_of_one_name_and_two_shapes_are_kept_apart() -> None:
    class Funder(Value):
        number: int

    class Second(Event):
        """Another test."""

        call_id: str
        funder: Funder

    schemas = document(contract_of(Sample), contract_of(Second, version=2))["components"]["schemas"]
    other = schemas["funding.call.tested.v2"]["properties"]["funder"]["$ref"].rsplit("/", 1)[-1]
    assert list(schemas["Funder"]["properties"]) == ["name"]
    assert list(schemas[other]["properties"]) == ["number"]


def test_a_sunset_is_announced() -> None:
    messages = document(contract_of(Sample, sunset=date(2028, 1, 1)))["components"]["messages"]
    assert (messages[KEY]["x-deprecated"], messages[KEY]["x-sunset"]) == (True, "2028-01-01")


def test_the_yaml_says_the_same_as_the_document_without_anchors() -> None:
    contracts = [contract_of(Sample), contract_of(Sample, version=2)]
    text = asyncapi.text(contracts, "1.2.3", {})
    assert yaml.safe_load(text) == asyncapi.document(contracts, "1.2.3", {})
    assert "&id" not in text
