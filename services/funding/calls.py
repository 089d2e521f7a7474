"""A funding call as this house knows it: what each field rests on, what changed, and what a person corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import (
    CallChangedV1,
    CallFacts,
    CallPublishedV2,
    CallStatus,
    CallWithdrawnV1,
    FieldChange,
    YearBudget,
    deadline_to_meet,
)
from contracts.registry import Event
from contracts.values import Money, PartialDate, Value
from services.funding import identity
from services.funding.changes import COMPARED, compare, in_words
from services.funding.corrections import Correction, hold, plain, with_value
from services.funding.sources.parsed_call import Conflict, Deadline, Grounds, ParsedCall, Unread
from services.funding.themes import topic_of

_SUMMARY = 600
_UNKNOWN: tuple[object, ...] = (None, [], {}, "")


class Provenance(Value):
    """Which source a value came from, when it was last read there, and on what grounds."""

    source: str
    read_at: AwareDatetime
    grounds: Grounds = Grounds()


class Call(BaseModel):
    """One call with its history's head. `version` is that of the stored call.

    `events` are what happened since it was loaded; whoever saves the call sends them.
    """

    call_id: str
    version: int = 0
    source: str
    key: str
    title: str
    status: CallStatus = "unknown"
    status_phrase: str | None = None
    funder: str | None = None
    programme: str | None = None
    reference: str | None = None
    description: str | None = None
    keywords: list[str] = []
    language: str | None = None
    opens: PartialDate | None = None
    deadlines: list[Deadline] = []
    until_funds_run_out: bool = False
    deadline_phrase: str | None = None
    co_financing_rate: Decimal | None = None
    min_amount: Money | None = None
    max_amount: Money | None = None
    budget: Money | None = None
    budget_by_year: list[YearBudget] = []
    eligible_applicants: list[str] = []
    territory: str | None = None
    themes: list[str] = []
    url: str | None = None
    source_ids: dict[str, str] = {}
    raw_reference: str | None = None
    provenance: dict[str, Provenance] = {}
    conflicts: list[Conflict] = []
    unread: list[Unread] = []
    corrections: dict[str, Correction] = {}
    announced: bool = False
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    last_changed_at: AwareDatetime
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def first_seen(cls, parsed: ParsedCall, now: datetime) -> Self:
        """A call nobody here knew. It is announced unless it is already closed or withdrawn."""
        call = cls(
            call_id=identity.call_id(parsed.source, parsed.key),
            source=parsed.source,
            key=parsed.key,
            title=parsed.title,
            conflicts=parsed.conflicts,
            first_seen_at=now,
            last_seen_at=now,
            last_changed_at=now,
        )
        call._take(_values(parsed), parsed, now)
        call._announce(now)
        return call

    def read_again(self, parsed: ParsedCall, now: datetime) -> list[FieldChange]:
        """Take a new reading of the same call; returns what changed in the source's words.

        A field the reading could not speak of keeps its value, and so does one a person corrected: the
        source's new word on it becomes a conflict to look at, and is told as a change all the same.
        Raises ValueError for a reading of another call.
        """
        if identity.call_id(parsed.source, parsed.key) != self.call_id:
            raise ValueError(f"{parsed.source} {parsed.key!r} is not the call {self.call_id}")
        before = self.model_copy()
        values = self._still_standing(_values(parsed), parsed)
        held = hold(self, self.corrections, self.conflicts, values)
        self.corrections, self.conflicts = held.corrections, [*parsed.conflicts, *held.conflicts]
        self._take(held.values, parsed, now)
        changes = [*compare(before, self), *held.disputed] or self._next_cut_off(before, now)
        self._tell(before, changes, now)
        return changes

    def correct(self, field: str, value: object, *, by: str, now: datetime) -> list[FieldChange]:
        """Set a field by hand; it stands until `let_go`.

        Raises ValueError for a field that is not a source's to say, and pydantic's ValidationError (a
        ValueError too) for a value that does not fit the field.
        """
        if field not in COMPARED:
            raise ValueError(f"{field!r} cannot be corrected; these can: {', '.join(COMPARED)}")
        before = self.model_copy()
        checked = with_value(self, field, value)
        earlier = self.corrections.get(field)
        says = earlier.source_says if earlier else plain(getattr(self, field))
        self.corrections = {**self.corrections, field: Correction(by=by, at=now, source_says=says)}
        setattr(self, field, getattr(checked, field))
        self.provenance = {**self.provenance, field: Provenance(source=by, read_at=now, grounds=_BY_HAND)}
        self._settle_themes([])
        changes = compare(before, self)
        self._tell(before, changes, now)
        return changes

    def let_go(self, field: str) -> None:
        """Drop a correction: the next reading sets the field again."""
        self.corrections = {name: kept for name, kept in self.corrections.items() if name != field}
        self.conflicts = [conflict for conflict in self.conflicts if conflict.field != field]

    def deadline(self, now: datetime) -> Deadline | None:
        """The date a newcomer has to meet: the first stage, or the next of several cut-offs, else the last one."""
        return deadline_to_meet(self.deadlines, now)

    def conflicts_at(self, now: datetime) -> list[Conflict]:
        """Stored conflicts, and the one between the source's status and its own dates."""
        deadline = self.deadline(now)
        if deadline is None or self.until_funds_run_out:
            return list(self.conflicts)
        words, past = in_words(deadline), deadline.at < now
        if past and self.status in ("open", "forecast"):
            against = f"the last deadline, {words}, is past"
        elif not past and self.status == "closed":
            against = f"a deadline, {words}, is still to come"
        else:
            return list(self.conflicts)
        says = self.status_phrase or self.status
        return [*self.conflicts, Conflict(field="status", says=says, against=against)]

    def facts(self, now: datetime) -> CallFacts:
        """The call as other services see it, with the one deadline that has to be met now."""
        deadline = self.deadline(now)
        return CallFacts(
            **{name: getattr(self, name) for name in _SHARED},
            deadline=deadline.at if deadline else None,
            deadline_phrase=(deadline.phrase if deadline else None) or self.deadline_phrase,
            summary=_summary(self.description),
        )

    def published(self) -> CallPublishedV2:
        """The call as it is announced, with every deadline."""
        told = {name: getattr(self, name) for name in _TOLD}
        deadlines = [each.model_dump() for each in self.deadlines]
        return CallPublishedV2(**told, deadlines=deadlines, summary=_summary(self.description))

    def _take(self, values: Mapping[str, Any], parsed: ParsedCall, now: datetime) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        read = {
            name: Provenance(source=parsed.source, read_at=now, grounds=parsed.grounds.get(name, Grounds()))
            for name, value in values.items()
            if value not in _UNKNOWN and name not in parsed.not_read and name in COMPARED
        }
        self.provenance = {**self.provenance, **read}
        self.unread = list(parsed.unread)
        self.last_seen_at = now
        self._settle_themes(parsed.themes)

    def _still_standing(self, values: dict[str, Any], parsed: ParsedCall) -> dict[str, Any]:
        """Values without the fields this reading could not speak of."""
        mute = {*parsed.not_read, *(unread.field for unread in parsed.unread)}
        if self.status == "withdrawn" and parsed.status == "closed":
            # A revoked call is listed as closed; only its own page says more.
            mute |= {"status", "status_phrase"}
        return {name: value for name, value in values.items() if name not in mute}

    def _next_cut_off(self, before: Call, now: datetime) -> list[FieldChange]:
        """The source changed nothing, but of its several dates another one is now the next."""
        was, is_now = in_words(before.deadline(before.last_seen_at)), in_words(self.deadline(now))
        return [FieldChange(field="deadline", before=was, after=is_now)] if was != is_now else []

    def _settle_themes(self, given: Sequence[str]) -> None:
        heading = " . ".join([self.title, *self.keywords])
        self.themes = list(dict.fromkeys([*given, *topic_of(heading, self.description or "").themes]))

    def _announce(self, now: datetime) -> None:
        if self.announced or self.status in ("closed", "withdrawn"):
            return
        self.announced = True
        self._say(self.published(), now)

    def _tell(self, before: Call, changes: Sequence[FieldChange], now: datetime) -> None:
        if not self.announced:
            self._announce(now)
        elif self.status == "withdrawn" and before.status != "withdrawn":
            withdrawn = CallWithdrawnV1(call_id=self.call_id, title=self.title, reason=self.status_phrase, url=self.url)
            self._say(withdrawn, now)
        elif changes:
            material = any(change.material for change in changes)
            changed = CallChangedV1(
                call=self.facts(now), call_id=self.call_id, changes=list(changes), material=material
            )
            self._say(changed, now)

    def _say(self, event: Event, now: datetime) -> None:
        self.last_changed_at = now
        self.events = [*self.events, event]


_BY_HAND = Grounds(basis="by_hand")
_SHARED = sorted(CallFacts.model_fields.keys() & Call.model_fields.keys() - {"deadline_phrase"})
_TOLD = sorted(CallPublishedV2.model_fields.keys() & Call.model_fields.keys() - {"deadlines"})
_TAKEN = sorted(
    ParsedCall.model_fields.keys() & Call.model_fields.keys() - {"source", "key", "themes", "unread", "conflicts"}
)


def _values(parsed: ParsedCall) -> dict[str, Any]:
    return {name: getattr(parsed, name) for name in _TAKEN}


def _summary(description: str | None) -> str | None:
    """The opening of a description, cut at a sentence where there is one."""
    if description is None or len(description) <= _SUMMARY:
        return description
    opening = description[:_SUMMARY]
    sentence = opening.rfind(". ")
    return opening[: sentence + 1] if sentence > _SUMMARY // 2 else f"{opening[: _SUMMARY - 1]}…"
