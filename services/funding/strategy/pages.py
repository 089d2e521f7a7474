"""Pages: the strategy as it stands, a revision as it was approved, and the suggestions of the local group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding import territory_names
from services.funding.ledger.filled_in import Filled, attempt, built
from services.funding.ledger.typed import typed_date
from services.funding.offers import LJUBLJANA
from services.funding.strategy import commands
from services.funding.strategy.api import unnamed
from services.funding.strategy.gathering import gather
from services.funding.strategy.quarters import Quarter, due_on
from services.funding.strategy.revision import Approval, DecisionForm, digest_of
from services.funding.strategy.store import REVISIONS, SUGGESTIONS, draft_in, last_revision
from services.funding.strategy.suggestions import OUTCOMES, AnswerForm, SuggestionForm

router = APIRouter(prefix="/funding/strategy")

T = TypeVar("T")

SignedIn = Annotated[Person, require()]
Keeper = Annotated[Person, require("funding-officer", "coordinator")]
Approver = Annotated[Person, require("approver")]


@router.get("")
async def strategy_page(request: Request, store: Stored, person: Anybody) -> Any:
    """The draft for whoever is signed in, the last approved revision for everybody else."""
    if person is None:
        last = await last_revision(store.database)
        return await _page(request, store, None, revision=last, content=unnamed(last.content) if last else None)
    return await _draft_page(request, store, person)


@router.get("/revisions/{revision_id}")
async def revision_page(request: Request, revision_id: str, store: Stored, person: Anybody) -> Any:
    document = await store[REVISIONS].find_one({"_id": revision_id})
    if document is None:
        raise Problem(404, f"there is no revision {revision_id} of the strategy")
    revision = REVISIONS.to_aggregate(document)
    content = revision.content if person else unnamed(revision.content)
    return await _page(request, store, person, revision=revision, content=content)


@router.post("")
async def approve(request: Request, store: Stored, command: Commanding, approver: Approver) -> Any:
    typed = await _typed(request)

    async def change(work: Work) -> str:
        decided_on = typed_date(typed.get("decided_on", ""), "decided_on")
        form = built(Approval, {**typed, "decided_on": decided_on})
        return (await commands.approve(form, approver.user, work)).revision_id

    done, errors = await _tried(change, request, command, approver)
    if errors:
        return await _draft_page(request, store, approver, errors, typed)
    return RedirectResponse(f"/funding/strategy/revisions/{done}", 303)


@router.post("/summary")
async def summarise(request: Request, store: Stored, command: Commanding, keeper: Keeper) -> Any:
    typed = await _typed(request)

    def expect(version: int) -> None:
        if str(version) != typed.get("version"):
            raise Problem.at("summary", "somebody else wrote at the same time", "read what stands now and write again")

    async def change(work: Work) -> None:
        await commands.summarise(typed.get("summary"), keeper.user, work, expect)

    _, errors = await _tried(change, request, command, keeper)
    return await _back(request, store, keeper, errors, typed)


@router.post("/decisions")
async def record(request: Request, store: Stored, command: Commanding, keeper: Keeper) -> Any:
    typed = await _typed(request)

    async def change(work: Work) -> None:
        await commands.record(built(DecisionForm, typed), keeper.user, work)

    _, errors = await _tried(change, request, command, keeper)
    return await _back(request, store, keeper, errors, typed)


@router.get("/suggestions")
async def suggestions_page(request: Request, store: Stored, person: SignedIn) -> Any:
    return await _suggestions(request, store, person)


@router.post("/suggestions")
async def suggest(request: Request, store: Stored, command: Commanding, person: SignedIn) -> Any:
    typed = await _typed(request)

    async def change(work: Work) -> None:
        commands.suggest(built(SuggestionForm, typed), person.user, work)

    _, errors = await _tried(change, request, command, person)
    if errors:
        return await _suggestions(request, store, person, errors, typed)
    return RedirectResponse("/funding/strategy/suggestions", 303)


@router.post("/suggestions/{suggestion_id}/answer")
async def answer(request: Request, suggestion_id: str, store: Stored, command: Commanding, keeper: Keeper) -> Any:
    typed = await _typed(request)

    async def change(work: Work) -> None:
        await commands.answer(suggestion_id, built(AnswerForm, typed), keeper.user, work)

    _, errors = await _tried(change, request, command, keeper)
    if errors:
        at_this_one = [(f"{field}-{suggestion_id}", said) for field, said in errors]
        return await _suggestions(request, store, keeper, at_this_one, {**typed, "answering": suggestion_id})
    return RedirectResponse("/funding/strategy/suggestions", 303)


Errors = Sequence[tuple[str, Any]]


async def _typed(request: Request) -> dict[str, str]:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    return {name: value for name, value in typed.items() if value}


async def _tried(
    change: Callable[[Work], Awaitable[T]], request: Request, command: Commanding, person: Person
) -> tuple[T | None, Errors]:
    """What came of a change, or the fields that are wrong with the mend of each, in the reader's language."""
    form = Filled()
    done = await attempt(form, request, command, person, change)
    return done, [(field.split(".")[0], said) for field, said in form.mistakes]


async def _back(request: Request, store: Store, person: Person, errors: Errors, typed: dict[str, str]) -> Any:
    if errors:
        return await _draft_page(request, store, person, errors, typed)
    return RedirectResponse("/funding/strategy", 303)


async def _draft_page(
    request: Request,
    store: Store,
    person: Person,
    errors: Errors = (),
    typed: dict[str, str] | None = None,
) -> Any:
    draft, previous = await draft_in(store.database), await last_revision(store.database)
    content = await gather(store.database, draft, previous, now())
    return await _page(
        request,
        store,
        person,
        status=422 if errors else 200,
        content=content,
        draft=draft,
        digest=digest_of(content, draft),
        errors=errors,
        typed=typed or {},
    )


async def _page(request: Request, store: Store, person: Person | None, *, status: int = 200, **shown: Any) -> Any:
    heads = store[REVISIONS].find({}, {"content": 0}, sort=[("number", -1)], limit=40)
    blank: dict[str, Any] = {"revision": None, "draft": None, "content": None, "digest": "", "errors": [], "typed": {}}
    filled = blank | shown
    return request.app.state.pages.render(
        request,
        "funding/strategy/strategy.html",
        status=status,
        **filled,
        due=await _due(store, now().astimezone(LJUBLJANA).date()) if filled["draft"] else None,
        heads=[each async for each in heads],
        may_keep=person is not None and person.may("funding-officer", "coordinator"),
        may_approve=person is not None and person.may("approver"),
        place=territory_names.named,
        now=now(),
    )


async def _due(store: Store, today: date) -> tuple[date, int]:
    """The day by which the next revision is due, and how many days are left to it."""
    last = await last_revision(store.database)
    day = due_on(Quarter.read(last.quarter) if last else None, today)
    return day, (day - today).days


async def _suggestions(
    request: Request,
    store: Store,
    person: Person,
    errors: Errors = (),
    typed: dict[str, str] | None = None,
) -> Any:
    found = store[SUGGESTIONS].find({}, sort=[("answer", 1), ("made_at", -1)], limit=200)
    return request.app.state.pages.render(
        request,
        "funding/strategy/suggestions.html",
        status=422 if errors else 200,
        suggestions=[SUGGESTIONS.to_aggregate(each) async for each in found],
        outcomes=OUTCOMES,
        errors=errors,
        typed=typed or {},
        may_answer=person.may("funding-officer", "coordinator"),
        now=now(),
    )
