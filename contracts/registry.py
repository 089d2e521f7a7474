"""Event type and version -> model, subject and stream. The only list of what may be said on the bus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

SERVICES = ("actions", "funding", "sensors", "notifications", "reporting")


class Event(BaseModel):
    """The data of one event. Producers write closed, readers ignore what they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    contract: ClassVar[Contract]


@dataclass(frozen=True, slots=True)
class Contract:
    """One released version of one event type."""

    service: str
    entity: str
    name: str
    version: int
    model: type[Event]
    subject_field: str
    meaning: str
    sent_when: str
    sunset: date | None = None

    @property
    def type(self) -> str:
        """CloudEvents type: `cinnabar.funding.call.published.v1`."""
        return f"cinnabar.{self.family}.v{self.version}"

    @property
    def family(self) -> str:
        """What all versions share: `funding.call.published`."""
        return f"{self.service}.{self.entity}.{self.name}"

    @property
    def stream(self) -> str:
        return stream_of(self.service)

    def is_said(self, day: date) -> bool:
        """Whether producers still say this version on `day`: its sunset is the last day."""
        return self.sunset is None or day <= self.sunset

    def subject(self, municipality: str) -> str:
        """NATS subject: `cinnabar.idrija.funding.call.published.v1`."""
        return f"cinnabar.{municipality}.{self.family}.v{self.version}"

    @property
    def schema_name(self) -> str:
        return f"{self.family}.v{self.version}.json"

    @property
    def schema_uri(self) -> str:
        return f"urn:cinnabar:schema:{self.family}.v{self.version}"


_by_type: dict[str, Contract] = {}


def stream_of(service: str) -> str:
    """The JetStream stream that keeps a service's events: `FUNDING`."""
    return service.upper()


E = TypeVar("E", bound=Event)


def event(
    name: str, version: int, *, subject: str, sent_when: str, sunset: date | None = None
) -> Callable[[type[E]], type[E]]:
    """Register a model as one version of an event.

    `name` is `entity.event`; the producing service is the module below `contracts`; `subject` names the field
    that holds the entity's id; the model's docstring is the event's meaning.
    """

    def register(model: type[E]) -> type[E]:
        service = model.__module__.removeprefix("contracts.").partition(".")[0]
        if service not in SERVICES:
            raise ValueError(f"{model.__module__} is no service's contract file")
        if not re.fullmatch(r"[a-z]+\.[a-z_]+", name):
            raise ValueError(f"event name {name!r} must be entity.event in lower case")
        if subject not in model.model_fields:
            raise ValueError(f"{model.__name__} has no field {subject!r}")
        entity, event_name = name.split(".")
        contract = Contract(
            service=service,
            entity=entity,
            name=event_name,
            version=version,
            model=model,
            subject_field=subject,
            meaning=" ".join((model.__doc__ or "").split()),
            sent_when=sent_when,
            sunset=sunset,
        )
        if contract.type in _by_type:
            raise ValueError(f"{contract.type} is registered twice")
        model.contract = contract
        _by_type[contract.type] = contract
        return model

    return register


def contracts() -> Iterator[Contract]:
    """Every registered contract, ordered by type."""
    for service in SERVICES:
        import_module(f"contracts.{service}")
    yield from (_by_type[key] for key in sorted(_by_type))


def find(event_type: str) -> Contract | None:
    """The contract of a CloudEvents type, or None when this build does not know it."""
    if not _by_type:
        list(contracts())
    return _by_type.get(event_type)


def versions_of(family: str) -> list[Contract]:
    """Every version of an event, oldest first."""
    service = family.partition(".")[0]
    if service in SERVICES:
        import_module(f"contracts.{service}")
    known = (contract for contract in _by_type.values() if contract.family == family)
    return sorted(known, key=lambda contract: contract.version)
