"""A contract made for a test, without a place in the registry."""

from __future__ import annotations

from datetime import date

from contracts.registry import Contract, Event


def contract_of(model: type[Event], *, version: int = 1, sunset: date | None = None) -> Contract:
    return Contract(
        service="funding",
        entity="call",
        name="tested",
        version=version,
        model=model,
        subject_field="call_id",
        meaning="A call was tested.",
        sent_when="A test ran.",
        sunset=sunset,
    )
