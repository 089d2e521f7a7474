"""A call as one source gives it, before it becomes a known call."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.funding import CallStatus, YearBudget
from contracts.values import Money, PartialDate, Value

DeadlineKind = Literal["single", "stage", "cut_off"]
VatEligible = Literal["yes", "no", "conditional"]
Basis = Literal["stated", "derived", "read_from_text", "inferred", "by_hand"]


class Deadline(Value):
    """One date to apply by. Without a stated hour, `at` is the last second of the day it names."""

    at: AwareDatetime
    kind: DeadlineKind = "single"
    hour_stated: bool = True
    phrase: str | None = None


class Grounds(Value):
    """How a field's value was come by, and the source's words it rests on."""

    basis: Basis = "stated"
    evidence: str | None = None


class Conflict(Value):
    """Two statements that cannot both hold; both are kept, neither is chosen quietly.

    `kind` is `source` (one source against itself), `sources` (one against another), `dates` (a status against
    the call's own dates) or `correction` (a source against a person). `said_by` and `against_by` name the two
    where they are not one source.
    """

    field: str
    says: str
    against: str
    kind: Literal["source", "sources", "dates", "correction"] = "source"
    said_by: str | None = None
    against_by: str | None = None


class Unread(Value):
    """A field the source gives in a form that could not be read; its value stays unknown."""

    field: str
    phrase: str
    reason: str


class TenderDocument(Value):
    """One file of a call. `sha256` and what follows it are null until somebody has fetched the file.

    `fetched_at` is when its content was last got, `tried_at` when it was last asked for.
    """

    url: str
    title: str | None = None
    media_type: str | None = None
    sha256: str | None = None
    size: int | None = None
    fetched_at: AwareDatetime | None = None
    tried_at: AwareDatetime | None = None
    refusal: str | None = Field(default=None, description="Why it could not be fetched at the last attempt.")


class ParsedCall(Value):
    """What one reading of one source says of a call. Null means it does not say.

    With `amends` it is no call of its own, but news of one that another source publishes, such as a notice in the
    official gazette: it is joined by its official reference, and waits while nobody knows that call.

    `not_read` names fields this reading could not speak of at all (a detail page that was not
    fetched): for them an earlier reading still holds. `withdrawal` among them says that the words that would revoke
    the call were not looked at.
    """

    source: str
    key: str = Field(description="The source's own lasting identifier: what the call's id is made of.")
    title: str
    amends: bool = False
    titles: dict[str, str] = Field(default={}, description="The title by language, such as sl and en.")
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
    eu_contribution: Money | None = Field(default=None, description="What of the budget the EU pays.")
    budget_by_year: list[YearBudget] = []
    eligible_applicants: list[str] = []
    territory: str | None = None
    themes: list[str] = []
    documents: list[TenderDocument] = []
    url: str | None = None
    source_ids: dict[str, str] = {}
    grounds: dict[str, Grounds] = {}
    conflicts: list[Conflict] = []
    unread: list[Unread] = []
    not_read: list[str] = []
    raw_reference: str | None = Field(default=None, description="Where in the kept payload the row stands.")
