"""A funding call as this house knows it: what its sources say, whose word stands, and what a person corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import CallFacts, CallPublishedV2, CallStatus, FieldChange, Origin, YearBudget, deadline_to_meet
from contracts.registry import Event
from contracts.values import Money, PartialDate, Value
from services.funding import identity
from services.funding.calls import dates, telling
from services.funding.calls.changes import COMPARED, compare, field_change
from services.funding.calls.corrections import Correction, hold, plain, with_value
from services.funding.calls.documents import with_what_was_fetched
from services.funding.calls.reading import SourceReading
from services.funding.calls.search_words import search_words
from services.funding.calls.standing import settle
from services.funding.sources.parsed_call import (
    Conflict,
    Deadline,
    Grounds,
    ParsedCall,
    TenderDocument,
    Unread,
    VatEligible,
)
from services.funding.themes import topic_of

OVER = ("closed", "withdrawn")


class Provenance(Value):
    """Which source a value came from, when it was last read there, on what grounds, and who brought it, if anybody."""

    source: str
    by: str | None = None
    read_at: AwareDatetime
    grounds: Grounds = Grounds()


class Call(BaseModel):
    """One call with its history's head. `version` is that of the stored call.

    The fields are what stands; `readings` keep what each source says, the one that knew the call first leading.
    `lapsed_at` is when the house closed it because its last deadline had passed, `joined_into` the call it goes on
    as. `events` are what happened since it was loaded; whoever saves the call sends them.
    """

    call_id: str
    version: int = 0
    source: str
    key: str
    title: str
    titles: dict[str, str] = {}
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
    co_financing_rate: Decimal | None = Field(default=None, ge=0, le=1)
    co_financing_rate_min: Decimal | None = Field(default=None, ge=0, le=1)
    own_share_min: Decimal | None = Field(default=None, ge=0, le=1)
    advance_rate: Decimal | None = Field(default=None, ge=0, le=1)
    vat_eligible: VatEligible | None = None
    min_amount: Money | None = None
    max_amount: Money | None = None
    budget: Money | None = None
    eu_contribution: Money | None = None
    budget_by_year: list[YearBudget] = []
    eligible_applicants: list[str] = []
    territory: str | None = None
    themes: list[str] = []
    documents: list[TenderDocument] = []
    url: str | None = None
    source_ids: dict[str, str] = {}
    readings: list[SourceReading] = []
    provenance: dict[str, Provenance] = {}
    conflicts: list[Conflict] = []
    unread: list[Unread] = []
    corrections: dict[str, Correction] = {}
    announced: bool = False
    lapsed_at: AwareDatetime | None = None
    joined_into: str | None = None
    next_deadline: AwareDatetime | None = None
    words: list[str] = []
    brought_by: str | None = Field(default=None, description="Who typed it in or brought it first.")
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    last_changed_at: AwareDatetime
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def first_seen(cls, parsed: ParsedCall, now: datetime, by: str | None = None) -> Self:
        """A call nobody here knew, brought by a person or read by itself. It is announced unless it is already over."""
        call = cls(
            call_id=identity.call_id(parsed.source, parsed.key),
            source=parsed.source,
            key=parsed.key,
            title=parsed.title,
            readings=[SourceReading.first(parsed, now, by)],
            brought_by=by,
            first_seen_at=now,
            last_seen_at=now,
            last_changed_at=now,
        )
        call._stand(now)
        call._say(telling.announcement(call, now), now)
        return call

    @property
    def origin(self) -> Origin:
        """How it came to be known."""
        return Origin(source=self.source, read_at=self.first_seen_at, by=self.brought_by)

    def all_readings(self) -> list[SourceReading]:
        """The readings; for a call that was stored before they were kept, the one its fields came from."""
        if self.readings:
            return list(self.readings)
        fields: Mapping[str, Any] = {
            name: getattr(self, name) for name in ParsedCall.model_fields.keys() & Call.model_fields.keys()
        }
        said = {name: correction.source_says for name, correction in self.corrections.items()}
        grounds = {name: each.grounds for name, each in self.provenance.items() if name not in said}
        facts = ParsedCall.model_validate({**fields, "conflicts": [], "grounds": grounds, **said})
        reading = SourceReading.first(facts, self.first_seen_at)
        return [reading.model_copy(update={"read_at": self.last_seen_at})]

    def is_read_by(self, parsed: ParsedCall) -> bool:
        """Whether this reading's source has spoken of the call before."""
        return any(each.name == (parsed.source, parsed.key) for each in self.all_readings())

    def read_again(self, parsed: ParsedCall, now: datetime, by: str | None = None) -> list[FieldChange]:
        """Take a new reading of the same call, brought by a person or not; returns what changed in the sources' words.

        A field the reading could not speak of keeps its value, and so does one a person corrected: the
        sources' new word on it becomes a conflict to look at, and is told as a change all the same.
        Raises ValueError for a reading of another call.
        """
        if not self.is_read_by(parsed):
            raise ValueError(f"{parsed.source} {parsed.key!r} is not the call {self.call_id}")
        name = (parsed.source, parsed.key)
        readings = self.all_readings()
        known = next(each for each in readings if each.name == name)
        again = known.again(parsed, now, by)
        before = self.model_copy()
        if self.readings and again.says_the_same(known):
            changes = self._next_cut_off(before, now)
            self.last_seen_at = now
            self._tell(before, changes, now)
            return changes
        return self._hear([again if each.name == name else each for each in readings], now)

    def join(self, readings: Sequence[SourceReading], now: datetime) -> list[FieldChange]:
        """Let further sources speak of this call; returns what their word changes."""
        return self._hear([*self.all_readings(), *readings], now)

    def part(self, names: Sequence[tuple[str, str]], now: datetime) -> tuple[list[SourceReading], list[FieldChange]]:
        """Take the readings of these (source, key) out again, and what that changes. One reading always stays."""
        stays = [each for each in self.all_readings() if each.name not in names]
        gone = [each for each in self.all_readings() if each.name in names]
        if not stays:
            raise ValueError(f"a call without a source is none: {self.call_id}")
        return gone, self._hear(stays, now)

    def correct(self, values: Mapping[str, object], *, by: str, now: datetime) -> list[FieldChange]:
        """Set fields by hand, told as one change; each stands until `let_go`.

        Raises ValueError for a field that is not a source's to say, and pydantic's ValidationError (a
        ValueError too) for a value that does not fit its field; then nothing is set.
        """
        kept = dict(self.corrections)
        for field, value in values.items():
            if field not in COMPARED:
                raise ValueError(f"{field!r} cannot be corrected; these can: {', '.join(COMPARED)}")
            checked = with_value(self, field, value)
            earlier = self.corrections.get(field)
            kept[field] = Correction(
                by=by,
                at=now,
                value=plain(getattr(checked, field)),
                source_says=earlier.source_says if earlier else plain(getattr(self, field)),
                earlier=earlier,
            )
        return self._correct(kept, self.model_copy(), now)

    def take_back(self, field: str, now: datetime) -> list[FieldChange]:
        """Undo the last correction of a field: the one before it stands again, or the sources' word."""
        earlier = self.corrections[field].earlier if field in self.corrections else None
        if earlier is None:
            return self.let_go(field, now)
        return self._correct({**self.corrections, field: earlier}, self.model_copy(), now)

    def let_go(self, field: str, now: datetime) -> list[FieldChange]:
        """Drop every correction of a field: the sources' word stands again, and returns what that changes."""
        kept = {name: each for name, each in self.corrections.items() if name != field}
        return self._correct(kept, self.model_copy(), now)

    def time_passes(self, now: datetime) -> list[FieldChange]:
        """What a date alone changes: the last deadline passes and the call closes, or another cut-off is the next."""
        before = self.model_copy()
        if self.status in ("open", "unknown") and dates.is_past(self, now):
            self.lapsed_at = now
            self.status = "closed"
            changes = [field_change("status", before.status, "closed")]
        else:
            was, self.next_deadline = before.next_deadline, self._meets(now)
            changes = dates.another_date(self, was, now) if was != self.next_deadline else []
        self._tell(before, changes, now)
        return changes

    def fetched(self, documents: Sequence[TenderDocument], now: datetime) -> list[FieldChange]:
        """Note what was found at the addresses of some documents; returns what changed in them."""
        before = self.model_copy()
        self.documents = with_what_was_fetched(self.documents, documents)
        changes = compare(before, self)
        self._tell(before, changes, now)
        return changes

    def go_on_as(self, other: str, now: datetime) -> list[FieldChange]:
        """It is the same call as another and goes on as that; this id stays, so that whoever holds it is led there."""
        before = self.model_copy()
        self.joined_into, self.status = other, "closed"
        changes = compare(before, self)
        self._tell(before, changes, now)
        return changes

    def stand_alone(self, readings: Sequence[SourceReading], now: datetime) -> list[FieldChange]:
        """The joining is undone: these sources speak of this call again."""
        self.joined_into = None
        return self._hear(list(readings), now)

    def deadline(self, now: datetime) -> Deadline | None:
        """The date a newcomer has to meet: the first stage, or the next of several cut-offs, else the last one."""
        return deadline_to_meet(self.deadlines, now)

    def conflicts_at(self, now: datetime) -> list[Conflict]:
        """Stored conflicts, and the one between the source's status and its own dates."""
        said = "open" if self.lapsed_at else self.status
        return [*self.conflicts, *dates.against_status(self, said, self.status_phrase, now)]

    def facts(self, now: datetime) -> CallFacts:
        """The call as other services see it, with the one deadline that has to be met now."""
        return telling.facts(self, now)

    def published(self) -> CallPublishedV2:
        """The call as it is announced, with every deadline."""
        return telling.published(self)

    def _hear(self, readings: list[SourceReading], now: datetime) -> list[FieldChange]:
        before = self.model_copy()
        self.readings = readings
        disputed = self._stand(now)
        self.last_seen_at = now
        changes = [*compare(before, self), *disputed] or self._next_cut_off(before, now)
        self._tell(before, changes, now)
        return changes

    def _correct(self, corrections: dict[str, Correction], before: Call, now: datetime) -> list[FieldChange]:
        self.readings = self.all_readings()
        self.corrections = corrections
        for name, correction in corrections.items():
            setattr(self, name, getattr(with_value(self, name, correction.value), name))
        self._stand(now, afresh=True)
        changes = compare(before, self)
        self._tell(before, changes, now)
        return changes

    def _stand(self, now: datetime, *, afresh: bool = False) -> list[FieldChange]:
        """Set every field to the word that stands; returns what the sources newly dispute of a person's corrections.

        Themes follow from the texts, read when these change or `afresh`; no source's word disputes a person's.
        """
        texts = (self.title, self.keywords, self.description)
        standing = settle(self.readings)
        stated = {name: value for name, value in standing.values.items() if name != "themes"}
        held = hold(self, self.corrections, self.conflicts, stated)
        self.corrections, self.conflicts = held.corrections, [*standing.conflicts, *held.conflicts]
        for name, value in held.values.items():
            if name != "documents":
                setattr(self, name, value)
        self.documents = with_what_was_fetched(standing.values["documents"], self.documents)
        self.unread = [unread for reading in self.readings for unread in reading.facts.unread]
        by_hand = {
            name: Provenance(source=each.by, read_at=each.at, grounds=_BY_HAND)
            for name, each in self.corrections.items()
        }
        self.provenance = {
            name: Provenance(source=origin.source, by=origin.by, read_at=origin.read_at, grounds=origin.grounds(name))
            for name, origin in standing.origins.items()
            if name in COMPARED
        } | by_hand
        self._settle_lapse(now)
        self.next_deadline = self._meets(now)
        if afresh or texts != (self.title, self.keywords, self.description) or not self.words:
            if "themes" not in self.corrections:
                self.themes = self._themes(standing.values["themes"])
            self.words = search_words(self)
        return held.disputed

    def _settle_lapse(self, now: datetime) -> None:
        """A source that goes on saying "open" does not open what its last date has closed; a new date does."""
        if not dates.is_past(self, now):
            self.lapsed_at = None
        elif self.lapsed_at and self.status in ("open", "unknown"):
            self.status = "closed"

    def _meets(self, now: datetime) -> datetime | None:
        deadline = self.deadline(now)
        return deadline.at if deadline else None

    def _next_cut_off(self, before: Call, now: datetime) -> list[FieldChange]:
        """The source changed nothing, but of its several dates another one is now the next."""
        return dates.another_date(self, before._meets(before.last_seen_at), now)

    def _themes(self, given: Sequence[str]) -> list[str]:
        heading = " . ".join([self.title, *self.keywords])
        return list(dict.fromkeys([*given, *topic_of(heading, self.description or "").themes]))

    def _tell(self, before: Call, changes: Sequence[FieldChange], now: datetime) -> None:
        if self.announced:
            self._say(telling.of_change(before, self, changes, now), now)
        else:
            self._say(telling.announcement(self, now), now)

    def _say(self, events: Sequence[Event], now: datetime) -> None:
        if events:
            self.announced = True
            self.last_changed_at = now
            self.events = [*self.events, *events]


_BY_HAND = Grounds(basis="by_hand")
