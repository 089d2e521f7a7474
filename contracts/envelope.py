"""The CloudEvents 1.0.2 envelope, structured mode: the same document over NATS, SSE, webhook and file.

NATS binds CloudEvents 1.0.2 in structured mode only, so every attribute travels in the body and the
content type says `application/cloudevents+json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json, to_json

from contracts.registry import Contract, Event, find

CONTENT_TYPE = "application/cloudevents+json"


class Unreadable(ValueError):
    """A body is no event this build can read; `code` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Attributes(BaseModel):
    """CloudEvents attributes, Cinnabar's extensions among them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = Field(pattern=r"^1\.0$")
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(pattern=r"^/[a-z0-9-]+/[a-z]+$")
    type: str
    subject: str = Field(min_length=1, max_length=256)
    time: AwareDatetime
    municipality: str
    sequence: int = Field(ge=0)
    datacontenttype: str | None = None
    dataschema: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None
    versions: str | None = None
    occurrence: str | None = Field(default=None, min_length=1, max_length=64)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One occurrence: who says it, about what, when, as a consequence of what, and the event itself.

    `versions` are all in which it is said, each under an id of its own; `occurrence` is what they share: the id of
    the oldest one said, so that a reader from before the others keeps the same account of what it has handled.
    """

    id: str
    municipality: str
    subject: str
    sequence: int
    time: datetime
    event: Event
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    versions: tuple[int, ...] = ()
    occurrence_id: str | None = None

    @property
    def occurrence(self) -> str:
        return self.occurrence_id or self.id

    @property
    def contract(self) -> Contract:
        return self.event.contract

    @property
    def source(self) -> str:
        return f"/{self.municipality}/{self.contract.service}"

    @property
    def nats_subject(self) -> str:
        return self.contract.subject(self.municipality)

    def document(self) -> dict[str, Any]:
        """The CloudEvents JSON document; absent attributes are left out, as the JSON format asks."""
        contract = self.contract
        attributes: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": contract.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC),
            "datacontenttype": "application/json",
            "dataschema": contract.schema_uri,
            "municipality": self.municipality,
            "sequence": self.sequence,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "traceparent": self.traceparent,
            "versions": ",".join(map(str, self.versions or (contract.version,))),
            "occurrence": self.occurrence_id,
            "data": self.event,
        }
        return {name: value for name, value in attributes.items() if value is not None}

    def encode(self) -> bytes:
        return to_json(self.document())


def attributes_of(body: bytes) -> tuple[Attributes, Any]:
    """The attributes and the undecoded data of a structured-mode body.

    Raises Unreadable with code `bad_json`, `bad_envelope`.
    """
    try:
        document = from_json(body)
    except ValueError as error:
        raise Unreadable("bad_json", f"the body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Unreadable("bad_envelope", "the body is JSON but not an object with CloudEvents attributes")
    try:
        attributes = Attributes.model_validate(document)
    except ValidationError as error:
        raise Unreadable("bad_envelope", _in_words(error)) from None
    return attributes, document.get("data")


def decode(body: bytes) -> Envelope:
    """Read a structured-mode body whose type this build knows.

    Raises Unreadable with code `bad_json`, `bad_envelope`, `unknown_type`, `forged_source` or `bad_data`.
    """
    attributes, data = attributes_of(body)
    contract = find(attributes.type)
    if contract is None:
        raise Unreadable("unknown_type", f"no contract is known for {attributes.type}")
    if attributes.source != f"/{attributes.municipality}/{contract.service}":
        raise Unreadable(
            "forged_source", f"{attributes.type} is said by {contract.service}, not by {attributes.source}"
        )
    try:
        event = contract.model.model_validate(data)
    except ValidationError as error:
        raise Unreadable("bad_data", f"{attributes.type}: {_in_words(error)}") from None
    return Envelope(
        id=attributes.id,
        municipality=attributes.municipality,
        subject=attributes.subject,
        sequence=attributes.sequence,
        time=attributes.time,
        event=event,
        correlation_id=attributes.correlationid or attributes.id,
        causation_id=attributes.causationid,
        traceparent=attributes.traceparent,
        versions=_versions(attributes.versions, contract),
        occurrence_id=attributes.occurrence,
    )


def _versions(text: str | None, contract: Contract) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in (text or "").split(",") if part.strip().isdigit())
    return numbers or (contract.version,)


def _in_words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'event'}: {problem['msg']}" for problem in error.errors()[:5]
    )
