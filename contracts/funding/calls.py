"""What the funding service says of calls: where they come from, what is known of them, and how they fit the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, TypeVar

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, Money, PartialDate, Reason, Value

CallStatus = Literal["forecast", "open", "closed", "withdrawn", "unknown"]


class Origin(Value):
    """How a call came to be known: read from a source, or brought by a person."""

    source: str = Field(description="The source that spoke of it first.")
    read_at: AwareDatetime = Field(description="When it was first read there, or brought.")
    by: str | None = Field(default=None, description="Who typed it in or brought it; null when it was read by itself.")


class CallFacts(Value):
    """What is known of a call. Null means the source does not say."""

    call_id: str
    title: str
    status: CallStatus = "unknown"
    funder: str | None = None
    programme: str | None = None
    reference: str | None = Field(default=None, description="The funder's official reference.")
    summary: str | None = None
    language: str | None = None
    opens: PartialDate | None = None
    deadline: AwareDatetime | None = None
    deadline_phrase: str | None = Field(default=None, description="The source's own words on the deadline.")
    until_funds_run_out: bool = Field(default=False, description="Open only as long as there is money left.")
    co_financing_rate: Decimal | None = Field(default=None, ge=0, le=1, description="Share the funder pays, 0 to 1.")
    min_amount: Money | None = None
    max_amount: Money | None = None
    budget: Money | None = Field(default=None, description="Money of the whole call.")
    eligible_applicants: list[str] = Field(default=[], description="Empty when the source does not say.")
    territory: str | None = None
    themes: list[str] = []
    url: str | None = None
    source: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where a source has one.")
    title_en: str | None = Field(default=None, description="The title in English, where a source has one.")
    co_financing_rate_min: Decimal | None = Field(
        default=None, ge=0, le=1, description="Lowest share the funder pays, where the rate is a range."
    )
    own_share_min: Decimal | None = Field(
        default=None, ge=0, le=1, description="Smallest share the applicant must add, where the source says so."
    )
    advance_rate: Decimal | None = Field(
        default=None, ge=0, le=1, description="Share of the grant paid before costs are shown."
    )
    vat_eligible: Code | None = Field(default=None, description="Whether VAT is paid for. Known: yes, no, conditional.")
    origin: Origin | None = Field(default=None, description="How it came to be known; null for calls of long ago.")


_FIRST_SEEN = "A call was seen for the first time."


@event("call.published", 1, subject="call_id", sent_when=_FIRST_SEEN, sunset=date(2028, 1, 1))
class CallPublishedV1(Event, CallFacts):
    """A funding call is known: forecast or open."""


class Deadline(Value):
    """One date to apply by. Without a stated hour, `at` is the last second of the day it names."""

    at: AwareDatetime
    kind: Code = Field(default="unknown", description="Known: single, stage, cut_off, unknown.")
    hour_stated: bool | None = Field(default=None, description="Null when it is not known whether an hour was stated.")
    phrase: str | None = Field(default=None, description="The source's own words on this date.")


class YearBudget(Value):
    """The money a call gives in one year."""

    year: int = Field(ge=1900, le=2200)
    amount: Money


@event("call.published", 2, subject="call_id", sent_when=_FIRST_SEEN)
class CallPublishedV2(Event):
    """A funding call is known, forecast or open, with every date to apply by and its money by year."""

    call_id: str
    title: str
    status: CallStatus = "unknown"
    funder: str | None = None
    programme: str | None = None
    reference: str | None = Field(default=None, description="The funder's official reference.")
    summary: str | None = None
    language: str | None = None
    opens: PartialDate | None = None
    deadlines: list[Deadline] = Field(default=[], description="In order of time; empty when the source names none.")
    deadline_phrase: str | None = Field(default=None, description="The source's own words where no date could be read.")
    until_funds_run_out: bool = Field(default=False, description="Open only as long as there is money left.")
    co_financing_rate: Decimal | None = Field(default=None, ge=0, le=1, description="Share the funder pays, 0 to 1.")
    min_amount: Money | None = None
    max_amount: Money | None = None
    budget: Money | None = Field(default=None, description="Money of the whole call, all years together.")
    budget_by_year: list[YearBudget] = Field(default=[], description="Empty when the source does not say.")
    eligible_applicants: list[str] = Field(default=[], description="Empty when the source does not say.")
    territory: str | None = None
    themes: list[str] = []
    url: str | None = None
    source: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where a source has one.")
    title_en: str | None = Field(default=None, description="The title in English, where a source has one.")
    co_financing_rate_min: Decimal | None = Field(
        default=None, ge=0, le=1, description="Lowest share the funder pays, where the rate is a range."
    )
    own_share_min: Decimal | None = Field(
        default=None, ge=0, le=1, description="Smallest share the applicant must add, where the source says so."
    )
    advance_rate: Decimal | None = Field(
        default=None, ge=0, le=1, description="Share of the grant paid before costs are shown."
    )
    vat_eligible: Code | None = Field(default=None, description="Whether VAT is paid for. Known: yes, no, conditional.")
    origin: Origin | None = Field(default=None, description="How it came to be known; null for calls of long ago.")

    def facts_at(self, moment: datetime) -> CallFacts:
        """The call as the events that know one deadline tell it: the one to meet at `moment`."""
        deadline = deadline_to_meet(self.deadlines, moment)
        return CallFacts(
            **self.model_dump(exclude={"deadlines", "deadline_phrase", "budget_by_year"}),
            deadline=deadline.at if deadline else None,
            deadline_phrase=(deadline.phrase if deadline else None) or self.deadline_phrase,
        )


class Dated(Protocol):
    """A deadline as far as choosing among several needs it."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...


