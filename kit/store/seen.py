"""What a unit of work has read, so that what it writes rests on what is still there.

Two replicas that read a document, change it and put it back would lose one of the changes. A guard makes the second
one find nothing to replace: its unit is refused, and run again on what is there by then.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Guard:
    """A document as it was read; None: there was none."""

    document: dict[str, Any] | None

    @property
    def absent(self) -> bool:
        return self.document is None

    @property
    def query(self) -> dict[str, Any]:
        """Finds the document while it is, field by field and in their order, the one that was read."""
        if self.document is None:
            raise LookupError("there was no document to find again")
        key = self.document["_id"]
        whole = {"_id": key, **{name: value for name, value in self.document.items() if name != "_id"}}
        return {"_id": key, "$expr": {"$eq": ["$$ROOT", {"$literal": whole}]}}


class Seen:
    """The documents of one unit of work, by collection and `_id`: as they were first read, or last put."""

    __slots__ = ("_guards",)

    def __init__(self) -> None:
        self._guards: dict[tuple[str, Hashable], Guard] = {}

    def one(self, collection: str, key: Any, document: dict[str, Any] | None) -> None:
        """Keep a copy: whoever read it may change its own."""
        self._guards.setdefault((collection, hashable(key)), Guard(deepcopy(document)))

    def many(self, collection: str, documents: Iterable[dict[str, Any]]) -> None:
        """No copies: there may be thousands. One that is changed in place is not recognised, and its unit refused."""
        for document in documents:
            self._guards.setdefault((collection, hashable(document["_id"])), Guard(document))

    def put(self, collection: str, document: dict[str, Any]) -> None:
        """No copy: whoever changes it now changes what is written as well."""
        self._guards[collection, hashable(document["_id"])] = Guard(document)

    def guard(self, collection: str, key: Any) -> Guard | None:
        """What a write of that document has to rest on; None when it was not read."""
        return self._guards.get((collection, hashable(key)))


def hashable(key: Any) -> Hashable:
    return key if isinstance(key, Hashable) else repr(key)
