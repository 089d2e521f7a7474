"""What a funding strategy says, as data: for the page, the API, and the document that reporting makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.funding import CallStatus, Deadline, FieldChange
from contracts.values import Code, LocalText, Money, PartialDate, Timing, Value
from services.funding.ledger.totals import AtLeast

News = Literal["new", "changed", "same"]


class Fitting(Value):
    """An activity that a call could pay for. `own_share` is null while it is not known."""

    activity_id: str
    number: str
    title: LocalText
    score: int | None = None
    own_share: Money | None = None
    leads: list[str] = []
    decision: Code | None = Field(default=None, description="Known: apply, hand_over, remind_me; null while open.")
    department: str | None = Field(default=None, description="The department it was handed to.")


class TenderPaper(Value):
    """A document of the tender, and the checksum it had."""

    url: str
    title: str | None = None
    sha256: str | None = None


class Opportunity(Value):
    """A call that fits the plan: its specifics, its papers, whom it would pay for, and what is new about it."""

    call_id: str
    title: str
    language: str | None = None
    news: News = "new"
    changes: list[FieldChange] = Field(default=[], description="What changed since the last revision.")
    status: CallStatus
    funder: str | None = None
    programme: str | None = None
    reference: str | None = None
    opens: PartialDate | None = None
    deadlines: list[Deadline] = []
    deadline_phrase: str | None = None
    until_funds_run_out: bool = False
    co_financing_rate: Decimal | None = None
    min_amount: Money | None = None
    max_amount: Money | None = None
    budget: Money | None = None
    eligible_applicants: list[str] = []
    territory: str | None = None
    url: str | None = None
    papers: list[TenderPaper] = []
    activities: list[Fitting] = []
    own_share: AtLeast = Field(description="What we would add if one application asked for all these activities.")


class Gone(Value):
    """A call of the last revision that is no opportunity any more, and why."""

    call_id: str
    title: str
    language: str | None = None
    why: LocalText


class ApplicationLine(Value):
    """Where an application stands."""

    application_id: str
    title: str
    call_title: str
    state: Code
    state_name: LocalText
    lead_department: str | None = None
    roles: list[str] = []
    activities: list[str] = []
    deadline: AwareDatetime | None = None
    granted: Money | None = None


class OwnShareYear(Value):
    """The own share of one year: what the projects need, what the budget keeps for them, what is short."""

    year: int
    reserved: Money
    planned: AtLeast
    available: AtLeast
    gap: AtLeast


class WithoutMoney(Value):
    """An activity whose cost is not covered. `open_cost` is null where the plan gives no cost."""

    activity_id: str
    number: str
    title: LocalText
    open_cost: Money | None = None
    timing: Timing = Timing()
    leads: list[str] = []
    calls: int = Field(default=0, description="How many calls fit it.")
    applications: list[str] = Field(default=[], description="Titles of live applications for it.")


class WithoutActivity(Value):
    """Money somebody offers that no activity of the plan would use."""

    call_id: str
    title: str
    language: str | None = None
    funder: str | None = None
    deadline: AwareDatetime | None = None
    max_amount: Money | None = None
    themes: list[str] = []


class LogEntry(Value):
    """Something decided since the last revision. `by` is for those who are signed in."""

    at: AwareDatetime
    kind: Code = Field(description="Known: match, application, decision.")
    text: LocalText
    by: str | None = None
    reference: str | None = None


class SuggestionLine(Value):
    """What somebody of the local group suggested, and what was answered."""

    suggestion_id: str
    made_at: AwareDatetime
    text: str
    organisation: str | None = None
    outcome: Code | None = None
    answer: str | None = None


class Content(Value):
    """The whole strategy at one moment. `since`: when the last revision was approved, null for the first one."""

    as_of: AwareDatetime
    quarter: str
    previous: str | None = None
    since: AwareDatetime | None = None
    opportunities: list[Opportunity] = []
    gone: list[Gone] = []
    applications: list[ApplicationLine] = []
    own_share: list[OwnShareYear] = []
    without_money: list[WithoutMoney] = []
    without_activity: list[WithoutActivity] = []
    log: list[LogEntry] = []
    suggestions: list[SuggestionLine] = []
    failing_sources: list[str] = Field(default=[], description="Sources whose calls may be missing here.")

    def having(self, news: News) -> list[Opportunity]:
        return [each for each in self.opportunities if each.news == news]

    @property
    def open_need(self) -> AtLeast:
        """What activities without money need; 'at least' where the plan gives no cost."""
        known = [each.open_cost for each in self.without_money]
        total = sum((each.amount for each in known if each and each.currency == "EUR"), Decimal("0.00"))
        unknown = sum(each is None or each.currency != "EUR" for each in known)
        return AtLeast(known=Money(amount=total), unknown=unknown)
