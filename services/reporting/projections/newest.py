"""The one way this service writes what it hears: the newest word on each thing stands, in whatever order it came.

MongoDB's `$max` compares embedded documents field by field, in the order in which they were written. A document that
begins with its rank (an entity's sequence, or a time) therefore replaces an older one and gives way to a newer one,
in one write that reads nothing: late and repeated events change nothing, and many of them share one transaction.
"""

from __future__ import annotations

from typing import Any

from contracts.envelope import Envelope
from kit.store import Collection, Work


def cause_of(work: Work) -> Envelope:
    """The event that is being handled."""
    if work.cause is None:
        raise LookupError("an event is handled because of an envelope")
    return work.cause


def keep_newest(work: Work, where: Collection, key: str, slot: str, facts: dict[str, Any], **always: Any) -> None:
    """Keep `facts` in the field `slot` of the document `key`, unless a later version of the entity is there.

    Events of one entity that speak of different things need different slots. `always` are fields that every event
    of the entity gives alike.
    """
    ranked = {"sequence": cause_of(work).sequence, **facts}
    keep_highest(work, where, key, {slot: ranked}, **always)


def keep_highest(work: Work, where: Collection, key: str, values: dict[str, Any], **always: Any) -> None:
    """Keep each of `values`, such as a time, unless a higher one is there; a null value tells nothing."""
    known = {name: value for name, value in values.items() if value is not None}
    change: dict[str, Any] = {"$setOnInsert": {"_id": key}}
    change |= {"$max": known} if known else {}
    change |= {"$set": always} if always else {}
    work.update(where, {"_id": key}, change, upsert=True)