D = TypeVar("D", bound=Dated)


def deadline_to_meet(deadlines: Sequence[D], moment: datetime) -> D | None:
    """The date a newcomer has to meet: the first stage, or the next of several cut-offs, else the last one."""
    if not deadlines:
        return None
    if deadlines[0].kind == "stage":
        return deadlines[0]
    return next((deadline for deadline in deadlines if deadline.at >= moment), deadlines[-1])


class FieldChange(Value):
    """One field of a call, before and after, in words fit for a person."""

    field: str
    before: str | None = None
    after: str | None = None
    material: bool = False
    urgent: bool = Field(default=False, description="Whether it cannot wait for the next digest.")
    rule: Code | None = Field(
        default=None, description="Short name of the rule that judged it, such as deadline_earlier."
    )


@event("call.changed", 1, subject="call_id", sent_when="A known call was read again with other facts.")
class CallChangedV1(Event):
    """A call's facts changed; says which, and whether it matters to an applicant."""

    call: CallFacts
    call_id: str
    changes: list[FieldChange]
    material: bool
    urgent: bool = Field(default=False, description="Whether one of the changes cannot wait for the next digest.")
    deadlines: list[Deadline] | None = Field(
        default=None, description="Every date to apply by as it stands now; null where the sender does not say them."
    )


@event("call.withdrawn", 1, subject="call_id", sent_when="A source says that a call is revoked.")
class CallWithdrawnV1(Event):
    """A call was revoked by its funder."""

    call_id: str
    title: str
    reason: str | None = None
    url: str | None = None


@event("call.closed", 1, subject="call_id", sent_when="A call takes no more applications, or goes on under another id.")
class CallClosedV1(Event):
    """A call is over: its source says so, its last deadline has passed, or it is joined to another call."""

    call_id: str
    title: str
    because: Code = Field(description="Known: source, deadline_passed, by_hand, joined.")
    deadline: AwareDatetime | None = Field(default=None, description="The last deadline, where there was one.")
    reason: str | None = Field(default=None, description="The source's own words.")
    joined_into: str | None = Field(default=None, description="The call it goes on as, when it was joined to one.")
    url: str | None = None


@event("call.reopened", 1, subject="call_id", sent_when="A closed or withdrawn call takes applications again.")
class CallReopenedV1(Event):
    """A call that was over is open, or announced, again."""

    call: CallFacts
    call_id: str
    was: Code = Field(description="Known: closed, withdrawn.")
    reason: str | None = Field(default=None, description="The source's own words.")
    deadlines: list[Deadline] | None = Field(
        default=None, description="Every date to apply by as it stands now; null where the sender does not say them."
    )


@event("call.matched", 1, subject="match_id", sent_when="A call fits an activity well enough to tell somebody.")
class CallMatchedV1(Event):
    """A call fits an activity of the plan: how well, why, and why it may not."""

    match_id: str
    call: CallFacts
    activity_id: str
    activity_number: str
    activity_title: str
    activity_title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    action_number: str
    action_title: str
    action_title_sl: str | None = None
    score: int = Field(ge=0, le=100)
    reasons_for: list[Reason]
    reasons_against: list[Reason] = []
    open_cost: Money | None = Field(default=None, description="Estimated minus committed; null when uncosted.")
    own_share: Money | None = Field(default=None, description="What the municipality would add; null when unknown.")
    themes: list[str] = []
    more: int | None = Field(
        default=None,
        ge=0,
        description="How many matches of the same call, found at the same moment, follow this one; 0 is the last. "
        "Who tells people of a call waits for it, so that one message names every activity. Null when not known.",
    )
