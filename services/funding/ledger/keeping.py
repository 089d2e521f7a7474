"""Commands on budget lines and reservations: each is one unit of work, so that two officers cannot both win."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from contracts.values import Money
from kit.clock import uuid7
from kit.store import Work
from services.funding.ledger.budget import BudgetLine, LineChange, LineForm, check_amount, line_key, new_line
from services.funding.ledger.forms import AmountForm, ReservationForm, StepForm
from services.funding.ledger.nrp import Verdict, judge
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.reservations import Reservation
from services.funding.ledger.store import LINES, lines_in, parameters_in
from services.funding.ledger.totals import slovene
from services.funding.offers import LJUBLJANA

Move = Literal["reserve", "release", "spend"]


class Kept(BaseModel):
    """A reservation and the line it stands on."""

    reservation: Reservation
    line_id: str
    year: int
    available: Money | None


class Imported(BaseModel):
    """What an import did with the lines it was given."""

    created: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []


async def add_line(form: LineForm, work: Work) -> BudgetLine:
    """A new line. Raises Contradicted when the year has it already."""
    line_id = line_key(form.budget_code, form.nrp_item, form.year)
    if await work.get(LINES, line_id) is not None:
        raise Contradicted.at(
            "budget_code",
            f"{form.year} already has the line {form.budget_code} {form.nrp_item or ''}".rstrip(),
            "change its amount on its own page",
            f"Leto {form.year} to postavko že ima. Znesek spremenite na njeni strani.",
        )
    return work.save(LINES, new_line(form, line_id, _who(work), work.now))


async def import_lines(forms: Sequence[LineForm], work: Work) -> Imported:
    """Every line as the council adopted it; a known one gets the new amount, and its reservations stay.

    Raises Contradicted when a line would hold less than is reserved on it.
    """
    done = Imported()
    by_id = {line_key(form.budget_code, form.nrp_item, form.year): form for form in forms}
    known = {each.line_id: each for each in await lines_in(work.database, {"_id": {"$in": list(by_id)}})}
    for line_id, form in by_id.items():
        line = known.get(line_id)
        if line is None:
            work.save(LINES, new_line(form, line_id, _who(work), work.now))
            done.created.append(line_id)
        elif (line.amount, line.name) == (form.amount, form.name):
            done.unchanged.append(line_id)
        else:
            change = LineChange(
                amount=form.amount,
                decided_by="council",
                document=form.source_document,
                recorded_by=_who(work),
                at=work.now,
            )
            work.save(LINES, line.change(change, adopted=True).model_copy(update={"name": form.name}))
            done.changed.append(line_id)
    return done


async def verdict_on(line: BudgetLine, amount: Money, work: Work) -> Verdict:
    """Who may set the line to `amount`: judged on the whole NRP item of the year, as the rule speaks of projects.

    Raises Refused without an NRP item or an adopted amount, and Missing without the rule.
    """
    if line.nrp_item is None:
        raise Refused.at(
            "nrp_item", "the line belongs to no NRP item, so the rule does not speak of it", "name its item"
        )
    check_amount(amount)
    siblings = await lines_in(work.database, {"year": line.year, "nrp_item": line.nrp_item})
    adopted = [each.adopted for each in siblings]
    now = [amount if each.line_id == line.line_id else each.amount for each in siblings]
    if None in adopted or None in now:
        raise Refused.at("amount", f"an amount of {line.nrp_item} is not known", "record all its lines first")
    may_raise = (await parameters_in(work.database)).number(
        "nrp_mayor_may_raise", work.now.astimezone(LJUBLJANA).date()
    )
    return judge(_sum(adopted), _sum(now), may_raise)


async def change_amount(line: BudgetLine, form: AmountForm, work: Work) -> BudgetLine:
    """Another amount, if whoever decided it may. Raises Contradicted where only the council may."""
    check_amount(form.amount)
    if form.decided_by == "mayor":
        verdict = await verdict_on(line, form.amount, work)
        if verdict.decides == "council":
            limit = verdict.mayor_up_to
            raise Contradicted.at(
                "decided_by",
                f"{verdict.text.en} The mayor may go up to {limit.amount} {limit.currency}",
                "put it to the council, or stay within that amount",
                f"{verdict.text.sl} Župan sme do {slovene(limit.amount)} {limit.currency}.",
            )
    change = LineChange(
        amount=form.amount,
        decided_by=form.decided_by,
        document=form.document,
        recorded_by=_who(work),
        at=work.now,
    )
    return work.save(LINES, line.change(change, adopted=form.decided_by == "council"))


async def keep(form: ReservationForm, work: Work) -> list[Kept]:
    """Plan or reserve an own share on its lines, all or nothing. Raises Contradicted where a line does not hold it."""
    if len({part.line_id for part in form.parts}) != len(form.parts):
        raise Refused.at("parts", "a line is named twice", "add its two amounts up")
    kept = []
    for index, part in enumerate(form.parts):
        line = await work.load(LINES, part.line_id)
        if line is None:
            raise Refused.at(
                f"parts.{index}.line_id", f"there is no line {part.line_id}", "take one from /api/funding/ledger/lines"
            )
        field, reservation_id = f"parts.{index}.amount", uuid7()
        if part.amount is not None and part.amount.amount <= 0:
            raise Refused.at(
                field, f"{part.amount.amount} keeps nothing", "write more than zero", "Vpišite več kot nič."
            )
        line = line.plan(reservation_id, form.purpose, part.amount, _who(work), work.now, field)
        if form.state == "reserved":
            line = line.reserve(reservation_id, None, _who(work), work.now, field)
        kept.append(_kept(work.save(LINES, line), reservation_id))
    return kept


async def move(reservation_id: str, step: Move, form: StepForm, work: Work) -> Kept:
    """The next step of a reservation. Raises Refused when nothing is known of it, Contradicted when it may not be."""
    found = await lines_in(work.database, {"reservations.reservation_id": reservation_id})
    if not found:
        raise Refused.at("reservation_id", f"there is no reservation {reservation_id}", "take one from its line")
    (line,) = found
    if form.amount is not None and (form.amount.amount < 0 or (step == "reserve" and not form.amount.amount)):
        raise Refused.at("amount", f"{form.amount.amount} cannot be kept or paid", "write an amount greater than zero")
    by, note = _who(work), form.note
    if step == "reserve":
        line = line.reserve(reservation_id, form.amount, by, work.now)
    elif step == "release":
        if not note:
            raise Refused.at(
                "note",
                "a reservation is released without a reason",
                "say why the money is free again",
                "Napišite, zakaj je denar spet prost.",
            )
        line = line.release(reservation_id, note, by, work.now)
    else:
        paid = form.amount or line.reservation(reservation_id).amount
        if paid is None:
            raise Refused.at("amount", "what was paid is not known", "say how much was paid")
        line = line.spend(reservation_id, paid, by, work.now, note)
    return _kept(work.save(LINES, line), reservation_id)


def _kept(line: BudgetLine, reservation_id: str) -> Kept:
    return Kept(
        reservation=line.reservation(reservation_id), line_id=line.line_id, year=line.year, available=line.available
    )


def _sum(amounts: Sequence[Money | None]) -> Money:
    known = [each for each in amounts if each is not None]
    return Money(amount=sum((each.amount for each in known), start=known[0].amount * 0), currency=known[0].currency)


def _who(work: Work) -> str:
    return work.actor or "unknown"
