"""The contracts as they stand: generated files are current, promises kept, every event has an example that is true."""

from __future__ import annotations

import json

import pytest
import yaml
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contracts import asyncapi, check, freeze
from contracts.envelope import Attributes, Envelope, decode
from contracts.envelope_schema import ENVELOPE, example_document
from contracts.examples import EXAMPLES
from contracts.registry import Contract, contracts
from tests.unit.contracts.validation import refusals

CONTRACTS = list(contracts())
every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=[contract.type for contract in CONTRACTS])


def test_nothing_is_stale_and_no_promise_is_broken() -> None:
    assert check.run(write=False) == []


def test_every_event_has_an_example_and_every_example_an_event() -> None:
    assert set(EXAMPLES) == {contract.type for contract in CONTRACTS}


def test_a_missing_example_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(EXAMPLES, CONTRACTS[0].type)
    assert check.without_example(CONTRACTS) == [
        f"{CONTRACTS[0].type} has no example: add one to contracts/examples/{CONTRACTS[0].service}.py"
    ]


@every_contract
def test_an_example_is_written_as_the_writer_schema_says(contract: Contract) -> None:
    data = json.loads(EXAMPLES[contract.type].model_dump_json())
    assert refusals(freeze.writer_schema(contract), data) == []
    assert refusals(freeze.reader_schema(contract), data) == []
    assert contract.model.model_validate(data) == EXAMPLES[contract.type]


@every_contract
def test_an_example_travels_in_the_envelope_that_is_documented(contract: Contract) -> None:
    example = EXAMPLES[contract.type]
    body = example_document(example)
    assert refusals(ENVELOPE, body) == []
    envelope: Envelope = decode(json.dumps(body).encode())
    assert envelope.event == example
    assert envelope.subject == getattr(example, contract.subject_field)


def test_the_envelope_schema_names_the_attributes_that_are_read() -> None:
    assert set(ENVELOPE["properties"]) == {*Attributes.model_fields, "data"}


@every_contract
def test_the_asyncapi_example_fits_the_asyncapi_payload(contract: Contract) -> None:
    document = asyncapi.document(CONTRACTS, "0.1.0", EXAMPLES)
    registry = Registry().with_resource("urn:asyncapi", DRAFT202012.create_resource(document))
    key = f"{contract.family}.v{contract.version}"
    message = document["components"]["messages"][key]
    schema = {"$ref": f"urn:asyncapi#/components/messages/{key}/payload"}
    [example] = message["examples"]
    assert refusals(schema, example["payload"], registry) == []
    assert refusals(document["components"]["messageTraits"]["structured"]["headers"], example["headers"]) == []
    assert refusals(schema, example["payload"] | {"data": {}}, registry) != []


def test_the_committed_document_names_every_subject() -> None:
    written = yaml.safe_load((freeze.FOLDER.parent / "asyncapi.yaml").read_text(encoding="utf-8"))
    addresses = {channel["address"] for channel in written["channels"].values()}
    assert addresses == {contract.subject("{municipality}") for contract in CONTRACTS}
