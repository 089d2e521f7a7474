"""HTTP: commitments and what became of them, awards, their obligations, and lessons."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request

from kit.auth.people import Person, require
from kit.clock import uuid7
from kit.http.commands import Commanding, Now, Stored
from kit.http.paging import Paging, page_of
from kit.store import Work
from services.funding.ledger.answers import refusals
from services.funding.ledger.api import loaded, shown
from services.funding.obligations import keeping
from services.funding.obligations.awards import AwardForm, LessonForm
from services.funding.obligations.commitments import Commitment, CommitmentForm, PaymentForm, WithdrawalForm
from services.funding.obligations.giving import Publisher, package
from services.funding.obligations.obligations import ClosingForm, EditForm, Obligation, ObligationForm
from services.funding.obligations.store import AWARDS, COMMITMENTS, OBLIGATIONS, obligations_in
from services.funding.obligations.winnings import won_in
from services.funding.offers import LJUBLJANA

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


@router.get("/commitments", summary="Money committed to activities: standing, received and spent.")
async def list_commitments(
    store: Stored, person: SignedIn, page: Paging, activity: str | None = None
) -> dict[str, Any]:
    query = {} if activity is None else {"activity_id": activity}
    return await page_of(store[COMMITMENTS], query, page, lambda each: commitment_shown(COMMITMENTS.to_aggregate(each)))


@router.post("/commitments", status_code=201, summary="Record money committed to an activity.")
async def post_commitment(form: CommitmentForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return commitment_shown(await keeping.make_commitment(form, work))

    return await command.run(change, status=201)


@router.post("/commitments/{commitment_id}/withdraw", summary="Take a commitment back, or a part of it.")
async def post_withdrawal(commitment_id: str, form: WithdrawalForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        commitment = await loaded(COMMITMENTS, commitment_id, work)
        with refusals():
            return commitment_shown(work.save(COMMITMENTS, commitment.withdraw(form, officer.user, work.now)))

    return await command.run(change)


@router.post("/commitments/{commitment_id}/payments", status_code=201, summary="Money that arrived, or was spent.")
async def post_payment(commitment_id: str, form: PaymentForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        commitment = await loaded(COMMITMENTS, commitment_id, work)
        with refusals():
            return commitment_shown(work.save(COMMITMENTS, commitment.pay(form, uuid7(), officer.user)))

    return await command.run(change, status=201)


@router.get("/awards", summary="Contracts that were won.")
async def list_awards(store: Stored, person: SignedIn, page: Paging, application: str | None = None) -> dict[str, Any]:
    query = {} if application is None else {"application_id": application}
    return await page_of(store[AWARDS], query, page, lambda each: shown(AWARDS.to_aggregate(each), "award_id"))


@router.get("/awards.360giving.json", summary="What was won, as a 360Giving data package, for anybody.")
async def awards_as_grants(request: Request, store: Stored, now: Now) -> dict[str, Any]:
    settings = request.app.state.settings
    publisher = Publisher(settings.municipality, settings.municipality_name, settings.public_url)
    return package(await won_in(store.database), publisher, now)


@router.post("/awards", status_code=201, summary="Record a signed contract; its obligations follow by dated rules.")
async def post_award(form: AwardForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return shown(await keeping.record_award(form, None, work), "award_id")

    return await command.run(change, status=201, etag=True)


@router.put("/awards/{award_id}", summary="State a contract anew; open obligations move with its dates.")
async def put_award(award_id: str, form: AwardForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        award = await loaded(AWARDS, award_id, work)
        command.expect_version(award.version)
        with refusals():
            return shown(await keeping.record_award(form, award, work), "award_id")

    return await command.run(change, etag=True)


@router.post("/awards/{award_id}/lessons", status_code=201, summary="What the next application should know.")
async def post_lesson(award_id: str, form: LessonForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        award = await loaded(AWARDS, award_id, work)
        return shown(work.save(AWARDS, award.learn(form, officer.user, work.now)), "award_id")

    return await command.run(change, status=201)


@router.post("/awards/{award_id}/obligations", status_code=201, summary="An obligation the rules do not know of.")
async def post_obligation(award_id: str, form: ObligationForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return shown(await keeping.add_obligation(await loaded(AWARDS, award_id, work), form, work), "obligation_id")

    return await command.run(change, status=201, etag=True)


@router.get("/obligations", summary="What contracts ask for; filter by award, state, or what is late.")
async def list_obligations(
    store: Stored,
    person: SignedIn,
    page: Paging,
    now: Now,
    award: str | None = None,
    state: Literal["open", "done", "waived"] | None = None,
    late: bool = False,
) -> dict[str, Any]:
    wanted = {"award_id": award, "state": "open" if late else state}
    query: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    today = now.astimezone(LJUBLJANA).date()
    if late:
        found = await obligations_in(store.database, query)
        query = {"_id": {"$in": [each.obligation_id for each in found if each.late(today)]}}

    def show(document: dict[str, Any]) -> dict[str, Any]:
        obligation = OBLIGATIONS.to_aggregate(document)
        return {**shown(obligation, "obligation_id"), "late": obligation.late(today)}

    return await page_of(store[OBLIGATIONS], query, page, show)


@router.patch("/obligations/{obligation_id}", summary="Move an obligation, hand it over, or set a claim's amount.")
async def patch_obligation(obligation_id: str, form: EditForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        obligation = await loaded(OBLIGATIONS, obligation_id, work)
        command.expect_version(obligation.version)
        with refusals():
            changed = obligation.edit(form)
        return shown(saved(changed, obligation, work), "obligation_id")

    return await command.run(change, etag=True)


@router.post("/obligations/{obligation_id}/close", summary="It is done, with evidence; or it does not apply.")
async def post_closing(obligation_id: str, form: ClosingForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        obligation = await loaded(OBLIGATIONS, obligation_id, work)
        with refusals():
            closed = obligation.close(form, keeping.today_of(work), officer.user, work.now)
        return shown(work.save(OBLIGATIONS, closed), "obligation_id")

    return await command.run(change, etag=True)


@router.post("/obligations/{obligation_id}/reopen", summary="It is not done after all.")
async def post_reopening(obligation_id: str, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        obligation = await loaded(OBLIGATIONS, obligation_id, work)
        with refusals():
            return shown(work.save(OBLIGATIONS, obligation.reopen()), "obligation_id")

    return await command.run(change, etag=True)


def saved(changed: Obligation, before: Obligation, work: Work) -> Obligation:
    return before if changed is before else work.save(OBLIGATIONS, changed)


def commitment_shown(commitment: Commitment) -> dict[str, Any]:
    sums = {name: getattr(commitment, name) for name in ("standing", "received", "spent", "to_repay")}
    return {**shown(commitment, "commitment_id"), **sums}
