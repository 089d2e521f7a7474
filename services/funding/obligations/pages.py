"""Pages: what contracts ask for month by month, one obligation, and one award with its lessons."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.values import LocalText
from kit.auth.people import Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.ledger.api import loaded
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.store import financings_in
from services.funding.ledger.typed import typed_amount, typed_date
from services.funding.obligations import commitment_pages, keeping
from services.funding.obligations.agenda import by_month, late_first
from services.funding.obligations.api import saved
from services.funding.obligations.awards import Award, AwardForm, LessonForm
from services.funding.obligations.obligations import ClosingForm, EditForm, Obligation, ObligationForm
from services.funding.obligations.store import AWARDS, OBLIGATIONS, obligations_in
from services.funding.offers import LJUBLJANA

router = APIRouter()
router.include_router(commitment_pages.router)

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
ABOUT = ("preparation", "partners", "money", "procurement", "reporting", "other")


@router.get("/funding/obligations")
async def obligations_page(
    request: Request, store: Stored, person: SignedIn, now: Now, owner: str = "", award: str = ""
) -> Any:
    today = now.astimezone(LJUBLJANA).date()
    wanted = {"award_id": award, "owner": owner}
    query: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    obligations = await obligations_in(store.database, {**query, "state": "open"})
    awards = [AWARDS.to_aggregate(each) async for each in store[AWARDS].find({}, sort=[("_id", 1)])]
    late = late_first(obligations, today)
    return request.app.state.pages.render(
        request,
        "funding/obligations/obligations.html",
        late=late,
        slots=by_month(each for each in obligations if not each.late(today) and not each.asks_nothing),
        done=await store[OBLIGATIONS].count_documents({**query, "state": {"$ne": "open"}}),
        awards={each.award_id: each for each in awards},
        owners=sorted(each for each in await store[OBLIGATIONS].distinct("owner") if each),
        owner=owner,
        award=award,
        now=now,
        may_change=_may(person),
    )


@router.get("/funding/obligations/awards/new")
async def new_award(request: Request, store: Stored, officer: Officer, application: str = "", call: str = "") -> Any:
    return await _award_form(request, store, Filled({"application_id": application, "call_id": call}))


@router.post("/funding/obligations/awards/new")
async def add_award(request: Request, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Award:
        return await keeping.record_award(_award(form), None, work)

    award = await attempt(form, request, command, officer, change)
    return await _award_form(request, command.store, form) if award is None else _to_award(award.award_id)


@router.get("/funding/obligations/awards/{award_id}")
async def award_page(request: Request, award_id: str, store: Stored, person: SignedIn, now: Now) -> Any:
    return await _award_page(request, award_id, store, person, now, Filled())


@router.post("/funding/obligations/awards/{award_id}/lessons")
async def learn(request: Request, award_id: str, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Award:
        lesson = built(LessonForm, {"text": form.get("text"), "about": form.get("about")})
        return work.save(AWARDS, (await loaded(AWARDS, award_id, work)).learn(lesson, officer.user, work.now))

    if await attempt(form, request, command, officer, change) is None:
        return await _award_page(request, award_id, command.store, officer, now, form)
    return _to_award(award_id)


@router.post("/funding/obligations/awards/{award_id}/obligations")
async def add_obligation(request: Request, award_id: str, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Obligation:
        title = form.get("title")
        facts = {
            "title": LocalText(sl=title, en=title) if title else None,
            "due": typed_date(form.get("due"), "due"),
            "owner": form.get("owner"),
        }
        award = await loaded(AWARDS, award_id, work)
        return await keeping.add_obligation(award, built(ObligationForm, facts), work)

    if await attempt(form, request, command, officer, change) is None:
        return await _award_page(request, award_id, command.store, officer, now, form)
    return _to_award(award_id)


@router.get("/funding/obligations/{obligation_id}")
async def obligation_page(request: Request, obligation_id: str, store: Stored, person: SignedIn, now: Now) -> Any:
    return await _page(request, obligation_id, store, person, now, Filled())


@router.post("/funding/obligations/{obligation_id}")
async def edit(request: Request, obligation_id: str, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Obligation:
        facts = {
            "due": typed_date(form.get("due"), "due"),
            "owner": form.get("owner"),
            "amount": typed_amount(form.get("amount"), "amount"),
            "paid_on": typed_date(form.get("paid_on"), "paid_on"),
        }
        obligation = await loaded(OBLIGATIONS, obligation_id, work)
        return saved(obligation.edit(built(EditForm, facts)), obligation, work)

    return await _changed(request, obligation_id, command, officer, now, form, change)


@router.post("/funding/obligations/{obligation_id}/close")
async def close(request: Request, obligation_id: str, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Obligation:
        facts = {"state": form.get("state"), "evidence": form.get("evidence"), "on": typed_date(form.get("on"), "on")}
        obligation = await loaded(OBLIGATIONS, obligation_id, work)
        closing = built(ClosingForm, facts)
        return work.save(OBLIGATIONS, obligation.close(closing, keeping.today_of(work), officer.user, work.now))

    return await _changed(request, obligation_id, command, officer, now, form, change)


@router.post("/funding/obligations/{obligation_id}/reopen")
async def reopen(request: Request, obligation_id: str, command: Commanding, officer: Officer, now: Now) -> Any:
    async def change(work: Work) -> Obligation:
        return work.save(OBLIGATIONS, (await loaded(OBLIGATIONS, obligation_id, work)).reopen())

    return await _changed(request, obligation_id, command, officer, now, Filled(), change)


async def _changed(
    request: Request, obligation_id: str, command: Commanding, officer: Person, now: Now, form: Filled, change: Any
) -> Any:
    if await attempt(form, request, command, officer, change) is None:
        return await _page(request, obligation_id, command.store, officer, now, form)
    return RedirectResponse(f"/funding/obligations/{obligation_id}", 303)


async def _page(request: Request, obligation_id: str, store: Store, person: Person, now: Now, form: Filled) -> Any:
    document = await store[OBLIGATIONS].find_one({"_id": obligation_id})
    if document is None:
        raise Problem(404, f"there is no obligation {obligation_id}")
    obligation = OBLIGATIONS.to_aggregate(document)
    award = await store[AWARDS].find_one({"_id": obligation.award_id})
    return request.app.state.pages.render(
        request,
        "funding/obligations/obligation.html",
        status=422 if form.mistakes else 200,
        obligation=obligation,
        award=AWARDS.to_aggregate(award) if award else None,
        late=obligation.late(now.astimezone(LJUBLJANA).date()),
        form=form,
        now=now,
        may_change=_may(person),
    )


async def _award_page(request: Request, award_id: str, store: Store, person: Person, now: Now, form: Filled) -> Any:
    document = await store[AWARDS].find_one({"_id": award_id})
    if document is None:
        raise Problem(404, f"there is no award {award_id}")
    today = now.astimezone(LJUBLJANA).date()
    obligations = await obligations_in(store.database, {"award_id": award_id})
    return request.app.state.pages.render(
        request,
        "funding/obligations/award.html",
        status=422 if form.mistakes else 200,
        award=AWARDS.to_aggregate(document),
        obligations=[(each, each.late(today)) for slot in by_month(obligations) for each in slot.obligations],
        about=ABOUT,
        form=form,
        now=now,
        may_change=_may(person),
    )


async def _award_form(request: Request, store: Store, form: Filled) -> Any:
    return request.app.state.pages.render(
        request,
        "funding/obligations/new_award.html",
        status=422 if form.mistakes else 200,
        form=form,
        financings=await financings_in(store.database, {"dropped": None}),
    )


def _award(form: Filled) -> AwardForm:
    names = ("title", "funder", "contract_reference", "application_id", "call_id", "financing_id", "owner")
    return built(
        AwardForm,
        {
            **{name: form.get(name) for name in names},
            "amount": typed_amount(form.get("amount"), "amount"),
            "signed_on": typed_date(form.get("signed_on"), "signed_on"),
            "ends_on": typed_date(form.get("ends_on"), "ends_on"),
        },
    )


def _to_award(award_id: str) -> RedirectResponse:
    return RedirectResponse(f"/funding/obligations/awards/{award_id}", 303)


def _may(person: Person) -> bool:
    return person.may("funding-officer", "coordinator")
