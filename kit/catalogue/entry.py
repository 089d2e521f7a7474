"""What the page of one event says, drawn together from the contract. Pure, apart from reading the release list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.envelope_schema import example_document
from contracts.examples import EXAMPLES
from contracts.freeze import FOLDER, reader_schema
from contracts.registry import Contract, Event
from contracts.releases import released
from kit.catalogue.glossary import meaning
from kit.catalogue.shapes import Field, Schema, Shape, shapes
from kit.catalogue.snippets import Snippet, snippets


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one event; `tables` pairs each shape with its fields and their meanings in English.

    `example` is the whole CloudEvents document as JSON, None while the contract has no example.
    `released_with` is the release the version came with, None while it is unreleased.
    """

    contract: Contract
    versions: tuple[Contract, ...]
    subject: str
    tables: tuple[tuple[Shape, tuple[tuple[Field, str | None], ...]], ...]
    schema: str
    example: str | None
    snippets: tuple[Snippet, ...]
    released_with: str | None

    @property
    def newest(self) -> Contract:
        return self.versions[-1]


def entry_of(
    contract: Contract, versions: Sequence[Contract], municipality: str, example: Event | None = None
) -> Entry:
    """Everything the page shows. `versions` are those of the family; `example` defaults to the contract's own."""
    schema = reader_schema(contract)
    drawn = shapes(schema)
    by_name = {shape.name: shape for shape in drawn}
    event = example or EXAMPLES.get(contract.type)
    subject = contract.subject(municipality)
    return Entry(
        contract=contract,
        versions=tuple(sorted(versions, key=lambda each: each.version)),
        subject=subject,
        tables=tuple((shape, tuple((each, meaning(shape, each, by_name)) for each in shape.fields)) for shape in drawn),
        schema=as_json(schema),
        example=as_json(example_document(event)) if event is not None else None,
        snippets=tuple(snippets(contract.stream, subject)),
        released_with=_release(contract),
    )


def as_json(document: Schema) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _release(contract: Contract) -> str | None:
    revisions = released(FOLDER).get(f"{contract.family}.v{contract.version}", [])
    return revisions[0].release if revisions else None
