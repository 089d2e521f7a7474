"""Dates as a calendar has to know them: each keeps its name when it moves, and is cancelled rather than forgotten.

A calendar program knows an event by its UID, and takes a change for a change only when SEQUENCE is raised (RFC 5545,
3.8.7.4). So every date here has a key that outlives its moves, and counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from contracts.funding import Deadline
from contracts.values import LocalText, PartialDate, Reason, Value
from services.notifications.reasons import reason as say

Kind = Literal["deadline", "stage", "cut_off", "task", "step", "obligation"]
About = Literal["call", "application", "obligation"]

_KINDS: dict[str, Kind] = {"stage": "stage", "cut_off": "cut_off"}

NO_LONGER_NAMED = say("no_longer_named", "Vir tega roka ne navaja več.", "The source no longer names this date.")
NOT_COMPUTED = say("not_computed", "Datuma ni mogoče izračunati.", "The date cannot be computed.")


class Cancelled(Value):
    """A date that holds no more."""

    at: AwareDatetime
    reason: Reason


class Entry(Value):
    """One date. `at` is a moment, `day` a date as precise as it is known; neither: nobody knows it."""

    key: str
    kind: Kind
    number: int = Field(default=1, description="Which of several of its kind.")
    title: LocalText | None = Field(default=None, description="What is to be done; null: what its owner is called.")
    at: AwareDatetime | None = None
    hour_stated: bool | None = Field(default=None, description="Null when nobody knows whether an hour was stated.")
    day: PartialDate | None = None
    phrase: str | None = Field(default=None, description="The source's own words on this date.")
    owner: str | None = None
    said: int = Field(default=0, description="The version of its owner that told it.")
    sequence: int = Field(default=0, description="How often it moved, was cancelled or came back.")
    modified_at: AwareDatetime
    cancelled: Cancelled | None = None

    def moved(self, now: datetime, **changes: object) -> Self:
        """The same date elsewhere; unchanged when nothing about it is new."""
        after = self.model_copy(update=changes)
        if after.model_copy(update={"said": self.said}) == self:
            return after
        return after.model_copy(update={"sequence": self.sequence + 1, "modified_at": now})

    def cancel(self, why: Reason, now: datetime) -> Self:
        return self if self.cancelled else self.moved(now, cancelled=Cancelled(at=now, reason=why))


class Dates(Value):
    """What is known of the dates of one call, application or obligation."""

    id: str = Field(description="What it is about and its id: 'call:call-mzxw6'.")
    about: About
    title: str | LocalText
    path: str = Field(description="The page of what it is about.")
    said: int = Field(default=-1, description="The version that told the facts.")
    stood: int = Field(default=-1, description="The version that told whether it stands.")
    modified_at: AwareDatetime
    entries: tuple[Entry, ...] = ()
    over: Cancelled | None = Field(default=None, description="Why its dates to come hold no more.")
    turns: int = Field(default=0, description="How often it ended and came back.")
    call_id: str | None = None
    application_id: str | None = None
    goes_on_as: str | None = Field(default=None, description="The call that a joined call goes on as.")
    phrase: str | None = Field(default=None, description="The source's own words where no date could be read.")
    department: str | None = None
    people: tuple[str, ...] = Field(default=(), description="Who opened it or answers for it.")

    def ends(self, why: Reason, now: datetime, version: int) -> Self:
        """Its dates to come hold no more; an older message than the last about this changes nothing."""
        if version < self.stood:
            return self
        return self.model_copy(
            update={"over": Cancelled(at=now, reason=why), "stood": version, "turns": self.turns + (self.over is None)}
        )

    def comes_back(self, version: int, now: datetime) -> Self:
        if version < self.stood:
            return self
        turns = self.turns + (self.over is not None)
        return self.model_copy(update={"over": None, "stood": version, "turns": turns, "modified_at": now})

    def with_entry(self, entry: Entry, now: datetime) -> Self:
        """With a date that is told by its key; an older telling than the one known changes nothing."""
        known = next((each for each in self.entries if each.key == entry.key), None)
        if known is None:
            return self.model_copy(update={"entries": (*self.entries, entry)})
        if entry.said < known.said:
            return self
        told = entry.model_dump(include={"title", "at", "day", "hour_stated", "phrase", "said"})
        after = known.moved(now, **_whole(entry, told), cancelled=None, owner=entry.owner or known.owner)
        return self.replaced(known, after)

    def without(self, key: str, why: Reason, now: datetime, version: int) -> Self:
        """With the date of that key cancelled, unless a newer message told it."""
        known = next((each for each in self.entries if each.key == key and each.said <= version), None)
        return self if known is None else self.replaced(known, known.cancel(why, now))

    def replaced(self, known: Entry, after: Entry) -> Self:
        return self.model_copy(update={"entries": tuple(after if each is known else each for each in self.entries)})


def _whole(entry: Entry, told: Iterable[str]) -> dict[str, object]:
    return {name: getattr(entry, name) for name in told}


def with_deadlines(known: Sequence[Entry], told: Sequence[Deadline], now: datetime) -> tuple[Entry, ...]:
    """A call's dates after its source named these, in order of time.

    A date that stands still keeps its key. One of the same kind that moved keeps it, too: the first that is missing
    moved to the first that is new. What remains of those to come is cancelled; what has passed stays.
    """
    entries: dict[str, Entry] = {each.key: each for each in known}
    for kind in ("deadline", "stage", "cut_off"):
        wanted = [each for each in told if _kind(each) == kind]
        mine = [each for each in known if each.kind == kind]
        still = {each.at: each for each in mine}
        new = [each for each in wanted if each.at not in still]
        for each in wanted:
            if (same := still.get(each.at)) is not None:
                entries[same.key] = _placed(same, each, now)
        missing = [each for each in mine if each.at not in {one.at for one in wanted} and _to_come(each, now)]
        missing.sort(key=lambda each: each.cancelled is not None)
        for entry, deadline in zip(missing, new, strict=False):
            entries[entry.key] = _placed(entry, deadline, now)
        for entry in missing[len(new) :]:
            entries[entry.key] = entry.cancel(NO_LONGER_NAMED, now)
        number = max((each.number for each in mine), default=0)
        for deadline in new[len(missing) :]:
            number += 1
            fresh = Entry(key=f"{kind}-{number}", kind=_kind(deadline), number=number, modified_at=now)
            entries[fresh.key] = fresh.model_copy(update=_place(deadline))
    return tuple(entries.values())


def with_next_deadline(known: Sequence[Entry], at: datetime | None, now: datetime) -> tuple[Entry, ...]:
    """A call's dates after somebody named only the next of them, as events of earlier versions do."""
    to_come = [each for each in known if _to_come(each, now) and each.cancelled is None]
    if at is None or any(each.at == at for each in known):
        return tuple(known)
    if not to_come:
        return with_deadlines(known, [Deadline(at=at, kind="single")], now)
    first = min(to_come, key=lambda each: each.at or now)
    moved = first.moved(now, at=at, hour_stated=None, phrase=None, cancelled=None)
    return tuple(moved if each is first else each for each in known)


def _kind(deadline: Deadline) -> Kind:
    """Whether a source says that a date is the only one or does not say, it is one and the same date."""
    return _KINDS.get(deadline.kind, "deadline")


def _to_come(entry: Entry, now: datetime) -> bool:
    return entry.at is None or entry.at > now


def _place(deadline: Deadline) -> dict[str, object]:
    return {"at": deadline.at, "hour_stated": deadline.hour_stated, "phrase": deadline.phrase}


def _placed(entry: Entry, deadline: Deadline, now: datetime) -> Entry:
    return entry.moved(now, **_place(deadline), cancelled=None)
