"""Pages: money committed, received and spent, and one commitment with what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person, require
from kit.clock import uuid7
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.ledger.api import loaded
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.totals import at_least
from services.funding.ledger.typed import typed_amount, typed_date
from services.funding.obligations import keeping
from services.funding.obligations.commitments import (
    SOURCE_CLASSES,
    Commitment,
    CommitmentForm,
    PaymentForm,
    WithdrawalForm,
)
from services.funding.obligations.store import COMMITMENTS
from services.funding.store import NEEDS

router = APIRouter(prefix="/funding/commitments")

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


@router.get("")
async def commitments_page(request: Request, store: Stored, person: SignedIn) -> Any:
    return await _list(request, store, person, Filled())


@router.post("")
async def make(request: Request, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Commitment:
        names = ("activity_id", "source_class", "source_name", "decision_reference")
        facts: dict[str, Any] = {name: form.get(name) for name in names}
        amount, day = typed_amount(form.get("amount"), "amount"), typed_date(form.get("decided_on"), "decided_on")
        return await keeping.make_commitment(
            built(CommitmentForm, {**facts, "amount": amount, "decided_on": day}), work
        )

    made = await attempt(form, request, command, officer, change)
    return await _list(request, command.store, officer, form) if made is None else _to(made.commitment_id)


@router.get("/{commitment_id}")
async def commitment_page(request: Request, commitment_id: str, store: Stored, person: SignedIn) -> Any:
    return await _page(request, commitment_id, store, person, Filled())


@router.post("/{commitment_id}/payments")
async def pay(request: Request, commitment_id: str, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Commitment:
        facts = {
            "kind": form.get("kind"),
            "amount": typed_amount(form.get("amount"), "amount"),
            "on": typed_date(form.get("on"), "on"),
            "reference": form.get("reference"),
        }
        payment = built(PaymentForm, facts)
        commitment = await loaded(COMMITMENTS, commitment_id, work)
        return work.save(COMMITMENTS, commitment.pay(payment, uuid7(), officer.user))

    if await attempt(form, request, command, officer, change) is None:
        return await _page(request, commitment_id, command.store, officer, form)
    return _to(commitment_id)


@router.post("/{commitment_id}/withdraw")
async def withdraw(request: Request, commitment_id: str, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Commitment:
        facts = {"amount": typed_amount(form.get("withdrawn"), "withdrawn"), "reason": form.get("reason")}
        withdrawal = built(WithdrawalForm, facts)
        commitment = await loaded(COMMITMENTS, commitment_id, work)
        return work.save(COMMITMENTS, commitment.withdraw(withdrawal, officer.user, work.now))

    if await attempt(form, request, command, officer, change) is None:
        return await _page(request, commitment_id, command.store, officer, form)
    return _to(commitment_id)


async def _list(request: Request, store: Store, person: Person, form: Filled) -> Any:
    found = store[COMMITMENTS].find({}, sort=[("activity_number", 1), ("_id", 1)], limit=500)
    commitments = [COMMITMENTS.to_aggregate(each) async for each in found]
    needs = store[NEEDS].find(
        {}, {"event.number": 1, "event.title": 1, "event.title_sl": 1}, sort=[("event.number", 1)]
    )
    return request.app.state.pages.render(
        request,
        "funding/obligations/commitments.html",
        status=422 if form.mistakes else 200,
        commitments=commitments,
        standing=at_least(each.standing for each in commitments),
        received=at_least(each.received for each in commitments),
        spent=at_least(each.spent for each in commitments),
        activities=[(each["_id"], each["event"]) async for each in needs],
        source_classes=SOURCE_CLASSES,
        form=form,
        may_change=_may(person),
    )


async def _page(request: Request, commitment_id: str, store: Store, person: Person, form: Filled) -> Any:
    document = await store[COMMITMENTS].find_one({"_id": commitment_id})
    if document is None:
        raise Problem(404, f"there is no commitment {commitment_id}")
    return request.app.state.pages.render(
        request,
        "funding/obligations/commitment.html",
        status=422 if form.mistakes else 200,
        commitment=COMMITMENTS.to_aggregate(document),
        form=form,
        may_change=_may(person),
    )


def _to(commitment_id: str) -> RedirectResponse:
    return RedirectResponse(f"/funding/commitments/{commitment_id}", 303)


def _may(person: Person) -> bool:
    return person.may("funding-officer", "coordinator")
