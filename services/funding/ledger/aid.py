"""Aid to undertakings: what one has received under a legal basis, held against that basis' ceiling.

De minimis aid is added up over any three years, day by day, for all enterprises that one owner links together
(Regulation (EU) 2023/2831, article 3). Ceiling and window are dated parameters, so that the next regulation is one
more value; the bases of State aid (such as articles of Regulation (EU) 651/2014) have theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import Code, Money, PartialDate, Value
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.totals import slovene
from services.funding.parameters import Missing, Parameters


class AidForm(BaseModel):
    """Aid that is to be granted, or was. `granted_on` is the day the right to it arises, not the payment."""

    model_config = ConfigDict(extra="forbid")
    undertaking_id: str = Field(min_length=3, max_length=40, description="Tax number of the single undertaking.")
    undertaking_name: str = Field(min_length=1, max_length=300)
    legal_basis: Code = Field(description="Known: de_minimis; else the scope under which its ceiling is recorded.")
    amount: Money = Field(description="Gross grant equivalent.")
    granted_on: PartialDate
    grantor: str = Field(min_length=1, max_length=300)
    source: str = Field(min_length=1, max_length=500, description="The register or decision that says so.")
    financing_id: str | None = None


class Aid(Value):
    """One grant of aid as stored."""

    aid_id: str
    legal_basis: Code
    amount: Money
    granted_on: PartialDate
    grantor: str
    source: str
    financing_id: str | None = None
    recorded_by: str
    recorded_at: AwareDatetime


class Recipient(BaseModel):
    """One undertaking (linked enterprises are one) and all the aid it is known to have received."""

    undertaking_id: str
    name: str
    aid: list[Aid] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def grant(self, form: AidForm, aid_id: str, parameters: Parameters, by: str, at: AwareDatetime) -> Recipient:
        """With one more grant. Raises Contradicted naming the others when a ceiling would be passed on any day."""
        if form.granted_on.precision != "day":
            raise Refused.at(
                "granted_on",
                f"{form.granted_on.value} is not a day",
                "write the day: windows of years are counted from day to day",
                "Vpišite dan: obdobja se štejejo od dneva do dneva.",
            )
        if form.amount.amount <= 0 or form.amount.currency != "EUR":
            raise Refused.at(
                "amount",
                f"{form.amount.amount} {form.amount.currency} is no aid in euros",
                "write more than 0 EUR",
                "Vpišite znesek v evrih, večji od nič.",
            )
        facts = form.model_dump(exclude={"undertaking_id", "undertaking_name"})
        new = Aid(aid_id=aid_id, recorded_by=by, recorded_at=at, **facts)
        of_basis = [each for each in self.aid if each.legal_basis == form.legal_basis]
        for day in sorted({each.granted_on.first_day() for each in [new, *of_basis]}):
            if day >= new.granted_on.first_day():
                _hold(new, of_basis, day, parameters)
        return self.model_copy(update={"aid": [*self.aid, new]})


class Room(Value):
    """What an undertaking may still be given under a basis on one day."""

    legal_basis: Code
    on: PartialDate
    ceiling: Money
    ceiling_source: str
    window_years: int
    granted: Money
    room: Money


def room(recipient: Recipient, legal_basis: str, day: date, parameters: Parameters) -> Room:
    """Ceiling less what was granted in the window that ends on `day`. Raises Missing without a recorded ceiling."""
    ceiling, window, source = _rules(legal_basis, day, parameters)
    granted = _granted((each for each in recipient.aid if each.legal_basis == legal_basis), day, window)
    return Room(
        legal_basis=legal_basis,
        on=PartialDate(value=day.isoformat()),
        ceiling=Money(amount=ceiling),
        ceiling_source=source,
        window_years=window,
        granted=Money(amount=granted),
        room=Money(amount=max(ceiling - granted, Decimal(0))),
    )


def _hold(new: Aid, others: list[Aid], day: date, parameters: Parameters) -> None:
    ceiling, window, source = _rules(new.legal_basis, day, parameters)
    if not _within(new, day, window):
        return
    counted = [each for each in others if _within(each, day, window)]
    before = sum((each.amount.amount for each in counted), Decimal(0))
    over = before + new.amount.amount - ceiling
    if over > 0:
        named = ", ".join(f"{each.amount.amount} EUR on {each.granted_on.value} by {each.grantor}" for each in counted)
        period = f"in the {window} years up to {day.isoformat()}" if window else "in all"
        raise Contradicted.at(
            "amount",
            f"{over} EUR beyond the ceiling of {ceiling} EUR {period} ({source}): {named or 'the grant alone'}",
            f"grant at most {max(ceiling - before, Decimal(0))} EUR, or find another legal basis",
            f"Zgornja meja {slovene(ceiling)} EUR ({source}) bi bila presežena za {slovene(over)} EUR.",
        )


def _rules(legal_basis: str, day: date, parameters: Parameters) -> tuple[Decimal, int, str]:
    ceiling = parameters.value("aid_ceiling", day, legal_basis)
    window = parameters.number("aid_window_years", day, legal_basis)
    if ceiling.number is None:
        raise Missing("aid_ceiling", legal_basis, day)
    return ceiling.number, int(window), ceiling.source


def _granted(aid: Iterable[Aid], day: date, window: int) -> Decimal:
    return sum((each.amount.amount for each in aid if _within(each, day, window)), Decimal(0))


def _within(aid: Aid, day: date, window: int) -> bool:
    granted = aid.granted_on.first_day()
    return granted <= day and (not window or granted > _years_before(day, window))


def _years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
