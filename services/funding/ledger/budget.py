"""One line of the municipality's budget in one year, and every own share that is kept on it.

The line is the one thing two officers contend for: all its reservations live in it, so that whoever comes second
sees the first and is refused.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.funding import MatchfundReleasedV1, MatchfundReservedV1, MatchfundSpentV1
from contracts.registry import Event
from contracts.values import Money, Value
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.reservations import TAKES, Purpose, Reservation, Step
from services.funding.ledger.totals import AtLeast, at_least, slovene


class LineForm(BaseModel):
    """A line as the adopted budget has it. An amount that is not known yet stays null."""

    model_config = ConfigDict(extra="forbid")
    budget_code: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z./-]+$")
    nrp_item: str | None = Field(default=None, max_length=40)
    name: str = Field(min_length=1, max_length=300)
    year: int = Field(ge=2000, le=2200)
    amount: Money | None = None
    source_document: str = Field(min_length=1, max_length=500, description="Where the amount is adopted.")


class LineChange(Value):
    """One amount the line had, since when and by whose decision."""

    amount: Money | None
    decided_by: str
    document: str
    recorded_by: str
    at: AwareDatetime


class BudgetLine(BaseModel):
    """A budget line of one year with its reservations. `adopted` is what the council last adopted."""

    line_id: str
    budget_code: str
    nrp_item: str | None = None
    name: str
    year: int
    adopted: Money | None
    amount: Money | None
    source_document: str
    changes: list[LineChange] = []
    reservations: list[Reservation] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def taken(self) -> Decimal:
        """Reserved and spent, which a line never exceeds."""
        return sum(
            (each.amount.amount for each in self.reservations if each.state in TAKES and each.amount), Decimal(0)
        )

    def planned(self) -> AtLeast:
        return at_least((each.amount for each in self.reservations if each.state == "planned"), self.currency)

    @property
    def currency(self) -> str:
        return self.amount.currency if self.amount else "EUR"

    @property
    def available(self) -> Money | None:
        """What may still be reserved; None while the line's amount is not known."""
        if self.amount is None:
            return None
        return Money(amount=self.amount.amount - self.taken(), currency=self.currency)

    def plan(
        self,
        reservation_id: str,
        purpose: Purpose,
        amount: Money | None,
        by: str,
        at: AwareDatetime,
        field: str = "amount",
    ) -> BudgetLine:
        """With a wish, which takes nothing yet. Its amount may be unknown."""
        if amount is not None:
            self._fits_currency(amount, field)
        step = Step(state="planned", at=at, by=by)
        wish = Reservation(reservation_id=reservation_id, purpose=purpose, amount=amount, state="planned", steps=[step])
        return self.model_copy(update={"reservations": [*self.reservations, wish]})

    def reserve(
        self, reservation_id: str, amount: Money | None, by: str, at: AwareDatetime, field: str = "amount"
    ) -> BudgetLine:
        """With a planned share reserved, at `amount` if given. Raises Contradicted when the line does not hold it."""
        wish = self.reservation(reservation_id)
        wanted = amount or wish.amount
        if wanted is None:
            raise Refused.at(
                field,
                "the own share is not known",
                "say how much is to be reserved",
                "Vpišite, koliko naj se rezervira.",
            )
        self._fits_currency(wanted, field)
        reserved = wish.moved("reserved", at, by, None, wanted)
        self._hold(wanted, reservation_id, field)
        line = self._with(reserved)
        return line._saying(line._event(MatchfundReservedV1, reserved, wanted))

    def release(self, reservation_id: str, reason: str, by: str, at: AwareDatetime) -> BudgetLine:
        """With a reservation given up; a wish is dropped silently, a reserved share says that it is free."""
        before = self.reservation(reservation_id)
        released = before.moved("released", at, by, reason, before.amount)
        line = self._with(released)
        if before.state != "reserved" or before.amount is None:
            return line
        return line._saying(line._event(MatchfundReleasedV1, released, before.amount, reason=reason))

    def spend(self, reservation_id: str, paid: Money, by: str, at: AwareDatetime, note: str | None) -> BudgetLine:
        """With a reserved share paid out. What was reserved beyond it is free again."""
        before = self.reservation(reservation_id)
        self._fits_currency(paid)
        if before.state == "reserved" and before.amount is not None and paid.amount > before.amount.amount:
            raise Contradicted.at(
                "amount",
                f"{paid.amount} {paid.currency} is more than the {before.amount.amount} that is reserved",
                "reserve the difference first, or correct the amount",
                f"{slovene(paid.amount)} je več od rezerviranih {slovene(before.amount.amount)}.",
            )
        spent = before.moved("spent", at, by, note, paid)
        line = self._with(spent)
        line = line._saying(line._event(MatchfundSpentV1, spent, paid))
        if before.amount is not None and before.amount.amount > paid.amount:
            rest = Money(amount=before.amount.amount - paid.amount, currency=paid.currency)
            told = line._event(
                MatchfundReleasedV1, spent, rest, reason=note or "less was paid than reserved", because="spent_less"
            )
            line = line._saying(told)
        return line

    def change(self, change: LineChange, *, adopted: bool) -> BudgetLine:
        """With another amount. Raises Contradicted below what is already reserved and spent."""
        if change.amount is not None and change.amount.amount < self.taken():
            raise Contradicted.at(
                "amount",
                f"{change.amount.amount} is less than the {self.taken()} already reserved and spent: {self._named()}",
                "release reservations first, or keep the amount at least that high",
                f"{slovene(change.amount.amount)} je manj kot že rezervirano in porabljeno ({slovene(self.taken())}). "
                "Najprej sprostite rezervacije.",
            )
        update: dict[str, object] = {
            "amount": change.amount,
            "source_document": change.document,
            "changes": [*self.changes, change],
        }
        return self.model_copy(update=update | ({"adopted": change.amount} if adopted else {}))

    def reservation(self, reservation_id: str) -> Reservation:
        return next(each for each in self.reservations if each.reservation_id == reservation_id)

    def _hold(self, wanted: Money, reservation_id: str, field: str) -> None:
        if self.amount is None:
            raise Contradicted.at(
                field,
                f"how much line {self.budget_code} holds in {self.year} is not known",
                "record the line's amount with its source document first",
                f"Ni znano, koliko je na postavki {self.budget_code} za {self.year}. Najprej vpišite njen znesek.",
            )
        missing = self.taken() + wanted.amount - self.amount.amount
        if missing > 0:
            raise Contradicted.at(
                field,
                f"line {self.budget_code} of {self.year} is {missing} {self.currency} short:"
                f" it holds {self.amount.amount}, of which {self._named() or 'nothing is taken'}",
                f"reserve at most {self.amount.amount - self.taken()}, release another reservation, "
                "or have the line raised",
                f"Postavki {self.budget_code} za {self.year} manjka {slovene(missing)} {self.currency}. "
                f"Na njej je {slovene(self.amount.amount)}, od tega: {self._named_sl() or 'nič ni rezervirano'}. "
                f"Rezervirajte največ {slovene(self.amount.amount - self.taken())}, sprostite drugo rezervacijo ali "
                "povečajte postavko.",
            )

    def _named(self) -> str:
        taking = [each for each in self.reservations if each.state in TAKES and each.amount]
        return ", ".join(
            f"{each.amount.amount} is {each.state} for “{each.purpose.title}”" for each in taking if each.amount
        )

    def _named_sl(self) -> str:
        words = {"reserved": "rezervirano", "spent": "porabljeno"}
        taking = [each for each in self.reservations if each.state in TAKES and each.amount]
        return ", ".join(
            f"{slovene(each.amount.amount)} {words[each.state]} za »{each.purpose.title}«"
            for each in taking
            if each.amount
        )

    def _fits_currency(self, amount: Money, field: str = "amount") -> None:
        if amount.currency != self.currency:
            raise Refused.at(
                field, f"{amount.currency} on a line in {self.currency}", f"give the amount in {self.currency}"
            )

    def _with(self, reservation: Reservation) -> BudgetLine:
        kept = [
            reservation if each.reservation_id == reservation.reservation_id else each for each in self.reservations
        ]
        return self.model_copy(update={"reservations": kept})

    def _event(self, kind: type[Event], reservation: Reservation, amount: Money, **facts: str) -> Event:
        said = {
            "reservation_id": reservation.reservation_id,
            "line_id": self.line_id,
            "budget_code": self.budget_code,
            "nrp_item": self.nrp_item,
            "year": self.year,
            **reservation.purpose.model_dump(exclude={"financing_id"}),
            "amount": amount,
            "available": self.available,
        }
        return kind(**said, **facts)

    def _saying(self, event: Event) -> BudgetLine:
        return self.model_copy(update={"events": [*self.events, event]})


def new_line(form: LineForm, line_id: str, by: str, at: AwareDatetime) -> BudgetLine:
    """A line as adopted. Raises Refused for an amount below zero."""
    check_amount(form.amount)
    adopted = LineChange(amount=form.amount, decided_by="council", document=form.source_document, recorded_by=by, at=at)
    return BudgetLine(line_id=line_id, adopted=form.amount, changes=[adopted], **form.model_dump())


def check_amount(amount: Money | None, field: str = "amount") -> None:
    if amount is not None and amount.amount < 0:
        raise Refused.at(
            field, f"{amount.amount} is below zero", "write an amount of zero or more", "Znesek ne sme biti negativen."
        )


def line_key(budget_code: str, nrp_item: str | None, year: int) -> str:
    """One line of one year has one identity, whoever types or imports it."""
    return "-".join(["line", str(year), budget_code, *([nrp_item] if nrp_item else [])])
