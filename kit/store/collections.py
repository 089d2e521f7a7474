"""How a service declares what it stores: collections, their indexes, and the aggregate each holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from contracts.registry import Event


class Aggregate(Protocol):
    """A domain object that counts its versions and collects the events it causes."""

    version: int
    events: list[Event]

    def model_dump(self, *, mode: str = ..., exclude: Any = ...) -> dict[str, Any]: ...


A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Index:
    """One index: keys as in pymongo, `expire_after` in seconds for a date field."""

    keys: Sequence[tuple[str, int | str]]
    unique: bool = False
    expire_after: int | None = None
    where: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of plain documents, such as a read model."""

    name: str
    indexes: Sequence[Index] = ()


@dataclass(frozen=True, slots=True)
class Aggregates(Collection, Generic[A]):
    """A collection that holds one kind of aggregate under the value of its field `key`."""

    of: type[A] = field(kw_only=True)
    key: str = field(kw_only=True)

    def to_document(self, aggregate: A) -> dict[str, Any]:
        document = aggregate.model_dump(mode="python", exclude={"events"})
        return {"_id": document[self.key], **document}

    def to_aggregate(self, document: dict[str, Any]) -> A:
        return self.of.model_validate({name: value for name, value in document.items() if name != "_id"})
