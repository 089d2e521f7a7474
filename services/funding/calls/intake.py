"""Takes readings into the store: every call under one id, whoever speaks of it and in whatever order.

A reading finds its call by the source's own name for it, else by an official name that other sources share
(`names.py`). News of a call that nobody knows waits with its reason until the call appears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.funding import FieldChange
from kit.store import Work
from services.funding import identity
from services.funding.calls.call import Call
from services.funding.calls.names import own_name, shared_names
from services.funding.calls.reading import SourceReading
from services.funding.calls.store import CALLS, NAMES, WAITING, keep, waiting_document, waiting_reading
from services.funding.sources.parsed_call import ParsedCall


async def take(parsed: ParsedCall, work: Work, *, by: str | None = None) -> Call:
    """One reading of a call into the store; the call as it stands. Raises ValueError for news that has to wait."""
    (call,) = await take_all([parsed], work, by=by)
    if call is None:
        raise ValueError(f"{parsed.source} {parsed.key!r} is news of a call that nobody knows yet; it waits")
    return call


async def take_all(readings: Sequence[ParsedCall], work: Work, *, by: str | None = None) -> list[Call | None]:
    """Readings into the store, in their order; several may be of one call. None stands for news that waits.

    `by`: the person who brought them. A unit of work takes all its readings in one go: what it has itself written
    it does not see.
    """
    desk = await _desk(readings, work, by)
    taken = [desk.take(parsed) for parsed in readings]
    stored = desk.close()
    return [stored.get(call_id) if call_id else None for call_id in taken]


async def take_waiting(work: Work, limit: int = 200) -> int:
    """News whose call has come meanwhile finds it; how many did."""
    documents = await work.find(WAITING, {"names": {"$ne": []}}, sort=[("at", 1)], limit=limit)
    names = [name for document in documents for name in document["names"]]
    if not names or not await work.find(NAMES, {"_id": {"$in": names}}, limit=1):
        return 0
    return sum(call is not None for call in await take_all([waiting_reading(each) for each in documents], work))


@dataclass(slots=True)
class _Desk:
    """The calls one unit of work has in hand, and the names they are known by."""

    work: Work
    owners: dict[str, str]
    calls: dict[str, Call]
    waiting: dict[str, dict[str, object]]
    by: str | None = None
    changes: dict[str, list[FieldChange]] = field(default_factory=dict)

    def take(self, parsed: ParsedCall) -> str | None:
        own, shared = own_name(parsed), shared_names(parsed)
        call = self._known(parsed, own, shared)
        if call is None and parsed.amends:
            self._wait(parsed, own, shared)
            return None
        if call is None:
            call = Call.first_seen(parsed, self.work.now, self.by)
            self.calls[call.call_id] = call
            self.changes[call.call_id] = []
        else:
            self._hear(call, parsed)
        self._name(call, [own, *shared], parsed)
        self._release(call, shared)
        return call.call_id

    def close(self) -> dict[str, Call]:
        """Store what changed; every call in hand as it stands."""
        stored = dict(self.calls)
        for call_id, changes in self.changes.items():
            stored[call_id] = keep(self.calls[call_id], changes, self.work, by=self.by)
        return stored

    def _known(self, parsed: ParsedCall, own: str, shared: list[str]) -> Call | None:
        by_key = identity.call_id(parsed.source, parsed.key)
        ids = [self.owners.get(own), by_key, *(self.owners.get(name) for name in shared)]
        return next((self.calls[each] for each in ids if each is not None and each in self.calls), None)

    def _hear(self, call: Call, parsed: ParsedCall) -> None:
        before = call.readings
        if call.is_read_by(parsed):
            changes = call.read_again(parsed, self.work.now, self.by)
        else:
            changes = call.join([SourceReading.first(parsed, self.work.now, self.by)], self.work.now)
        if changes or call.events or call.readings != before:
            self.changes.setdefault(call.call_id, []).extend(changes)

    def _name(self, call: Call, names: list[str], parsed: ParsedCall) -> None:
        for name in names:
            if name not in self.owners:
                self.owners[name] = call.call_id
                said = {"source": parsed.source, "key": parsed.key, "since": self.work.now}
                self.work.insert(NAMES, {"_id": name, "call_id": call.call_id, **said})

    def _wait(self, parsed: ParsedCall, own: str, shared: list[str]) -> None:
        known = self.waiting.pop(own, None)
        document = waiting_document(parsed, own, shared, self.work.now, known)
        self.waiting[own] = document
        self.work.put(WAITING, document)

    def _release(self, call: Call, shared: list[str]) -> None:
        """News that waited for this call, or is this very reading, waits no longer."""
        for own in [own for own, each in self.waiting.items() if set(each["names"]) & set(shared)]:  # type: ignore[call-overload]
            document = self.waiting.pop(own)
            self.work.delete(WAITING, own)
            news = waiting_reading(document)
            if not call.is_read_by(news):
                self._hear(call, news)
                self._name(call, [own], news)


async def _desk(readings: Sequence[ParsedCall], work: Work, by: str | None) -> _Desk:
    """Everything these readings may touch, read in a few questions however many they are."""
    names = {name for parsed in readings for name in (own_name(parsed), *shared_names(parsed))}
    owners = {each["_id"]: each["call_id"] for each in await work.find(NAMES, {"_id": {"$in": sorted(names)}})}
    ids = {identity.call_id(parsed.source, parsed.key) for parsed in readings} | set(owners.values())
    calls = {each["_id"]: CALLS.to_aggregate(each) for each in await work.find(CALLS, {"_id": {"$in": sorted(ids)}})}
    moved = {call.call_id: call.joined_into for call in calls.values() if call.joined_into}
    for each in await work.find(CALLS, {"_id": {"$in": sorted(set(moved.values()) - calls.keys())}}) if moved else ():
        calls[each["_id"]] = CALLS.to_aggregate(each)
    either = {"$or": [{"names": {"$in": sorted(names)}}, {"_id": {"$in": sorted(names)}}]}
    waiting = await work.find(WAITING, either)
    for gone, into in moved.items():
        calls[gone] = calls[into]
    return _Desk(work, owners, calls, {each["_id"]: each for each in waiting}, by)
