"""The JSON Schema of the CloudEvents document every event travels in, for people and tools outside this code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from contracts.envelope import Envelope
from contracts.registry import Event

_EXAMPLE_ID = "01980a5e-7c00-7cc3-98c4-dc0c0c07398f"

ENVELOPE: dict[str, Any] = {
    "title": "CloudEvent",
    "description": "A CloudEvents 1.0.2 document in structured mode; an attribute without a value is left out.",
    "type": "object",
    "properties": {
        "specversion": {"type": "string", "const": "1.0"},
        "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "description": "Unique id, a UUIDv7; the same in the Nats-Msg-Id header and in every repeat.",
        },
        "source": {
            "type": "string",
            "pattern": "^/[a-z0-9-]+/[a-z]+$",
            "description": "Who says it: /municipality/service.",
        },
        "type": {"type": "string", "description": "The event type with its version."},
        "subject": {"type": "string", "minLength": 1, "maxLength": 256, "description": "Id of the entity it is about."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "datacontenttype": {"type": "string", "const": "application/json"},
        "dataschema": {"type": "string", "format": "uri", "description": "URN of the schema of `data`."},
        "municipality": {"type": "string", "description": "The municipality it happened in."},
        "sequence": {
            "type": "integer",
            "minimum": 0,
            "description": "The entity's version after the event; a lower one than already seen is old news.",
        },
        "correlationid": {"type": "string", "description": "Id of the first event of the chain this one belongs to."},
        "causationid": {
            "type": "string",
            "description": "Id of the event that caused this one; absent when a person did.",
        },
        "traceparent": {"type": "string", "description": "W3C trace context of the span that sent it."},
        "versions": {
            "type": "string",
            "pattern": "^[0-9]+(,[0-9]+)*$",
            "description": "All versions this occurrence is said in, such as `1,2`: handle one of them only.",
        },
        "occurrence": {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "description": "Id of the oldest version's message of the same occurrence; absent in that message itself.",
        },
        "data": {"description": "The event itself; each message gives its schema."},
    },
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "municipality",
        "sequence",
        "correlationid",
        "versions",
        "data",
    ],
}


def example_document(event: Event) -> dict[str, Any]:
    """The CloudEvents document of an example event, with attributes that never change."""
    envelope = Envelope(
        id=_EXAMPLE_ID,
        municipality="idrija",
        subject=str(getattr(event, event.contract.subject_field)),
        sequence=1,
        time=datetime(2026, 10, 5, 6, 30, tzinfo=UTC),
        event=event,
        correlation_id=_EXAMPLE_ID,
    )
    document: dict[str, Any] = json.loads(envelope.encode())
    return document
