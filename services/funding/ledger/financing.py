"""The financing of one project: its cost lines, the rows that pay for them, and the own share year by year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import Money, PartialDate, Value
from services.funding.ledger.costs import CostFacts
from services.funding.ledger.refusal import Refused
from services.funding.ledger.row_rules import FundRule, Row
from services.funding.ledger.rows import SettledRow, own_row, settle
from services.funding.ledger.state_share import StateShare
from services.funding.ledger.totals import CENT, AtLeast, at_least

UNDATED = "undated"


class CostForm(BaseModel):
    """A cost line of a financing: a new one, or one that is known by `cost_id` and shared with another financing."""

    model_config = ConfigDict(extra="forbid")
    cost_id: str | None = None
    name: str | None = Field(default=None, max_length=300)
    activity_id: str | None = None
    net: Money | None = None
    vat_amount: Money | None = None
    vat_recoverable: bool | None = None
    paid: PartialDate | None = None

    def facts(self, known: CostFacts | None, field: str) -> CostFacts:
        """What is stated; what is left out of a known cost stands as it is."""
        stated = self.model_dump(exclude={"cost_id"}, exclude_unset=True)
        before = known.model_dump() if known else {}
        merged = {**before, **stated}
        if not merged.get("name"):
            raise Refused.at(
                f"{field}.name",
                "a cost without a name",
                "say what is paid, or give a known cost_id",
                "Vpišite, kaj se plača.",
            )
        return CostFacts.model_validate(merged)


class FinancingForm(BaseModel):
    """The financing of an application, or of a project that is planned on a call."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    application_id: str | None = Field(default=None, max_length=100)
    call_id: str | None = Field(default=None, max_length=100)
    as_of: PartialDate = Field(description="The day whose parameters count, such as the call's deadline.")
    costs: list[CostForm] = Field(min_length=1, max_length=200)
    rows: list[Row] = Field(min_length=1, max_length=20)
    funds: list[FundRule] = Field(default=[], max_length=20, description="What the call says of its funds.")


class YearShare(Value):
    """A part of an amount that falls into one year; `year` is null where a cost has no date."""

    year: int | None
    amount: Money


class Financing(BaseModel):
    """A financing as stored: rows that sum to 100 %, on cost lines that are kept by themselves."""

    financing_id: str
    title: str
    application_id: str | None = None
    call_id: str | None = None
    as_of: PartialDate
    cost_ids: list[str]
    rows: list[SettledRow]
    funds: list[FundRule] = []
    total: AtLeast
    own_by_year: list[YearShare] | None = Field(default=None, description="Null while the own share is not known.")
    dropped: str | None = Field(default=None, description="Why nobody claims anything by it any more.")
    set_by: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def own(self) -> SettledRow:
        return own_row(self.rows)


def balanced(
    form: FinancingForm,
    costs: Sequence[CostFacts],
    rules: Sequence[FundRule],
    share: StateShare | None,
) -> tuple[AtLeast, list[SettledRow], list[YearShare] | None]:
    """Total, settled rows and own share by year of a form with these costs. Raises Refused with every mistake.

    `share` is what the State pays by the coefficient; needed when a row asks for it.
    """
    currency = next((cost.net.currency for cost in costs if cost.net), "EUR")
    for index, cost in enumerate(costs):
        if cost.net is not None and cost.net.currency != currency:
            raise Refused.at(
                f"costs.{index}.net", f"{cost.net.currency} beside {currency}", f"give all costs in {currency}"
            )
    exact = at_least((cost.eligible for cost in costs), currency)
    total = AtLeast(known=at_least((each.known_part for each in costs), currency).known, unknown=exact.unknown)
    stated = [_with_share(row, share) for row in form.rows]
    rows = [
        row.model_copy(update={"grounds": _grounds(share)}) if asked.by_coefficient else row
        for asked, row in zip(form.rows, settle(stated, exact.exact, rules), strict=True)
    ]
    own = own_row(rows).amount
    return total, rows, None if own is None or exact.exact is None else by_year(own, costs)


def by_year(amount: Money, costs: Sequence[CostFacts]) -> list[YearShare]:
    """`amount` spread over the years in which the costs are paid, in proportion; the last year takes the rest.

    Costs without a date come last, under a null year. The parts always add up to `amount`.
    """
    weights: dict[int | None, Decimal] = {}
    for cost in costs:
        year = cost.paid.first_day().year if cost.paid else None
        weights[year] = weights.get(year, Decimal(0)) + (cost.eligible.amount if cost.eligible else Decimal(0))
    whole = sum(weights.values(), Decimal(0))
    years = sorted(weights, key=lambda year: (year is None, year or 0))
    parts: list[YearShare] = []
    left = amount.amount
    for year in years[:-1]:
        part = (amount.amount * weights[year] / whole).quantize(CENT, rounding=ROUND_DOWN) if whole else Decimal(0)
        parts.append(YearShare(year=year, amount=Money(amount=part, currency=amount.currency)))
        left -= part
    return [*parts, YearShare(year=years[-1], amount=Money(amount=left, currency=amount.currency))]


def rules_of(form: FinancingForm, call_rate: Decimal | None) -> list[FundRule]:
    """What the call says of its funds: as stated, or its one rate: for the one EU fund the rows name, else for itself.

    Raises Refused when a stated rule gives more than the rate known of the call.
    """
    if form.call_id is None or call_rate is None:
        return form.funds
    for index, rule in enumerate(form.funds):
        if rule.rate > call_rate:
            raise Refused.at(
                f"funds.{index}.rate",
                f"the call pays {call_rate * 100:.4g} %, not {rule.rate * 100:.4g} %",
                "correct the call if it says more, or write its rate",
            )
    named = {row.fund_id for row in form.rows if row.source == "eu" and row.fund_id}
    fund = named.pop() if len(named) == 1 else form.call_id
    return form.funds or [FundRule(fund_id=fund, rate=call_rate)]


def _with_share(row: Row, share: StateShare | None) -> Row:
    if not row.by_coefficient or share is None:
        return row
    return row.model_copy(update={"rate": share.share, "amount": None})


def _grounds(share: StateShare | None) -> str | None:
    if share is None:
        return None
    return f"{share.municipality}: {share.coefficient} ({share.coefficient_source}; {share.bands_source})"
